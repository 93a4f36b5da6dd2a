"""Text as a picture of itself: what each token cost, and where a text was cut."""

from collections.abc import Mapping, Sequence
from html import escape


class SurpriseStrip:
    """A text in which each token is the darker the more it surprised a model.

    Parameters
    ----------
    tokens : sequence of str
    bits : sequence of float
        The surprise of each token, ``-log2`` of its probability.
    most : float, optional
        Bits at which the color is darkest; the largest if omitted.
    form : str
        Format of the figures.
    """

    def __init__(
        self,
        tokens: Sequence[str],
        bits: Sequence[float],
        most: float | None = None,
        form: str = ".1f",
    ):
        if len(tokens) != len(bits):
            raise ValueError(
                f"one figure a token is needed: {len(tokens)} tokens, {len(bits)} bits"
            )
        self.tokens, self.bits = list(tokens), [abs(b) for b in bits]
        self.most, self.form = most or max([*self.bits, 1e-9]), form

    def __repr__(self) -> str:
        pairs = zip(self.tokens, self.bits, strict=True)
        return " ".join(
            f"{visible(token)}({bits:{self.form}})" for token, bits in pairs
        )

    def _repr_html_(self) -> str:
        parts = []
        for token, bits in zip(self.tokens, self.bits, strict=True):
            share = min(1.0, bits / self.most)  # white to the palette's orange
            red, green, blue = (round(255 - share * (255 - c)) for c in (230, 159, 0))
            parts.append(
                f'<span style="background:rgb({red},{green},{blue});color:#111;'
                "display:inline-block;padding:1px 4px;margin:1px;border-radius:3px;"
                f'text-align:center">{escape(visible(token))}'
                f'<br><small style="font-size:70%">{bits:{self.form}}</small></span>'
            )
        return f'<div style="line-height:1.25">{"".join(parts)}</div>'


def surprise_strip(
    tokens: Sequence[str], bits: Sequence[float], most: float | None = None
) -> SurpriseStrip:
    """Show a text with the bits that each token cost, as color and as a figure."""
    return SurpriseStrip(tokens, [float(b) for b in bits], most)


class Cuts:
    """A text cut in several ways, one line a way, each piece in a box of its own.

    Parameters
    ----------
    cuts : mapping of str to sequence of str
        Name of the way -> the pieces, from the first to the last.
    """

    def __init__(self, cuts: Mapping[str, Sequence[str]]):
        marks = str.maketrans({" ": "␣", "\n": "⏎"})
        self.cuts = {
            name: [piece.translate(marks) for piece in pieces]
            for name, pieces in cuts.items()
        }

    def __repr__(self) -> str:
        return "\n".join(
            f"{name} ({len(pieces)}): {'|'.join(pieces)}"
            for name, pieces in self.cuts.items()
        )

    def _repr_html_(self) -> str:
        lines = []
        for name, pieces in self.cuts.items():
            boxes = "".join(
                f'<span style="background:{("#cfe4f2", "#fbe6bd")[i % 2]};color:#111;'
                'padding:1px 2px;margin:1px;border-radius:3px;white-space:pre">'
                f"{escape(piece)}</span>"
                for i, piece in enumerate(pieces)
            )
            lines.append(
                f'<p style="line-height:1.7;margin:4px 0"><b>{escape(name)}</b> '
                f"({len(pieces)})<br>{boxes}</p>"
            )
        return "".join(lines)


def visible(token: str) -> str:
    """Write a token that would not be seen, such as a space, as a sign."""
    return {" ": "␣", "\n": "⏎", "": "∎", "</s>": "∎"}.get(token, token)
