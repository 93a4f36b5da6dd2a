"""gensim, an independent Word2Vec, computes the same tables as we do."""

import random

import numpy as np
import pytest

from lmcourse import littletown
from lmcourse.vectors import WordVectors, evaluate_similarity
from lmcourse.word2vec import (
    Word2Vec,
    huffman,
    keep_probability,
    noise_distribution,
)

gensim = pytest.importorskip("gensim")


@pytest.fixture(scope="module")
def counts():
    """Counts like those of a text: a few words very often, most of them rarely."""
    draw = random.Random(3)
    return [int(20_000 / (rank + 1) * (1 + draw.random())) for rank in range(400)]


@pytest.fixture(scope="module")
def peer(counts):
    """Return gensim's model of these counts, before any training."""
    model = gensim.models.Word2Vec(
        min_count=1, hs=1, negative=5, sample=1e-3, ns_exponent=0.75, vector_size=4
    )
    model.build_vocab_from_freq({f"w{i}": c for i, c in enumerate(counts)})
    return model


def places(peer, counts):
    """Return where our words stand in gensim's vocabulary."""
    return [peer.wv.key_to_index[f"w{i}"] for i in range(len(counts))]


def test_huffman_trees_cost_the_same(peer, counts):
    ours = sum(c * len(p) for c, p in zip(counts, huffman(counts).paths, strict=True))
    codes = [peer.wv.get_vecattr(f"w{i}", "code") for i in range(len(counts))]
    assert ours == sum(c * len(code) for c, code in zip(counts, codes, strict=True))


def test_noise_is_gensims(peer, counts):
    table = np.diff(peer.cum_table.astype(float), prepend=0) / peer.cum_table[-1]
    ours = noise_distribution(counts)
    assert abs(table[places(peer, counts)] - ours).max() < 1e-8


def test_gensim_keeps_more_as_word2vec_c_does(peer, counts):
    """Its formula is that of the program, ours that of the paper: t / f less."""
    theirs = [
        peer.wv.get_vecattr(f"w{i}", "sample_int") / 2**32 for i in range(len(counts))
    ]
    share = 1e-3 / (np.array(counts) / sum(counts))
    wanted = np.minimum(1, keep_probability(counts) + np.where(share < 1, share, 0))
    assert abs(np.array(theirs) - wanted).max() < 1e-6


SETTINGS = {"window": 5, "min_count": 10, "epochs": 8}


@pytest.mark.parametrize(("model", "shared"), [("skipgram", 0.5), ("cbow", 0.4)])
def test_training_ends_at_vectors_like_those_of_gensim(model, shared):
    """Other random numbers, other batches, and yet: as good, with the same neighbors.

    Both are asked for 600 gold pairs, whose rho has a standard error near 0.03 on
    either side, and for the ten nearest of the 300 commonest words, of which two
    random vocabularies of 1,400 words would share less than one in a hundred.
    """
    stories, gold = littletown.load("train")[:1500], littletown.similarities()
    ours = Word2Vec(dim=50, model=model, **SETTINGS).fit(stories).vectors
    trained = gensim.models.Word2Vec(
        stories,
        vector_size=50,
        sg=int(model == "skipgram"),
        negative=5,
        sample=1e-3,
        alpha=0.05,
        seed=1,
        workers=1,
        **SETTINGS,
    ).wv
    theirs = WordVectors(trained.index_to_key, trained.vectors)
    assert sorted(ours.words) == sorted(theirs.words)
    gold = [pair for pair in gold if pair.a in ours and pair.b in ours]
    rho = evaluate_similarity(theirs, gold).rho
    assert evaluate_similarity(ours, gold).rho == pytest.approx(rho, abs=0.1)
    common = []
    for word in ours.words[:300]:
        near = [{w for w, _ in v.neighbors(word, 10)} for v in (ours, theirs)]
        common.append(len(near[0] & near[1]) / 10)
    assert np.mean(common) > shared
