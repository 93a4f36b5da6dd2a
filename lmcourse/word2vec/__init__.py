"""Word2Vec: a word is known by the company it keeps (chapter 4).

- ``windows``: which words meet, which are left out, and which serve as noise.
- ``losses``: skip-gram with the full softmax, with negative sampling, and CBOW.
- ``huffman``: a tree over all words, and the softmax that walks down it.
- ``train``: a loop to read, and `Word2Vec` for millions of words; ``blocks`` and
  ``outputs`` are what makes it fast.

What a student writes is pure: it gets its numbers and returns new ones.
"""

from lmcourse.word2vec.huffman import Huffman, hierarchical_loss, huffman
from lmcourse.word2vec.losses import (
    cbow_hidden,
    cbow_loss,
    negative_sampling_gradients,
    negative_sampling_loss,
    softmax_gradients,
    softmax_loss,
)
from lmcourse.word2vec.train import Word2Vec, WordTable, train_pairs
from lmcourse.word2vec.windows import (
    keep_probability,
    linear_decay,
    negative_samples,
    noise_distribution,
    skipgram_pairs,
)

__all__ = [
    "Huffman",
    "Word2Vec",
    "WordTable",
    "cbow_hidden",
    "cbow_loss",
    "hierarchical_loss",
    "huffman",
    "keep_probability",
    "linear_decay",
    "negative_samples",
    "negative_sampling_gradients",
    "negative_sampling_loss",
    "noise_distribution",
    "skipgram_pairs",
    "softmax_gradients",
    "softmax_loss",
    "train_pairs",
]
