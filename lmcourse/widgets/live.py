"""``LiveCurve``: watch a model learn (from chapter 6 on)."""

from collections.abc import Mapping
from typing import Any

from IPython.display import display

from lmcourse import plots, runtime


class LiveCurve:
    """A curve that grows while a model trains: pass it to training as ``watch``.

    Under ``LMCOURSE_STATIC=1`` nothing is shown during training; `picture` gives the
    same curve afterwards.

    Parameters
    ----------
    floor : float, optional
        Bits per token below which no model can come.
    marks : mapping of str to float, optional
        Who else is to be compared with, such as ``{"5-gram": bits}``, at most five.
    title : str

    Examples
    --------
    >>> curve = LiveCurve(marks={"5-gram": 4.5})
    >>> model, history = zoo.fit("lstm", watch=curve)  # doctest: +SKIP
    """

    def __init__(
        self,
        floor: float | None = None,
        marks: Mapping[str, float] | None = None,
        title: str = "",
    ):
        self.floor, self.marks, self.title = floor, dict(marks or {}), title
        self._history: Any = None
        self._place: Any = None  # where it is shown

    def __call__(self, history: Any) -> None:
        """Take in what has happened so far, and draw it.

        Parameters
        ----------
        history : History
            With ``steps``, ``train`` and ``valid``, in bits per token.
        """
        self._history = history
        if runtime.is_static():
            return
        if self._place is None:
            self._place = display(self.picture(), display_id=True)
        else:
            self._place.update(self.picture())

    def picture(self) -> plots.Picture:
        """Draw all that has been seen.

        Raises
        ------
        ValueError
            If nothing has: training has not looked up yet.
        """
        history = self._history
        if history is None or not history.steps:
            raise ValueError(
                "nothing to draw yet: pass this curve to training as watch, and let it "
                "look at the validation text at least once (evaluate_every)"
            )
        series = {"train": (history.steps, history.train)}
        if history.valid:
            series["valid"] = (history.steps[-len(history.valid) :], history.valid)
        return plots.lines_chart(
            series,
            "steps",
            "bits per token",
            title=self.title,
            floor=self.floor,
            marks=self.marks,
        )

    def __repr__(self) -> str:
        looks = len(self._history.steps) if self._history else 0
        return f"<LiveCurve after {looks} looks>"
