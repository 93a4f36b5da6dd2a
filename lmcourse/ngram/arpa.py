"""Read and write n-gram models as ARPA files (chapter 2).

The text format that n-gram programs share: for each length a list of lines
"log10 P, n-gram, log10 backoff weight". A logarithm of -99 or less means zero.
"""

from collections.abc import Iterable, Iterator
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


def read_arpa(path: str | PathLike) -> NGramModel:
    """Read a model that this package or another program has written.

    Parameters
    ----------
    path : str or PathLike

    Returns
    -------
    NGramModel
        It scores, predicts and generates, but cannot be fitted again.

    Raises
    ------
    ValueError
        If the file is not a complete ARPA file; the message names the line.
    """
    with open(path, encoding="utf-8") as file:
        sections = _sections(file)
    model = NGramModel(order=len(sections))
    words = [gram[0] for gram, _, _ in sections[0] if gram[0] != BOS]
    if EOS not in words:
        raise ValueError(f"{path} has no word {EOS}, so no sentence could end")
    if len(words) == len(sections[0]):
        sections[0].append(([BOS], 0.0, 1.0))
    model._set_words(words)
    known = model.vocab | {BOS: len(words)}
    for n, rows in enumerate(sections, start=1):
        model.levels.append(_level(n, rows, known, model.levels))
    return model


def _sections(lines: Iterable[str]) -> list[list[tuple]]:
    """Parse the file into one list of (words, P, backoff weight) for each length."""
    sections: list[list[tuple]] = []
    promised: list[int] = []
    complete = False
    for number, line in enumerate(lines, start=1):
        fields = line.split()
        if not fields or fields == ["\\data\\"]:
            continue
        if fields[0] == "ngram" and not sections and "=" in line:
            promised.append(int(line.partition("=")[2]))
        elif len(fields) == 1 and fields[0].endswith("-grams:"):
            sections.append([])
        elif fields == ["\\end\\"]:
            complete = True
            break
        elif sections:
            sections[-1].append(_row(fields, len(sections), number))
    if not promised:
        raise ValueError("this is no ARPA file: no line says how many n-grams it has")
    if not complete or promised != [len(rows) for rows in sections]:
        raise ValueError(
            f"the ARPA file is not complete: it promises {promised} n-grams, and holds "
            f"{[len(rows) for rows in sections]}"
        )
    return sections


def _row(fields: list[str], n: int, number: int) -> tuple[list[str], float, float]:
    try:
        prob, *rest = float(fields[0]), *fields[n + 1 :]
        weight = float(rest[0]) if rest else 0.0
        if not n < len(fields) < n + 3:
            raise ValueError
    except ValueError:
        raise ValueError(
            f"line {number} of the ARPA file is no {n}-gram: {' '.join(fields)!r}"
        ) from None
    return fields[1 : n + 1], _power(prob), _power(weight)


def _power(log10: float) -> float:
    return 10.0**log10 if log10 > ZERO else 0.0


def _level(n: int, rows: list[tuple], known: dict, below: list[Level]) -> Level:
    """Give the n-grams of one length their keys and sort them."""
    size = len(known)
    try:
        ids = np.array([[known[word] for word in gram] for gram, _, _ in rows])
    except KeyError as error:
        raise ValueError(
            f"the ARPA file has {n}-grams with the new word {error}"
        ) from None
    ids = ids.reshape(len(rows), n)
    number = ids[:, 0]
    for level, word in zip(below[1:], ids.T[1:], strict=False):
        number = np.where(number >= 0, level.find(number * size + word), -1)
    if n > 1:
        if (number < 0).any():
            gram = " ".join(rows[int(np.argmin(number))][0])
            raise ValueError(f"the ARPA file has {gram!r}, but not the context of it")
        number = number * size + ids[:, -1]
    order = np.argsort(number)
    keys = number[order]
    if (np.diff(keys) == 0).any():
        raise ValueError(f"the ARPA file has a {n}-gram twice")
    values = np.array([row[1:] for row in rows]).reshape(len(rows), 2)[order]
    unknown = np.zeros(len(rows), dtype=np.int64)
    return Level(keys, unknown, unknown, ids[order, 0] == size - 1, *values.T.copy())
