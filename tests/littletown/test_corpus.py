"""The committed files come from their seeds, byte for byte."""

import hashlib
import json

import numpy as np
import pytest

from lmcourse import littletown
from lmcourse.littletown import corpus
from lmcourse.runtime import data_folder
from lmcourse.vocab import Vocab


@pytest.mark.parametrize("split", ["valid", "test"])
def test_the_seed_gives_the_committed_bytes(split):
    told = list(littletown.generate(split))
    text = "".join(" ".join(story.words) + "\n" for story in told).encode()
    hashes = json.loads((data_folder() / "littletown" / "hashes.json").read_text())
    assert hashlib.sha256(text).hexdigest() == hashes[f"{split}.txt"]
    assert [list(story.words) for story in told] == littletown.load(split)
    paid = [p for story in told for p in story.log2_probs]
    np.testing.assert_allclose(littletown.floor(split), paid, rtol=0, atol=1e-9)


def test_the_splits_are_as_promised():
    for split, (_, size) in corpus.SPLITS.items():
        loaded = littletown.load(split)
        words = sum(map(len, loaded))
        assert size <= words < size + 300
    train = littletown.load("train")
    vocab = Vocab.from_sentences(train, min_count=littletown.MIN_COUNT)
    test_words = [word for story in littletown.load("test") for word in story]
    unknown = sum(word not in vocab for word in test_words) / len(test_words)
    assert 0.003 <= unknown <= 0.015


def test_an_unknown_split_is_refused():
    with pytest.raises(ValueError, match="split"):
        littletown.load("dev")
