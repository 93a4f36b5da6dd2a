"""FastText against gensim's: pieces, hash and vectors, on any Unicode."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lmcourse.fasttext import SubwordTable, character_ngrams, fnv1a, subword_rows

peer = pytest.importorskip("gensim.models.fasttext")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
words = st.one_of(texts, st.text(st.sampled_from("花园小猫狗a<>é🙂"), max_size=8))


@given(words)
def test_hash(text):
    assert fnv1a(text) == peer.ft_hash_bytes(text.encode())


@given(words, st.integers(1, 5), st.integers(0, 4))
def test_pieces(word, low, more):
    theirs = peer.compute_ngrams_bytes(word, low, low + more)
    assert [g.encode() for g in character_ngrams(word, low, low + more)] == theirs


@given(words, st.integers(1, 3), st.integers(1, 2_000_000))
def test_rows(word, low, buckets):
    theirs = peer.ft_ngram_hashes(word, low, low + 3, buckets)
    assert subword_rows(word, {}, buckets, low, low + 3) == list(theirs)


KNOWN = ["cat", "cats", "where", "花园", "小猫", "naïve"]


@pytest.mark.parametrize("word", [*KNOWN, "kitten", "cat's", "小狗", "🙂🙂", "a" * 40])
def test_vectors(word):
    made = SubwordTable(KNOWN, 8, torch.Generator().manual_seed(1), buckets=300, low=2)
    theirs = peer.FastTextKeyedVectors(8, min_n=2, max_n=6, bucket=300)
    theirs.add_vectors(KNOWN, np.zeros((len(KNOWN), 8), dtype=np.float32))
    theirs.vectors_vocab = made.weight[: len(KNOWN)].numpy()
    theirs.vectors_ngrams = made.weight[len(KNOWN) :].numpy()
    theirs.recalc_char_ngram_buckets()
    theirs.adjust_vectors()
    np.testing.assert_allclose(made.vector(word), theirs[word], rtol=1e-4, atol=1e-7)
