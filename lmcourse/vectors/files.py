"""Vectors in files that other programs read too (chapters 4 and 5).

The text format of word2vec has a first line with the number of words and the size of
their vectors, then a line for each word: the word, and its numbers, apart by spaces.
The binary format has the same first line; each word is followed by a space and by its
numbers as float32, the lowest byte first. The program word2vec ends each word's numbers
with a line break, gensim does not; we read both and write none. The project GloVe
publishes the text format without its first line.

Both formats end a word at a space. The programs in C and C++ that read them (word2vec,
GloVe, fastText) do so at any white space of ASCII, and a zero byte ends a string there,
so a word with one of those is not written. All else can be stored, the ideographic
space U+3000 and the no-break space included.

Source: the programs themselves, word2vec.c (2013) and glove.c (2014).
"""

import re
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path

import numpy as np

from lmcourse import runtime

_ENDS = re.compile(r"[ \t\n\v\f\r\0]")  # a word, for C's scanf
_HEADER = re.compile(rb"[0-9]+[ \t]+[0-9]+\s*")
_LONGEST = 10_000  # bytes of a first line or a word; more is no file of vectors


def write(
    path: str | PathLike, words: list[str], matrix: np.ndarray, binary: bool = False
) -> None:
    """Write a file of word2vec, whole or not at all.

    Parameters
    ----------
    path : str or PathLike
    words : list of str
    matrix : float32 array of shape (V, E)
    binary : bool
        Text has nine digits a number, which is enough to read the same float32 again.

    Raises
    ------
    ValueError
        If a word is empty, has white space of ASCII or a zero byte, or cannot be
        written in UTF-8.
    """
    for word in words:
        if not word or _ENDS.search(word):
            raise ValueError(
                f"{path}: this format ends a word at white space or a zero byte, so it "
                f"cannot hold {word!r}"
            )
    try:
        spelled = [word.encode() for word in words]
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{path}: {error.object!r} cannot be written in UTF-8: {error.reason}"
        ) from None
    size = matrix.shape[1]
    if binary:
        rows = (row.tobytes() for row in matrix.astype("<f4"))
        pieces = [word + b" " + row for word, row in zip(spelled, rows, strict=True)]
    else:
        line = " ".join(["%.9g"] * size)
        rows = ((line % tuple(row)).encode() for row in matrix.tolist())
        pieces = [b"%s %s\n" % pair for pair in zip(spelled, rows, strict=True)]
    runtime.write_atomic(path, b"".join([b"%d %d\n" % matrix.shape, *pieces]))


def read(path: str | PathLike) -> tuple[list[str], np.ndarray]:
    """Read a file of word2vec, text or binary, or one of GloVe.

    Which of them it is follows from the content. A first line of two whole numbers is
    a header; a first line of a word and at least two numbers is GloVe's first word.

    Parameters
    ----------
    path : str or PathLike

    Returns
    -------
    words : list of str
    matrix : float32 array of shape (V, E)

    Raises
    ------
    FileNotFoundError
        If there is no file.
    ValueError
        If the file is empty, cut short or longer than its header says, or a line or a
        word in it is not as it should be. The message says where.
    """
    path = Path(path)
    with open(path, "rb") as file:
        first = file.readline(_LONGEST)
        start = file.read(_LONGEST)
    if not first:
        raise ValueError(f"{path} is empty; expected word vectors")
    if not _HEADER.fullmatch(first):
        return _collect(path, _text(path, None, _size_without_header(path, first)))
    count, size = map(int, first.split())
    if not count or not size:
        raise ValueError(
            f"{path}, line 1: expected a number of words and a number of dimensions "
            f"above 0, got {_quote(first)}"
        )
    least = 2 * count * (size + 1)  # a letter for each word and number, and a space
    if path.stat().st_size - len(first) < least - 1:
        raise ValueError(
            f"{path} is cut short, or line 1 is wrong: {count} words with {size} "
            f"numbers each take at least {least} bytes, and it has "
            f"{path.stat().st_size - len(first)}"
        )
    read_as = _text if _looks_like_text(start, size) else _binary
    return _collect(path, read_as(path, count, size))


def _looks_like_text(start: bytes, size: int) -> bool:
    """Tell whether what follows the first word is numbers in letters.

    Two are enough, so that a line with a slip is told as what it is. Bytes of float32
    say "7 8" and then end the line about once in 100 million files (with one number a
    word it is once in 5,000; nobody has such vectors).
    """
    try:
        rest = start.partition(b"\n")[0].partition(b" ")[2].decode()
    except UnicodeDecodeError:
        return False
    return sum(map(_is_number, rest.split())) >= min(size, 2)


