"""Check the exercises on FastText: probes and known mistakes (chapter 5).

The right answers are in ``lmcourse.fasttext``; those of the last two are what its table
does. A list of small sections, one an exercise, and each can be read alone.

Shape letters: V words of the vocabulary, E embedding, B words of a batch,
R = V + buckets rows in all.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable

import numpy as np
import torch

from lmcourse.checks.core import CheckResult, diagnose
from lmcourse.fasttext import SubwordTable, character_ngrams, fnv1a, subword_rows

Mistakes = dict[str, Callable]

# --- toy words ------------------------------------------------------------------------

_LETTERS = list("aeiouklmnrst")
_MORE = list("aeionst花园小猫é")


def _word(rng: np.random.Generator, low: int, high: int, letters=_LETTERS) -> str:
    """Draw a word of ``low`` to ``high`` characters."""
    return "".join(rng.choice(letters, rng.integers(low, high + 1)).tolist())


def _vocabulary(rng: np.random.Generator) -> list[str]:
    """Draw a few different words; the first has a piece that comes twice."""
    more = {_word(rng, 3, 7) for _ in range(5)} | {_word(rng, 2, 4, _MORE)}
    return ["banana", "cat", *sorted(more - {"banana", "cat", "cats"})]


# --- character_ngrams * ---------------------------------------------------------------


def check_character_ngrams(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``character_ngrams(word, low, high)``: a list of str."""
    return diagnose(
        "character_ngrams",
        student,
        character_ngrams,
        lambda rng: [
            ("where", 3, 3),
            ("her", 3, 6),
            ("a", 3, 6),
            ("是", 1, 2),
            ("banana", 2, 3),
            ("Is", 1, 2),
            (_word(rng, 5, 9), 3, 6),
            (_word(rng, 5, 9, _MORE), 2, 4),
            (_word(rng, 2, 3, _MORE), 1, 3),
        ],
        MISTAKES_CHARACTER_NGRAMS,
        seed=seed,
    )


def _windows(
    marked: str, low: int, high: int, keep: Callable = lambda start, n, size: True
) -> list[str]:
    """Cut pieces out of a text as it is; the marks alone are none."""
    size = len(marked)
    return [
        marked[start : start + n]
        for start in range(size)
        for n in range(low, min(high, size - start) + 1)
        if keep(start, n, size) and marked[start : start + n] not in {"<", ">"}
    ]


def _kept(keep: Callable) -> Callable:
    """Cut ``<word>``, but keep the pieces of which ``keep(start, n, size)`` holds."""
    return lambda word, low, high: _windows(f"<{word}>", low, high, keep)


def _by_length(word, low, high):
    marked = f"<{word}>"
    grams = (
        marked[start : start + n]
        for n in range(low, high + 1)
        for start in range(len(marked) - n + 1)
    )
    return [gram for gram in grams if gram not in {"<", ">"}]


def _with_stubs(word, low, high):
    marked = f"<{word}>"
    return [
        gram
        for start in range(len(marked))
        for n in range(low, high + 1)
        if (gram := marked[start : start + n]) not in {"<", ">"}
    ]


def _of_bytes(word, low, high):
    data = f"<{word}>".encode()
    grams = (
        data[start : start + n]
        for start in range(len(data))
        for n in range(low, min(high, len(data) - start) + 1)
    )
    return [g.decode(errors="replace") for g in grams if g not in {b"<", b">"}]


def _bare_lengths(word, low, high):
    last = len(word)
    return [
        "<" * (start == 0) + word[start : start + n] + ">" * (start + n == last)
        for start in range(last)
        for n in range(low, min(high, last - start) + 1)
    ]


