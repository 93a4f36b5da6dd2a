"""The map of chapters: the one list that the book and the README both print."""

from pathlib import Path

# number, title, what it is about
CHAPTERS = (
    ("00", "Start here", "how a lesson works, is my machine fit, a guessing game"),
    (
        "01",
        "Text and tokens",
        "cleaning, splitting, Zipf and Heaps, byte pairs, Chinese",
    ),
    ("02", "n-grams", "counting, perplexity, smoothing up to Kneser-Ney, generation"),
    ("03", "Hidden Markov models", "tags behind words, forward, backward, Viterbi"),
    ("04", "Word2Vec", "words as vectors, learned from their neighbors"),
    ("05", "GloVe and FastText", "vectors from counts, vectors from pieces of words"),
    ("06", "The neural language model", "Bengio's network, and convolution"),
    ("07", "Recurrent networks", "a memory, backpropagation through time"),
    ("08", "LSTM and GRU", "gates, and why they remember"),
    ("09", "Sequence to sequence", "an encoder, a decoder, translation"),
    ("10", "Attention", "Bahdanau's idea: look back at the source"),
    ("11", "The Transformer", "attention is all that is left"),
    ("12", "GPT", "a Transformer that writes"),
    ("13", "BERT", "a Transformer that reads"),
    ("14", "Tasks", "fine-tuning: headlines, moods, questions"),
    ("15", "Instructions", "from completing text to doing as asked"),
    ("16", "Scale", "what more data, parameters and compute buy"),
    ("17", "Responsibility", "bias, privacy, cost, and what to measure"),
)


def lesson(root: Path, number: str) -> Path | None:
    """Return the notebook of a chapter, or None while it is not written."""
    return next(iter(sorted((root / "notebooks").glob(f"{number}_*.ipynb"))), None)


def chapter_map(root: Path, suffix: str = ".ipynb") -> str:
    """Return the map as a Markdown table that says which chapters exist.

    Parameters
    ----------
    root : Path
        The checkout; links are relative to it.
    suffix : str
        How a linked page ends: ``.ipynb`` in the repository and in the book's source.
    """
    lines = ["| chapter | | what it is about |", "|---|---|---|"]
    for number, title, about in CHAPTERS:
        path = lesson(root, number)
        name = f"[{title}](notebooks/{path.stem}{suffix})" if path else title
        lines.append(f"| {number} | {name} | {about} |")
    lines += ["", "The chapters with a link are there; the others are planned."]
    return "\n".join(lines)
