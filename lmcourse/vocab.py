"""A vocabulary: the words a model knows, numbered (chapter 1).

What it does not know becomes ``<unk>``, a word like any other. How the letters of an
unknown word are paid for, so that a small vocabulary is no free lunch, is told in
``metrics``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lmcourse import validate

UNK = "<unk>"  # any word that is not in the vocabulary
BOS = "<s>"  # before a sentence; a context, never predicted
EOS = "</s>"  # after a sentence; predicted like a word


class Vocab:
    """Words and their ids.

    Parameters
    ----------
    words : iterable of str
        In the order of their ids. One that is special already, or came before, is
        skipped: the Penn Treebank has ``<unk>`` among its words.
    specials : sequence of str, default ``("<unk>", "</s>")``
        They take the first ids. Without ``<unk>`` among them the vocabulary is closed,
        and an unknown word is an error.

    Examples
    --------
    >>> vocab = Vocab(["the", "cat"])
    >>> vocab.encode(["the", "dog"])
    [2, 0]
    """

    def __init__(self, words: Iterable[str], specials: Sequence[str] = (UNK, EOS)):
        if isinstance(words, str):
            raise ValueError(f"words must be a list of words, got one str: {words!r}")
        self.specials = tuple(specials)
        self._words = validate.words(
            "words", list(dict.fromkeys([*self.specials, *words]))
        )
        self._ids = {word: i for i, word in enumerate(self._words)}

    @classmethod
    def from_sentences(
        cls,
        sentences: Iterable[Sequence[str]],
        min_count: int = 1,
        max_size: int | None = None,
        specials: Sequence[str] = (UNK, EOS),
    ) -> "Vocab":
        """Collect the words of training sentences, the most frequent first.

        Parameters
        ----------
        sentences : list of list of str
            Training text only: words of the test would leak.
        min_count : int
            A word that occurs less often is unknown.
        max_size : int, optional
            How many words to keep at most, the special ones among them.
        specials : sequence of str

        Returns
        -------
        Vocab
            Words with equal counts are in alphabetical order.
        """
        validate.positive_int("min_count", min_count)
        counts = Counter(w for s in validate.sentences(sentences) for w in s)
        kept = sorted(
            (w for w in counts if counts[w] >= min_count and w not in specials),
            key=lambda word: (-counts[word], word),
        )
        if max_size is not None:
            validate.positive_int("max_size", max_size, minimum=len(specials))
            kept = kept[: max_size - len(specials)]
        return cls(kept, specials)

    def encode(self, tokens: Sequence[str]) -> list[int]:
        """Turn words into ids.

        Raises
        ------
        ValueError
            If a word is unknown and ``<unk>`` is not in the vocabulary.
        """
        if UNK in self._ids:
            unknown = self._ids[UNK]
            return [self._ids.get(w, unknown) for w in validate.words("tokens", tokens)]
        for word in validate.words("tokens", tokens):
            if word not in self._ids:
                raise ValueError(f"{word!r} is not in the vocabulary, nor is {UNK}")
        return [self._ids[word] for word in tokens]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Turn ids into words.

        Raises
        ------
        ValueError
            If there is no such id.
        """
        ids = list(ids)
        for i in ids:
            if not 0 <= i < len(self):
                raise ValueError(f"an id must be in 0, ..., {len(self) - 1}, got {i}")
        return [self._words[i] for i in ids]

    def replace_unknown(self, sentences: Iterable[Sequence[str]]) -> list[list[str]]:
        """Write ``<unk>`` for every word that is not in the vocabulary.

        Parameters
        ----------
        sentences : list of list of str
            Left as they were.

        Returns
        -------
        list of list of str
        """
        return [
            [word if word in self._ids else UNK for word in sentence]
            for sentence in validate.sentences(sentences)
        ]

    def __contains__(self, word: str) -> bool:
        return word in self._ids

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __repr__(self) -> str:
        return f"Vocab of {len(self)} words: {' '.join(self._words[:6])} ..."
