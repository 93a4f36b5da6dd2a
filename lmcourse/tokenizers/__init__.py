"""Tokenizers: three ways to cut a text into pieces with numbers (chapter 1).

Characters, words, and byte pairs between them, behind one interface: ``train``,
``encode``, ``decode``, ``pieces``, ``vocab_size``, ``save`` and ``load``.
"""

from lmcourse.tokenizers.bpe import (
    count_pairs,
    encode_word,
    merge,
    naive_bpe,
    train_bpe,
)
from lmcourse.tokenizers.bytelevel import (
    END_OF_TEXT,
    PIECES,
    BPETokenizer,
    count_pieces,
    gpt2,
)
from lmcourse.tokenizers.simple import CharTokenizer, WordTokenizer

__all__ = [
    "END_OF_TEXT",
    "PIECES",
    "BPETokenizer",
    "CharTokenizer",
    "WordTokenizer",
    "count_pairs",
    "count_pieces",
    "encode_word",
    "gpt2",
    "merge",
    "naive_bpe",
    "train_bpe",
]
