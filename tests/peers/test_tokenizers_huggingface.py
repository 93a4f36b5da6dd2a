"""Hugging Face's trainer and ours: the same merges, up to ties."""

import json
from collections import Counter
from itertools import pairwise

import pytest

from lmcourse.tokenizers import count_pieces, merge, train_bpe
from lmcourse.tokenizers.bytelevel import gpt2_alphabet

hf = pytest.importorskip("tokenizers")


def _their_merges(text: str, num_merges: int) -> list[tuple[bytes, bytes]]:
    tokenizer = hf.Tokenizer(hf.models.BPE())
    byte_level = hf.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = byte_level
    trainer = hf.trainers.BpeTrainer(
        vocab_size=256 + num_merges,
        initial_alphabet=byte_level.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([text], trainer)
    alphabet = gpt2_alphabet()
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return [tuple(bytes(alphabet[c] for c in part) for part in pair) for pair in merges]


def test_each_of_their_merges_is_a_most_frequent_pair(real_data):
    text = (real_data / "lm/tinyshakespeare/input.txt").read_text()[:100_000]
    counts = count_pieces(text)
    words = {word: [word[i : i + 1] for i in range(len(word))] for word in counts}
    for pair in _their_merges(text, 150):
        pairs = Counter()
        for word, symbols in words.items():
            for candidate in pairwise(symbols):
                pairs[candidate] += counts[word]
        assert pairs[pair] == max(pairs.values()), pair
        words = {word: merge(symbols, pair) for word, symbols in words.items()}


def test_the_same_merges_while_there_is_no_tie(real_data):
    text = (real_data / "lm/tinyshakespeare/input.txt").read_text()
    ours = train_bpe(count_pieces(text), 100)
    theirs = _their_merges(text, 100)
    assert ours == theirs
