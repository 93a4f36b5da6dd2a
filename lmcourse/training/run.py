"""One training as it stands: what a loop must remember, besides the model's numbers."""

import math
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from lmcourse import runtime
from lmcourse.batches import Batch
from lmcourse.training import checkpoints
from lmcourse.training.carried import State
from lmcourse.training.recipe import History, Recipe

OPTIMIZERS = {"adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}


class Run:
    """All that training must remember, in memory and in a checkpoint.

    Parameters
    ----------
    model, recipe, valid, checkpoint
        As in `lmcourse.training.train`.
    """

    def __init__(
        self,
        model: nn.Module,
        recipe: Recipe,
        valid: Callable[[], float] | None = None,
        checkpoint: Path | str | None = None,
    ):
        if recipe.patience and valid is None:
            raise ValueError("patience needs a validation text to lose it over: valid")
        if recipe.checkpoint_every and not checkpoint:
            raise ValueError("checkpoint_every needs a file to write to: checkpoint")
        self.model, self.recipe, self.valid = model, recipe, valid
        self.checkpoint = Path(checkpoint) if checkpoint else None
        self.optimizer = OPTIMIZERS[recipe.optimizer](
            model.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay
        )
        self.step = 0
        self.state: State = None
        self.inputs = torch.empty(0)  # of the last batch: by them a text is recognized
        self.history = History()
        self.best: dict[str, Tensor] = {}  # the parameters after the best look
        self.waiting = 0  # looks since then
        self.losses: list[float] = []  # since the last look
        self.norms: list[float] = []
        self._clock = runtime.Stopwatch()

    @property
    def finished(self) -> bool:
        """Whether all steps are done, or patience has run out."""
        patience = self.recipe.patience
        return self.step == self.recipe.steps or 0 < patience <= self.waiting

    def due(self, every: int) -> bool:
        """Tell whether something that happens every so many steps happens now."""
        return bool(every) and self.step % every == 0

    def demand_finite(self, loss: float, norm: float) -> None:
        """Stop before a step that would spoil the parameters."""
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise ValueError(
                f"in step {self.step + 1} the loss is {loss} and its gradient's length "
                f"{norm}: training has diverged; try a lower learning rate or a "
                "tighter clip"
            )

    def note(self, loss: float, norm: float, batch: Batch, state: State) -> None:
        """Count a step and remember its figures, the loss in bits."""
        self.step += 1
        self.losses.append(loss / math.log(2))
        self.norms.append(norm)
        self.inputs, self.state = batch.inputs, state

    def look(self) -> None:
        """Add a point to the history, and keep the parameters if they are the best."""
        history = self.history
        history.steps.append(self.step)
        history.train.append(math.fsum(self.losses) / len(self.losses))
        history.norms.append(math.fsum(self.norms) / len(self.norms))
        self.losses, self.norms = [], []
        if self.valid is not None:
            self.model.eval()
            history.valid.append(float(self.valid()))
            self.compare()
        self.read_clock()

    def compare(self) -> None:
        """Keep the parameters if the last look was better than all before."""
        *earlier, now = self.history.valid
        if math.isnan(now):
            raise ValueError("valid must return a number of bits, got nan")
        if not earlier or now < min(earlier):
            self.history.best, self.waiting = len(earlier), 0
            self.best = {k: v.clone() for k, v in self.model.state_dict().items()}
        else:
            self.waiting += 1

    def said(self) -> str:
        """Say where training stands, for the bar."""
        history = self.history
        text = f"train {history.train[-1]:.3f}"
        return text + (f", valid {history.valid[-1]:.3f}" if history.valid else "")

    def read_clock(self) -> None:
        """Add the seconds since the last reading to the history."""
        self._clock.stop()
        self.history.seconds += self._clock.seconds
        self.history.cpu_seconds += self._clock.cpu_seconds
        self._clock = runtime.Stopwatch()

    def save(self) -> None:
        """Write a checkpoint, if there is a file for it."""
        if self.checkpoint:
            self.read_clock()
            checkpoints.save(self, self.checkpoint)

    def resume(self, batches) -> None:
        """Go back to where the checkpoint was written, if there is one."""
        if self.checkpoint:
            runtime.sweep(self.checkpoint)
        if self.checkpoint and self.checkpoint.exists():
            checkpoints.load(self, self.checkpoint, batches)
            self._clock = runtime.Stopwatch()

    def end(self) -> None:
        """Leave the model with its best parameters, ready for use."""
        if self.best:
            self.model.load_state_dict(self.best)
        self.model.eval()
