"""Read and write n-gram models as ARPA files (chapter 2).

The text format that n-gram programs share: for each length a list of lines
"log10 P, n-gram, log10 backoff weight". A logarithm of -99 or less means zero.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike

import numpy as np

from lmcourse.ngram.counting import Level
from lmcourse.ngram.model import NGramModel
from lmcourse.vocab import BOS, EOS

ZERO = -99.0


def write_arpa(model: NGramModel, path: str | PathLike) -> None:
    """Write a model; see ``NGramModel.to_arpa``."""
    sizes = [len(model.words) + 1, *model.num_ngrams()[1 : len(model.levels)]]
    for word in model.words:
        if word.split() != [word]:
            raise ValueError(
                f"an ARPA file separates words by spaces, so it cannot hold {word!r}"
            )
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write("\\data\\\n")
        file.writelines(f"ngram {n}={size}\n" for n, size in enumerate(sizes, start=1))
        spelled = [""]
        for n, level in enumerate(model.levels, start=1):
            file.write(f"\n\\{n}-grams:\n")
            contexts, words = np.divmod(level.keys, len(model.words) + 1)
            names = [*model.words, BOS]
            spelled = [
                f"{spelled[context]} {names[word]}".lstrip()
                for context, word in zip(contexts.tolist(), words.tolist(), strict=True)
            ]
            top = n == len(model.levels)
            file.writelines(_lines(level, spelled, top))
        file.write("\n\\end\\\n")


def _lines(level: Level, spelled: list[str], top: bool) -> Iterator[str]:
    probs = np.minimum(_log10(level.prob), 0.0).tolist()  # no 1.0000000000000002
    if top:
        for prob, gram in zip(probs, spelled, strict=True):
            yield f"{prob:.16g}\t{gram}\n"
    else:
        weights = _log10(level.backoff).tolist()
        for prob, gram, weight in zip(probs, spelled, weights, strict=True):
            yield f"{prob:.16g}\t{gram}\t{weight:.16g}\n"


def _log10(p: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.maximum(np.log10(p), ZERO)


class _StoredModel(NGramModel):
    """A model from a file, which holds probabilities and no counts."""

    def fit(self, sentences: Iterable[Sequence[str]]) -> NGramModel:
        """Raise NotImplementedError, and leave the model as it is."""
        raise NotImplementedError("a model from an ARPA file cannot be fitted again")

    def count(self, ngram: Sequence[str]) -> int:
        """Raise NotImplementedError: the file does not say how often."""
        raise NotImplementedError("an ARPA file holds probabilities, but no counts")


def read_arpa(path: str | PathLike) -> NGramModel:
    """Read a model that this package or another program has written.

    Parameters
    ----------
    path : str or PathLike

    Returns
    -------
    NGramModel
        It scores, predicts and generates, but has no counts and cannot be fitted.

    Raises
    ------
    ValueError
        If the file is not a complete ARPA file; the message quotes what is wrong.
    """
    with open(path, encoding="utf-8") as file:
        sections = _sections(file)
    words = [line.split()[1] for line in sections[0] if len(line.split()) > 1]
    if EOS not in words:
        raise ValueError(f"{path} has no word {EOS}, so no sentence could end")
    if BOS not in words:
        sections[0].append(f"{ZERO} {BOS}")
    model = _StoredModel(order=len(sections))
    model._set_words([word for word in words if word != BOS])
    known = model.vocab | {BOS: len(model.words)}
    for n, lines in enumerate(sections, start=1):
        model.levels.append(_level(n, lines, known, model.levels))
    return model


def _sections(lines: Iterable[str]) -> list[list[str]]:
    """Cut the file into the lines of each length."""
    sections: list[list[str]] = []
    promised: list[int] = []
    complete = False
    for line in lines:
        line = line.strip()
        if sections and line and line[0] != "\\":
            sections[-1].append(line)
        elif line.endswith("-grams:"):
            sections.append([])
        elif line.startswith("ngram") and "=" in line:
            size = line.partition("=")[2].strip()
            if not size.isdecimal():
                raise ValueError(f"a line of the ARPA file gives no number: {line!r}")
            promised.append(int(size))
        elif complete := line == "\\end\\":
            break
    if not promised:
        raise ValueError("this is no ARPA file: no line says how many n-grams it has")
    if not complete or promised != [len(section) for section in sections]:
        raise ValueError(
            f"the ARPA file is not complete: it promises {promised} n-grams, and holds "
            f"{[len(section) for section in sections]}"
        )
    return sections


def _level(n: int, lines: list[str], known: dict, below: list[Level]) -> Level:
    """Give the n-grams of one length their keys and sort them."""
    logs, ids = _parse(n, lines, known)
    size = len(known)
    number = ids[:, 0]
    for level, word in zip(below[1:], ids.T[1:], strict=False):
        number = np.where(number >= 0, level.find(number * size + word), -1)
    if n > 1:
        if (number < 0).any():
            gram = lines[int(np.argmin(number))]
            raise ValueError(f"the ARPA file has {gram!r}, but not the context of it")
        number = number * size + ids[:, -1]
    order = np.argsort(number)
    keys = number[order]
    if (np.diff(keys) == 0).any():
        raise ValueError(f"the ARPA file has a {n}-gram twice")
    prob, backoff = np.where(logs > ZERO, 10.0**logs, 0.0)[order].T.copy()
    unknown = np.zeros(len(lines), dtype=np.int64)  # the file has no counts
    return Level(keys, unknown, unknown, ids[order, 0] == size - 1, prob, backoff)


def _parse(n: int, lines: list[str], known: dict) -> tuple[np.ndarray, np.ndarray]:
    """Return log10 P and log10 backoff weight, (G, 2), and the ids, (G, n)."""
    logs: list[float] = []
    ids: list[int] = []
    for line in lines:
        fields = line.split()
        try:
            weight = float(fields[n + 1]) if len(fields) == n + 2 else 0.0
            logs += float(fields[0]), weight
            ids += map(known.__getitem__, fields[1 : n + 1])
        except KeyError as error:
            raise ValueError(
                f"the ARPA file has {n}-grams with the new word {error}"
            ) from None
        except ValueError:
            fields = []
        if not n < len(fields) < n + 3 or not logs[-2] < 1e-6 or math.isnan(logs[-1]):
            raise ValueError(f"a line of the ARPA file is no {n}-gram: {line!r}")
    return np.array(logs).reshape(-1, 2), np.array(ids, np.int64).reshape(-1, n)