MISTAKES_CHARACTER_NGRAMS: Mistakes = {
    "The marks are missing: cut up '<' + word + '>', so that a piece knows whether it "
    "begins or ends the word.": lambda word, low, high: _windows(word, low, high),
    "No piece ends in '>': either the mark is missing, or the last piece of each "
    "length is (they start at range(len(marked) - n + 1)).": (
        lambda word, low, high: _windows(f"<{word}", low, high)
    ),
    "Only the end is marked: put '<' before the word, too.": (
        lambda word, low, high: _windows(f"{word}>", low, high)
    ),
    "The longest pieces are missing: range stops before its end, so write "
    "range(low, high + 1).": (
        lambda word, low, high: _windows(f"<{word}>", low, high - 1)
    ),
    "Only the shortest length is there: all lengths from low to high are wanted.": (
        lambda word, low, high: _windows(f"<{word}>", low, low)
    ),
    "Only the longest length is there: all lengths from low to high are wanted.": (
        lambda word, low, high: _windows(f"<{word}>", high, high)
    ),
    "Near the end the pieces get too short, or come twice: a slice that runs over the "
    "end is cut off without a word. Stop where start + n is the end.": _with_stubs,
    "These are the right pieces in another order: go from left to right, and at each "
    "place from the shortest to the longest.": _by_length,
    "A piece that stands in the word twice must come twice ('ana' in banana).": (
        lambda word, low, high: list(dict.fromkeys(character_ngrams(word, low, high)))
    ),
    "A mark alone is no piece: with low = 1, leave out '<' and '>', but keep the "
    "single letters.": lambda word, low, high: [
        f"<{word}>"[start : start + n]
        for start in range(len(word) + 2)
        for n in range(low, min(high, len(word) + 2 - start) + 1)
    ],
    "Single letters are missing: with low = 1 only the marks are left out.": (
        _kept(lambda start, n, size: n > 1)
    ),
    "These are pieces of UTF-8 bytes: count characters, of which 花 is one.": (
        _of_bytes
    ),
    "Only pieces from the beginning are there (prefixes): start at every place.": (
        _kept(lambda start, n, size: start == 0)
    ),
    "Only pieces up to the end are there (suffixes): stop at every place.": (
        _kept(lambda start, n, size: start + n == size)
    ),
    "The pieces do not overlap: the next one starts one character later, not n.": (
        _kept(lambda start, n, size: start % n == 0)
    ),
    "The marks count, too: mark the word first, then cut pieces of low to high "
    "characters out of '<' + word + '>'.": _bare_lengths,
    "The whole word comes on top. It has a row of its own, but as a piece it counts "
    "only where it is short enough.": lambda word, low, high: [
        *character_ngrams(word, low, high),
        f"<{word}>",
    ],
    "The letters have become small: 'Is' and 'is' are different words, and have "
    "different pieces.": (
        lambda word, low, high: character_ngrams(word.lower(), low, high)
    ),
    "Each piece is a tuple or list of letters: make it a str, by slicing the str.": (
        lambda word, low, high: [tuple(g) for g in character_ngrams(word, low, high)]
    ),
}

# --- fnv1a ** -------------------------------------------------------------------------

OFFSET, PRIME, MASK = 2166136261, 16777619, 0xFFFFFFFF