def _is_number(field: str | bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _size_without_header(path: Path, first: bytes) -> int:
    numbers = first.split()[1:] if len(first) < _LONGEST else []
    if len(numbers) < 2 or not all(map(_is_number, numbers)):
        raise ValueError(
            f"{path}, line 1: expected two whole numbers (how many words, how many "
            f"dimensions) or a word and its vector, got {_quote(first)}"
        )
    return len(numbers)


def _text(
    path: Path, count: int | None, size: int
) -> Iterator[tuple[str, bytes, np.ndarray]]:
    """Yield where a word stands, the word, and its vector; no count, no header."""
    done = 0
    with open(path, "rb") as file:
        if count is not None:
            next(file)
        for number, line in enumerate(file, start=1 if count is None else 2):
            where = f"{path}, line {number}"
            if not line.strip() and not any(map(bytes.strip, file)):
                break  # white space to the end
            if done == count:
                raise ValueError(
                    f"{where}: expected the end after {count} words, as line 1 "
                    f"says, got {_quote(line)}"
                )
            word, *numbers = line.rstrip().split(b" ")
            if len(numbers) != size:
                raise ValueError(
                    f"{where}: expected a word and {size} numbers, got "
                    f"{len(numbers)} after {_quote(word)}"
                )
            yield where, word, _floats(where, word, numbers)
            done += 1
    if count is not None and done < count:
        raise ValueError(
            f"{path} is cut short: expected {count} words, as line 1 says, got {done}"
        )


def _floats(where: str, word: bytes, numbers: list[bytes]) -> np.ndarray:
    try:
        with np.errstate(over="ignore"):  # what is too large is told by _collect
            return np.array([float(number) for number in numbers], dtype=np.float32)
    except ValueError as error:
        raise ValueError(
            f"{where}: expected numbers after {_quote(word)}; {error}"
        ) from None


def _binary(
    path: Path, count: int, size: int
) -> Iterator[tuple[str, bytes, np.ndarray]]:
    """Yield where a word stands, the word, and its vector."""
    content = path.read_bytes()
    here = content.index(b"\n") + 1
    for number in range(1, count + 1):
        while content.startswith(b"\n", here):  # word2vec.c ends a vector so
            here += 1
        where = f"{path}, word {number} at byte {here}"
        space = content.find(b" ", here, here + _LONGEST)
        end = space + 1 + 4 * size
        if (space < 0 and len(content) < here + _LONGEST) or end > len(content):
            raise ValueError(
                f"{where}: the file is cut short, or line 1 is wrong: expected "
                f"{count} words with {size} numbers of 4 bytes"
            )
        word = content[here : max(space, here)]
        if space <= here or b"\n" in word or b"\0" in word:
            raise ValueError(
                f"{where}: expected a word and a space, got "
                f"{_quote(content[here : here + 40])}; is line 1 right, with {size} "
                "numbers a word?"
            )
        yield where, word, np.frombuffer(content, "<f4", size, space + 1)
        here = end
    if content[here:].strip(b"\n"):
        raise ValueError(
            f"{path}: expected the end after {count} words, as line 1 says, got "
            f"{len(content) - here} more bytes: {_quote(content[here : here + 40])}"
        )


def _collect(
    path: Path, found: Iterable[tuple[str, bytes, np.ndarray]]
) -> tuple[list[str], np.ndarray]:
    """Check each word and its vector, and stack them."""
    rows, places = [], {}
    for where, spelled, row in found:
        try:
            word = spelled.decode()
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{where}: expected a word in UTF-8, got {_quote(spelled)}: "
                f"{error.reason}"
            ) from None
        if not word or word in places:
            before = f"came before: {places[word]}" if word else "is empty"
            raise ValueError(f"{where}: expected a new word, but {word!r} {before}")
        if not np.isfinite(row).all():
            raise ValueError(f"{where}: a number of {word!r} is not finite")
        places[word] = where
        rows.append(row)
    return list(places), np.stack(rows).astype(np.float32)


def _quote(line: bytes) -> str:
    shown = line[:60].decode("utf-8", "backslashreplace").rstrip("\n")
    return repr(shown if len(line) <= 60 else shown + "...")
