"""The two plain tokenizers: a character at a time, a word at a time (chapter 1).

Characters give a tiny vocabulary and long sequences; words give short sequences, a huge
vocabulary, and words that are not in it.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from lmcourse import validate
from lmcourse.runtime import write_atomic
from lmcourse.text import words
from lmcourse.vocab import UNK, Vocab


class CharTokenizer:
    """One id per character that the training text had; others are ``<unk>``, id 0.

    Parameters
    ----------
    characters : iterable of str
    """

    kind = "characters"

    def __init__(self, characters: Iterable[str]):
        self.vocab = Vocab(list(characters), specials=(UNK,))

    @classmethod
    def train(cls, texts: str | Iterable[str]) -> "CharTokenizer":
        """Collect the characters of a text or several, in the order of their codes."""
        return cls(sorted(set().union(*_as_list(texts))))

    @property
    def vocab_size(self) -> int:
        """How many ids there are, ``<unk>`` among them."""
        return len(self.vocab)

    def encode(self, text: str) -> list[int]:
        """Turn text into ids."""
        return self.vocab.encode(list(validate.text("text", text)))

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into text; ``<unk>`` becomes U+FFFD, the replacement character."""
        shown = self.vocab.decode(ids)
        return "".join(
            "\ufffd" if character == UNK else character for character in shown
        )

    def pieces(self, text: str) -> list[str]:
        """Show how a text is cut."""
        return [self.decode([i]) for i in self.encode(text)]

    def save(self, path: str | Path) -> None:
        """Write the tokenizer as JSON."""
        _save(self, path)

    @classmethod
    def load(cls, path: str | Path) -> "CharTokenizer":
        """Read what :meth:`save` wrote."""
        return cls(_load(cls.kind, path))


class WordTokenizer:
    """One id per word or sign of the training text; others are ``<unk>``, id 0.

    White space is not kept: ``decode`` puts one space between two words.

    Parameters
    ----------
    vocabulary : iterable of str
    """

    kind = "words"

    def __init__(self, vocabulary: Iterable[str]):
        self.vocab = Vocab(list(vocabulary), specials=(UNK,))

    @classmethod
    def train(
        cls,
        texts: str | Iterable[str],
        min_count: int = 1,
        max_size: int | None = None,
    ) -> "WordTokenizer":
        """Collect the words of a text or several, the most frequent first.

        Parameters
        ----------
        texts : str or iterable of str
        min_count, max_size : int
            As in :meth:`lmcourse.vocab.Vocab.from_sentences`.
        """
        sentences = [words(text) for text in _as_list(texts)]
        return cls(
            Vocab.from_sentences(sentences, min_count, max_size, specials=(UNK,))
        )

    @property
    def vocab_size(self) -> int:
        """How many ids there are, ``<unk>`` among them."""
        return len(self.vocab)

    def encode(self, text: str) -> list[int]:
        """Turn text into ids."""
        return self.vocab.encode(words(text))

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into words with one space between two of them."""
        return " ".join(self.vocab.decode(ids))

    def pieces(self, text: str) -> list[str]:
        """Show how a text is cut."""
        return self.vocab.decode(self.encode(text))

    def save(self, path: str | Path) -> None:
        """Write the tokenizer as JSON."""
        _save(self, path)

    @classmethod
    def load(cls, path: str | Path) -> "WordTokenizer":
        """Read what :meth:`save` wrote."""
        return cls(_load(cls.kind, path))


def _as_list(texts: str | Iterable[str]) -> list[str]:
    texts = [texts] if isinstance(texts, str) else texts
    return [validate.text("each of texts", text) for text in texts]


def _save(tokenizer, path) -> None:
    stored = {"kind": tokenizer.kind, "vocab": list(tokenizer.vocab)}
    write_atomic(path, json.dumps(stored).encode())


def _load(kind: str, path) -> list[str]:
    stored = json.loads(Path(path).read_bytes())
    if stored.get("kind") != kind:
        raise ValueError(f"expected a tokenizer of {kind}, got {stored.get('kind')!r}")
    return stored["vocab"]