def check_fnv1a(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``fnv1a(text)``: an int of 32 bits."""
    return diagnose(
        "fnv1a",
        student,
        fnv1a,
        lambda rng: [
            ("a",),
            ("",),
            ("her>",),
            ("<花",),
            ("é",),
            *((_word(rng, 2, 8),) for _ in range(4)),
            *((_word(rng, 2, 5, _MORE),) for _ in range(4)),
        ],
        MISTAKES_FNV1A,
        seed=seed,
    )


def _signed(byte: int) -> int:
    return byte if byte < 128 else byte | 0xFFFFFF00


def _hash(
    step: Callable = lambda h, byte: (h ^ byte) * PRIME & MASK,
    start: int = OFFSET,
    units: Callable = lambda text: map(_signed, text.encode()),
) -> Callable:
    """Build a hash: ``step(h, unit)`` over the units of a text."""

    def hashed(text: str) -> int:
        h = start
        for unit in units(text):
            h = step(h, unit)
        return h

    return hashed


def _modulo_early(text: str) -> int:
    h = OFFSET
    for byte in map(_signed, text.encode()):
        h = ((h * PRIME & MASK) ^ byte) & MASK
    return h


MISTAKES_FNV1A: Mistakes = {
    "Multiplied first: that is FNV-1. In FNV-1a the exclusive or comes first, then the "
    "multiplication.": _modulo_early,
    "The number grows without an end: keep 32 bits, h % 2**32 or h & 0xFFFFFFFF. "
    "Python's integers do not overflow by themselves.": _hash(
        lambda h, byte: (h ^ byte) * PRIME
    ),
    "Right for ASCII, and this is true FNV-1a. But FastText's bytes are signed: one "
    "above 127 has its 24 upper bits set before the exclusive or, byte | 0xFFFFFF00.": (
        _hash(units=str.encode)
    ),
    "These are the numbers of the characters (ord): hash the bytes, text.encode().": (
        _hash(units=lambda text: map(ord, text))
    ),
    "Bytes above 127 are set to all ones, or lose a part: byte | 0xFFFFFF00 keeps the "
    "lower 8 bits.": _hash(
        units=lambda text: (b if b < 128 else MASK for b in text.encode())
    ),
    "It starts at 0: h begins as the offset 2166136261.": _hash(start=0),
    "It starts at 1: h begins as the offset 2166136261.": _hash(start=1),
    "It starts with the prime: h begins as the offset 2166136261, and the prime "
    "multiplies.": _hash(start=PRIME),
    "These are the constants for 64 bits: with 32, the offset is 2166136261 and the "
    "prime 16777619.": _hash(
        lambda h, byte: (h ^ byte) * 1099511628211 & 0xFFFFFFFFFFFFFFFF,
        14695981039346656037,
        str.encode,
    ),
    "The prime is wrong: 16777619, which is 2**24 + 2**8 + 0x93.": _hash(
        lambda h, byte: (h ^ byte) * 16777216 & MASK
    ),
    "It multiplies by 33 or 31 as other hashes do: FNV's prime is 16777619.": _hash(
        lambda h, byte: (h ^ byte) * 33 & MASK
    ),
    "The bytes are added: combine them with an exclusive or, h ^ byte.": _hash(
        lambda h, byte: (h + byte) * PRIME & MASK
    ),
    "This is an or, which loses what it knew: the exclusive or is h ^ byte.": _hash(
        lambda h, byte: (h | byte) * PRIME & MASK
    ),
    "The exclusive or is written ^ in Python; ** is a power, and * a product.": _hash(
        lambda h, byte: h * byte * PRIME & MASK
    ),
    "h % 0xFFFFFFFF divides by 2**32 - 1: write h & 0xFFFFFFFF or h % 2**32.": _hash(
        lambda h, byte: (h ^ byte) * PRIME % MASK
    ),
    "Only 31 bits are left: keep 32, h & 0xFFFFFFFF.": _hash(
        lambda h, byte: (h ^ byte) * PRIME & 0x7FFFFFFF
    ),
    "The result is read as a signed number, below 0 for half of all texts: the hash is "
    "from 0 to 2**32 - 1.": lambda text: (fnv1a(text) + 2**31) % 2**32 - 2**31,
    "Python's hash() gives other numbers each time Python starts: yesterday's table "
    "would be worthless. Compute FNV-1a yourself.": lambda text: hash(text) % 2**32,
    "Python's hash() gives other numbers each time Python starts, and negative ones: "
    "compute FNV-1a yourself.": hash,
    "This is CRC-32, a checksum: compute FNV-1a.": (
        lambda text: zlib.crc32(text.encode())
    ),
    "This is MD5: compute FNV-1a.": lambda text: int.from_bytes(
        hashlib.md5(text.encode(), usedforsecurity=False).digest()[:4], "little"
    ),
    "The bytes are taken from the end: go from left to right.": _hash(
        units=lambda text: map(_signed, reversed(text.encode()))
    ),
    "The last byte is left out.": _hash(
        units=lambda text: map(_signed, text.encode()[:-1])
    ),
    "Only the first byte is hashed: is the return inside the loop?": _hash(
        units=lambda text: map(_signed, text.encode()[:1])
    ),
    "Only the last byte is hashed: does h start again in each round of the loop?": (
        _hash(units=lambda text: map(_signed, text.encode()[-1:]))
    ),
    "The last multiplication is missing: multiply after every byte.": lambda text: (
        _hash()(text) * pow(PRIME, -1, 2**32) % 2**32 if text else OFFSET
    ),
    "It puts < and > around the text: a piece comes with its marks already.": (
        lambda text: fnv1a(f"<{text}>")
    ),
}

# --- subword_rows ** ------------------------------------------------------------------


def check_subword_rows(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``subword_rows(word, ids, buckets, low, high)``: a list of int."""
    return diagnose(
        "subword_rows", student, subword_rows, _rows_probes, MISTAKES_ROWS, seed=seed
    )


def _rows_probes(rng: np.random.Generator) -> list[tuple]:
    words = _vocabulary(rng)
    ids = {word: i for i, word in enumerate(words)}
    buckets = [int(n) for n in rng.integers(50, 3_000, 6)]
    return [
        ("cat", {"dog": 0, "cat": 1}, 100, 3, 6),
        ("cats", {"dog": 0, "cat": 1}, 100, 3, 6),
        (_word(rng, 6, 9), ids, 5, 2, 5),
        ("where", ids, 9, 2, 4),
        ("banana", ids, buckets[0], 3, 4),
        ("bananas", ids, buckets[1], 3, 4),
        ("小猫", ids, buckets[2], 1, 2),
        (words[-1], ids, buckets[3], 3, 6),
        (_word(rng, 6, 9), ids, buckets[4], 2, 5),
        ("花é", ids, buckets[5], 2, 3),
    ]


def _own(word: str, ids: dict) -> list[int]:
    return [ids[word]] if word in ids else []


def _rows(
    place: Callable = lambda h, V, buckets: V + h % buckets,
    hashed: Callable = fnv1a,
    cut: Callable = character_ngrams,
    own: Callable = _own,
) -> Callable:
    """Build the rows from ``place(hash, V, buckets)`` of each piece."""

    def rows(word, ids, buckets, low, high):
        pieces = cut(word, low, high)
        return own(word, ids) + [place(hashed(g), len(ids), buckets) for g in pieces]

    return rows


_pieces = _rows(own=lambda *_: [])


def _unmultiplied(text: str) -> int:
    return fnv1a(text) * pow(PRIME, -1, 2**32) % 2**32


def _early(word, ids, buckets, low, high):
    return _own(word, ids) + [
        len(ids) + _unmultiplied(g) % buckets * PRIME % buckets
        for g in character_ngrams(word, low, high)
    ]


def _ordered(found: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(found))


MISTAKES_ROWS: Mistakes = {
    "The n-grams begin at row 0, on top of the words: their rows follow those of the "
    "words, len(ids) + hash % buckets.": _rows(lambda h, V, buckets: h % buckets),
    "Added before the modulo, which folds it back onto the words: len(ids) + (hash % "
    "buckets).": _rows(lambda h, V, buckets: (V + h) % buckets),
    "One row too far: the first bucket is row len(ids), since the words end at "
    "len(ids) - 1.": _rows(lambda h, V, buckets: V + 1 + h % buckets),
    "The modulo is the number of all rows: of buckets there are only `buckets`.": _rows(
        lambda h, V, buckets: V + h % (V + buckets)
    ),
    "The modulo is that of all rows, words included, so n-grams land on words: "
    "len(ids) + hash % buckets.": _rows(lambda h, V, buckets: h % (V + buckets)),
    "The modulo is the number of words: n-grams have `buckets` rows.": _rows(
        lambda h, V, buckets: V + h % V
    ),
    "hash & (buckets - 1) is a modulo for powers of two only: write hash % buckets.": (
        _rows(lambda h, V, buckets: V + (h & (buckets - 1)))
    ),
    "The upper bits choose the bucket here (hash * buckets >> 32): take the remainder, "
    "hash % buckets.": _rows(lambda h, V, buckets: V + (h * buckets >> 32)),
    "These are the hashes themselves: hash % buckets finds the bucket.": _rows(
        lambda h, V, buckets: V + h
    ),
    "The remainder is taken before the last multiplication: finish the hash, then take "
    "it modulo buckets.": _early,
    "The buckets come first here: rows 0 to len(ids) - 1 are the words'.": (
        lambda word, ids, buckets, low, high: (
            [buckets + i for i in _own(word, ids)]
            + [row - len(ids) for row in _pieces(word, ids, buckets, low, high)]
        )
    ),
    "The word's own row is missing: a word of the vocabulary owns row ids[word], and "
    "it comes first.": _pieces,
    "The word's own row comes last: put it first.": (
        lambda word, ids, buckets, low, high: (
            _pieces(word, ids, buckets, low, high) + _own(word, ids)
        )
    ),
    "A known word gets its own row alone, as in Word2Vec: its n-grams belong to it, "
    "too.": lambda word, ids, buckets, low, high: (
        _own(word, ids) or _rows()(word, ids, buckets, low, high)
    ),
    "A word that nobody knows gets row 0, which belongs to another word: it has "
    "n-grams alone.": _rows(own=lambda word, ids: [ids.get(word, 0)]),
    "A word that nobody knows gets no rows at all: its n-grams are what FastText is "
    "for.": lambda word, ids, buckets, low, high: (
        _rows()(word, ids, buckets, low, high) if word in ids else []
    ),
    "A word that nobody knows gets a row that no table has (len(ids)): it has n-grams "
    "alone.": _rows(own=lambda word, ids: [ids.get(word, len(ids))]),
    "ids[word] stops with a KeyError for a word that nobody knows, the very case that "
    "FastText is for.": _rows(own=lambda word, ids: [ids[word]]),
    "The whole word is hashed as well: if it is known it owns a row, and if not there "
    "is nothing to know of it.": lambda word, ids, buckets, low, high: (
        [*_rows()(word, ids, buckets, low, high), len(ids) + fnv1a(word) % buckets]
    ),
    "The word is hashed in place of its own row: that row is ids[word], and no n-gram "
    "can collide with it.": lambda word, ids, buckets, low, high: (
        [len(ids) + fnv1a(word) % buckets, *_pieces(word, ids, buckets, low, high)]
    ),
    "Rows that come twice are dropped: a piece that stands in the word twice, or a "
    "collision, counts twice.": (lambda *arguments: _ordered(subword_rows(*arguments))),
    "The rows are sorted: keep the order of the pieces, the word's own row first.": (
        lambda *arguments: sorted(subword_rows(*arguments))
    ),
    "The pieces have no marks: cut up '<' + word + '>'.": _rows(
        cut=MISTAKES_CHARACTER_NGRAMS[next(iter(MISTAKES_CHARACTER_NGRAMS))]
    ),
    "The marks are there twice: character_ngrams puts them around the word itself.": (
        _rows(cut=lambda word, low, high: character_ngrams(f"<{word}>", low, high))
    ),
    "low and high are not used: pass them on to character_ngrams.": _rows(
        cut=lambda word, low, high: character_ngrams(word)
    ),
    "Python's hash() gives other rows each time Python starts: use fnv1a.": _rows(
        hashed=hash
    ),
    "The hash is FNV-1, which multiplies first: in FNV-1a exclusive or is first.": (
        _rows(hashed=_modulo_early)
    ),
    "The hash is FNV-1a with plain bytes: right for ASCII, but FastText's bytes are "
    "signed.": _rows(hashed=_hash(units=str.encode)),
    "The hash was never cut to 32 bits, so its remainder is another: h % 2**32 in "
    "fnv1a.": _rows(hashed=_hash(lambda h, byte: (h ^ byte) * PRIME)),
    "The hash takes characters (ord): it must take the bytes of UTF-8.": _rows(
        hashed=_hash(units=lambda text: map(ord, text))
    ),
}

# --- word_vector ** -------------------------------------------------------------------


def check_word_vector(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``word_vector(word, ids, weight, low, high)``: an array of shape (E,)."""
    return diagnose(
        "word_vector", student, word_vector, _vector_probes, MISTAKES_VECTOR, seed=seed
    )


def word_vector(word, ids, weight, low, high):
    """Return the vector of any word, known or not, as the table does."""
    return _table(ids, weight, low, high).vector(word)


def _table(ids: dict, weight: np.ndarray, low: int, high: int) -> SubwordTable:
    """Put given numbers (R, E) into a table."""
    table = SubwordTable(
        list(ids), weight.shape[1], buckets=len(weight) - len(ids), low=low, high=high
    )
    table.weight = torch.tensor(weight)
    return table


def _vector_probes(rng: np.random.Generator) -> list[tuple]:
    words = _vocabulary(rng)
    ids = {word: i for i, word in enumerate(words)}
    weight = rng.normal(size=(len(words) + int(rng.integers(20, 90)), 4))
    line = np.arange(9.0)[:, None]
    return [
        ("ab", {"ab": 0, "cat": 1}, line, 3, 6),
        ("abc", {"ab": 0, "cat": 1}, line, 3, 3),
        ("banana", ids, weight, 3, 4),
        ("bananas", ids, weight, 3, 6),
        (_word(rng, 5, 8), ids, weight, 2, 4),
        (words[-1], ids, weight, 3, 6),
        ("小猫é", ids, weight, 1, 2),
        ("a", ids, weight, 4, 6),
    ]


def _from_rows(combine: Callable) -> Callable:
    """Build a vector from ``combine(own, pieces)``: rows (0 or 1, E) and (n, E)."""

    def vector(word, ids, weight, low, high):
        rows = subword_rows(word, ids, len(weight) - len(ids), low, high)
        if not rows:
            raise ValueError("nothing known")
        known = int(word in ids)
        return combine(weight[rows[:known]], weight[rows[known:]])

    return vector


def _all_rows(combine: Callable) -> Callable:
    return _from_rows(lambda own, pieces: combine(np.concatenate([own, pieces])))


def _mean(x: np.ndarray) -> np.ndarray:
    return x.sum(0) / max(len(x), 1)


def _other_rows(change: Callable) -> Callable:
    """Take the mean over ``change(rows, word, ids)``."""

    def vector(word, ids, weight, low, high):
        rows = subword_rows(word, ids, len(weight) - len(ids), low, high)
        if not rows:
            raise ValueError("nothing known")
        return _mean(weight[change(rows, word, ids)])

    return vector


def _short_as(value: Callable) -> Callable:
    """Answer for a word without any row, instead of an error."""

    def vector(word, ids, weight, low, high):
        try:
            return word_vector(word, ids, weight, low, high)
        except ValueError:
            return value(weight)

    return vector


MISTAKES_VECTOR: Mistakes = {
    "This is the sum, as in the paper's formula: the program, and we, take the mean, "
    "so that long words are no longer than short ones.": _all_rows(lambda x: x.sum(0)),
    "A word that nobody knows gets zeros: take the mean of its n-grams.": _from_rows(
        lambda own, pieces: (
            _mean(np.concatenate([own, pieces])) if len(own) else own.sum(0)
        )
    ),
    "A word that nobody knows gets row 0, which belongs to another word, into its "
    "mean: it has n-grams alone.": _other_rows(
        lambda rows, word, ids: rows if word in ids else [0, *rows]
    ),
    "A word that nobody knows gets row 0 alone: take the mean of its n-grams.": (
        _other_rows(lambda rows, word, ids: rows if word in ids else [0])
    ),
    "A known word is its own row here, as in Word2Vec: its n-grams count, too.": (
        _from_rows(lambda own, pieces: own[0] if len(own) else _mean(pieces))
    ),
    "The own row of a known word is left out: the mean takes it in, as one row more.": (
        _from_rows(lambda own, pieces: _mean(pieces))
    ),
    "Half own row, half n-grams: the own row weighs as much as each n-gram, so take "
    "one mean over all rows.": _from_rows(
        lambda own, pieces: (own[0] + _mean(pieces)) / 2 if len(own) else _mean(pieces)
    ),
    "You divide by the number of n-grams, but a known word has one row more: divide by "
    "the number of all rows.": _from_rows(
        lambda own, pieces: (own.sum(0) + pieces.sum(0)) / max(len(pieces), 1)
    ),
    "You divide by the number of all rows plus one.": _all_rows(
        lambda x: x.sum(0) / (len(x) + 1)
    ),
    "You divide by the square root of the number of rows: the mean divides by the "
    "number.": _all_rows(lambda x: x.sum(0) / np.sqrt(len(x))),
    "You divide by the letters of the word: divide by the number of rows.": (
        lambda word, ids, weight, low, high: (
            word_vector(word, ids, weight, low, high)
            * len(subword_rows(word, ids, len(weight) - len(ids), low, high))
            / len(word)
        )
    ),
    "Rows that come twice count once here: a piece that stands in the word twice "
    "counts twice.": _other_rows(lambda rows, word, ids: _ordered(rows)),
    "The vector is scaled to length 1: return the mean itself.": _all_rows(
        lambda x: _mean(x) / max(np.linalg.norm(_mean(x)), 1e-300)
    ),
    "Each row is scaled to length 1 first: take the mean of the rows as they are.": (
        _all_rows(
            lambda x: _mean(
                x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-300)
            )
        )
    ),
    "This is the largest number of each column: take the mean.": _all_rows(
        lambda x: x.max(0)
    ),
    "The mean goes along the wrong axis: one number for each column, mean(axis=0).": (
        _all_rows(lambda x: x.mean(1))
    ),
    "This is one number, the mean of everything: say axis=0.": _all_rows(
        lambda x: x.mean()
    ),
    "The n-grams are looked up among the words: their rows begin at len(ids).": (
        _other_rows(
            lambda rows, word, ids: [r if r < len(ids) else r - len(ids) for r in rows]
        )
    ),
    "Nothing is known of a word without rows: raise ValueError, not 0 / 0.": (
        _short_as(lambda weight: np.full(weight.shape[1], np.nan))
    ),
    "Nothing is known of a word without rows: raise ValueError. Zeros would pass for "
    "knowledge.": _short_as(lambda weight: np.zeros(weight.shape[1])),
}

# --- spread ** ------------------------------------------------------------------------


def check_spread(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``spread(weight, rows, change)``: the table after one step, (R, E)."""
    return diagnose(
        "spread", student, spread, _spread_probes, MISTAKES_SPREAD, seed=seed
    )


def spread(weight, rows, change):
    """Add ``change[i]`` to each of the rows of word i, as often as it is among them."""
    new = weight.copy()
    for mine, delta in zip(rows, change, strict=True):
        np.add.at(new, mine, delta)
    return new


def _spread_probes(rng: np.random.Generator) -> list[tuple]:
    probes = [
        (np.zeros((4, 1)), [[0, 2, 3]], np.array([[1.0]])),
        (np.zeros((4, 1)), [[1, 3, 3]], np.array([[1.0]])),
        (np.ones((4, 1)), [[0, 2], [1, 2]], np.array([[1.0], [5.0]])),
    ]
    for size in (1, 3, 5):
        weight = rng.normal(size=(12, 3))
        rows = [
            [int(rng.integers(3)), *rng.integers(3, 12, rng.integers(4, 8)).tolist()]
            for _ in range(size)
        ]
        rows[0].append(rows[0][-1])
        probes.append((weight, rows, rng.normal(size=(size, 3))))
    return probes


def _spread(part: Callable) -> Callable:
    """Add ``part(rows, delta)``, pairs of row and change, word by word."""

    def step(weight, rows, change):
        new = weight.copy()
        for mine, delta in zip(rows, change, strict=True):
            for row, each in part(mine, delta):
                new[row] += each
        return new

    return step


def _assigned(weight, rows, change):
    new = weight.copy()
    for mine, delta in zip(rows, change, strict=True):
        new[mine] = delta
    return new


def _flat(weight, rows, change):
    new = weight.copy()
    index = [row for mine in rows for row in mine]
    new[index] += np.repeat(change, [len(mine) for mine in rows], axis=0)
    return new


MISTAKES_SPREAD: Mistakes = {
    "new[rows] += change adds once to a row that is listed twice (NumPy reads first, "
    "writes later): use a loop or np.add.at.": _spread(
        lambda mine, delta: [(row, delta) for row in set(mine)]
    ),
    "A row that two words share got only one of their changes: with new[index] += "
    "..., the last one wins. Use a loop or np.add.at.": _flat,
    "Each row got its share of the change: the gradient of a mean would say so, but "
    "the program gives all of it to each row.": _spread(
        lambda mine, delta: [(row, delta / len(mine)) for row in mine]
    ),
    "Each row got its share of the change, and a row listed twice only one: the "
    "program gives all of it to each row, each time.": _spread(
        lambda mine, delta: [(row, delta / len(mine)) for row in set(mine)]
    ),
    "Only the first row, the word's own, has moved: the n-grams learn, too.": _spread(
        lambda mine, delta: [(mine[0], delta)]
    ),
    "The first row of each word has not moved: it learns like the others.": _spread(
        lambda mine, delta: [(row, delta) for row in mine[1:]]
    ),
    "The sign is wrong: the change is what to add; it has its minus already.": _spread(
        lambda mine, delta: [(row, -delta) for row in mine]
    ),
    "The rows are replaced by the change: add it to what was there.": _assigned,
    "Only the last word of the batch has learned: does the copy start again in each "
    "round?": lambda weight, rows, change: spread(weight, rows[-1:], change[-1:]),
    "Only the first word of the batch has learned: is the return inside the loop?": (
        lambda weight, rows, change: spread(weight, rows[:1], change[:1])
    ),
    "Each word got the mean of the batch's changes: change[i] belongs to word i.": (
        lambda weight, rows, change: spread(
            weight, rows, np.tile(change.mean(0), (len(rows), 1))
        )
    ),
    "Each word got the sum of the batch's changes: change[i] belongs to word i.": (
        lambda weight, rows, change: spread(
            weight, rows, np.tile(change.sum(0), (len(rows), 1))
        )
    ),
    "The changes are divided by the size of the batch: each word gets its own.": (
        lambda weight, rows, change: spread(weight, rows, change / len(rows))
    ),
    "Nothing has moved: the change must get into the copy that is returned.": (
        lambda weight, rows, change: weight.copy()
    ),
    "This is what was added, not the table: return weight plus it.": (
        lambda weight, rows, change: spread(weight, rows, change) - weight
    ),
    "Every row of the table has moved: only the rows that are listed do.": (
        lambda weight, rows, change: weight + change.sum(0)
    ),
}
