"""The checks of FastText deserve trust: mistakes are known, honest code passes."""

import numpy as np
import pytest
import torch

from lmcourse import fasttext
from lmcourse.checks import fasttext as checks
from lmcourse.checks.core import prove
from lmcourse.fasttext import SubwordTable, character_ngrams, fnv1a, subword_rows

# --- other honest ways ----------------------------------------------------------------


def ngrams_with_loops(word, low, high):
    marked = "<" + word + ">"
    found = []
    for start in range(len(marked)):
        for stop in range(start + low, start + high + 1):
            piece = marked[start:stop]
            if stop <= len(marked) and piece not in ("<", ">"):
                found.append(piece)
    return found


def ngrams_by_length(word, low, high):
    chars = ["<", *word, ">"]
    found = {}
    for n in range(low, high + 1):
        for start, gram in enumerate(zip(*(chars[i:] for i in range(n)), strict=False)):
            if n > 1 or start not in (0, len(chars) - 1):
                found[start, n] = "".join(gram)
    return [found[key] for key in sorted(found)]


def hash_with_late_modulo(text):
    h = 0x811C9DC5
    for byte in text.encode("utf-8"):
        h = (h ^ (byte - 256 if byte > 127 else byte)) * (2**24 + 2**8 + 0x93)
    return h % 2**32


def hash_with_numpy(text):
    h = np.uint32(2166136261)
    with np.errstate(over="ignore"):
        for byte in np.frombuffer(text.encode(), dtype=np.int8):
            h = np.uint32(h ^ byte.astype(np.uint32)) * np.uint32(16777619)
    return int(h)


def rows_with_loop(word, ids, buckets, low, high):
    rows = []
    if word in ids:
        rows.append(ids[word])
    for piece in ngrams_with_loops(word, low, high):
        rows.append(hash_with_late_modulo(piece) % buckets + len(ids))
    return rows


def rows_as_array(word, ids, buckets, low, high):
    hashes = np.array([fnv1a(g) for g in character_ngrams(word, low, high)], dtype=int)
    rows = len(ids) + hashes % buckets
    return np.insert(rows, 0, ids[word]) if word in ids else rows


def vector_with_loop(word, ids, weight, low, high):
    rows = rows_with_loop(word, ids, len(weight) - len(ids), low, high)
    if len(rows) == 0:
        raise ValueError("too short")
    total = np.zeros(weight.shape[1])
    for row in rows:
        total += weight[row]
    return total / len(rows)


def vector_with_counts(word, ids, weight, low, high):
    rows = subword_rows(word, ids, len(weight) - len(ids), low, high)
    if not rows:
        raise ValueError(word)
    counts = np.bincount(rows, minlength=len(weight))
    return counts @ weight / counts.sum()


def spread_with_matrix(weight, rows, change):
    times = np.stack([np.bincount(mine, minlength=len(weight)) for mine in rows])
    return weight + times.T @ change


def spread_with_loops(weight, rows, change):
    new = np.array(weight)
    for i in range(len(rows)):
        for row in rows[i]:
            new[row] = new[row] + change[i]
    return new


HONEST = {
    "character_ngrams": [character_ngrams, ngrams_with_loops, ngrams_by_length],
    "fnv1a": [fnv1a, hash_with_late_modulo, hash_with_numpy],
    "subword_rows": [subword_rows, rows_with_loop, rows_as_array],
    "word_vector": [checks.word_vector, vector_with_loop, vector_with_counts],
    "spread": [checks.spread, spread_with_matrix, spread_with_loops],
}
MISTAKES = {
    "character_ngrams": checks.MISTAKES_CHARACTER_NGRAMS,
    "fnv1a": checks.MISTAKES_FNV1A,
    "subword_rows": checks.MISTAKES_ROWS,
    "word_vector": checks.MISTAKES_VECTOR,
    "spread": checks.MISTAKES_SPREAD,
}


@pytest.mark.parametrize("name", HONEST)
def test_the_check_knows_its_mistakes_and_lets_honest_code_pass(name):
    prove(getattr(checks, f"check_{name}"), MISTAKES[name], HONEST[name])


def test_spread_is_what_the_table_does(monkeypatch):
    monkeypatch.setattr(fasttext, "MOST", np.inf)  # for batches of thousands only
    words = ["banana", "bananas", "cat"]
    table = SubwordTable(words, 4, buckets=30)
    table.weight = table.weight.double()
    ids, change = [0, 2, 0], np.random.default_rng(0).normal(size=(3, 4))
    rows = [table.rows(words[i]) for i in ids]
    wanted = checks.spread(table.weight.numpy().copy(), rows, change)
    table.update_(torch.tensor(ids), torch.tensor(change))
    np.testing.assert_allclose(table.weight.numpy(), wanted)


def test_a_row_changed_in_place_is_told():
    def careless(weight, rows, change):
        for mine, delta in zip(rows, change, strict=True):
            np.add.at(weight, mine, delta)
        return weight

    assert "changed in place" in checks.check_spread(careless).hint
