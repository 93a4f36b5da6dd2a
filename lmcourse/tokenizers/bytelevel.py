r"""Byte-pair encoding over bytes: the tokenizer of GPT-2 and of most models since.

A text is cut into *pieces* (a word with the space before it, a number, a run of signs),
each piece is written as its UTF-8 bytes, and the learned merges join those bytes, the
earliest merge first. There are 256 bytes, so nothing is ever unknown (chapter 1).

Every string survives: ``decode(encode(s)) == s``, also when ``s`` holds lone
surrogates, which are no characters but which Python allows (they travel as the three
bytes that UTF-8 would give them). Ids that stop in the middle of a character decode to
U+FFFD, the replacement character, in its place.

Sources: Sennrich, Haddow & Birch (2016), doi:10.18653/v1/P16-1162; bytes, and the
pattern of the pieces: Radford et al. (2019), "Language models are unsupervised
multitask learners", section 2.2.
"""

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from pathlib import Path

import regex

from lmcourse import validate
from lmcourse.runtime import write_atomic
from lmcourse.tokenizers.bpe import train_bpe

END_OF_TEXT = "<|endoftext|>"

# GPT-2's rule: an English contraction's ending; or letters, digits or signs, with at
# most one space before them; or white space, its last space left to the next piece.
PIECES = r"'(?:[sdmt]|ll|re|ve)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_cut = regex.compile(PIECES).findall  # text -> its pieces, nothing lost

REMEMBERED = 2**18  # pieces whose ids are kept: a long text has far fewer that differ


class BPETokenizer:
    """Text to ids and back, by merging bytes.

    Parameters
    ----------
    merges : sequence of (bytes, bytes)
        In the order learned. The two parts must be tokens by then.
    specials : list or tuple of str, default ``("<|endoftext|>",)``
        Tokens that stand for no text, such as the end of a document. They take the last
        ids. Written out in a text they are ordinary characters, unless the caller of
        :meth:`encode` asks otherwise.
    first_bytes : sequence of int, default 0, 1, ..., 255
        Which byte has id 0, which id 1, and so on.

    Raises
    ------
    ValueError
        If a merge joins what is no token yet, or makes a token that is already there.
    """

    def __init__(
        self,
        merges: Sequence[tuple[bytes, bytes]],
        specials: Sequence[str] = (END_OF_TEXT,),
        first_bytes: Sequence[int] = range(256),
    ):
        if sorted(first_bytes) != list(range(256)):
            raise ValueError("first_bytes must hold each of 0, 1, ..., 255 once")
        self.merges = [(bytes(left), bytes(right)) for left, right in merges]
        self.specials = tuple(validate.words("specials", list(specials)))
        if "" in self.specials or len(set(self.specials)) < len(self.specials):
            raise ValueError(f"specials must differ and not be empty, got {specials}")
        self.first_bytes = tuple(first_bytes)
        self.tokens = [bytes([byte]) for byte in self.first_bytes]  # id -> bytes
        ids = {token: i for i, token in enumerate(self.tokens)}
        # (id, id) -> id of the two together. An earlier merge has the smaller id.
        self._joined: dict[tuple[int, int], int] = {}
        for number, (left, right) in enumerate(self.merges):
            if left not in ids or right not in ids:
                raise ValueError(
                    f"merge {number} joins {left!r} and {right!r}, expected two tokens "
                    "that exist by then"
                )
            if left + right in ids:
                raise ValueError(
                    f"merge {number} makes {left + right!r}, expected a new token"
                )
            self._joined[ids[left], ids[right]] = len(self.tokens)
            ids[left + right] = len(self.tokens)
            self.tokens.append(left + right)
        self._byte_id = [ids[bytes([byte])] for byte in range(256)]
        self._special_id = {
            s: len(self.tokens) + i for i, s in enumerate(self.specials)
        }
        self._known = _Remembered(self._merge)

    @classmethod
    def train(
        cls,
        texts: str | Iterable[str],
        vocab_size: int = 1024,
        specials: Sequence[str] = (END_OF_TEXT,),
    ) -> "BPETokenizer":
        """Learn merges from a text or several.

        Parameters
        ----------
        texts : str or iterable of str
            Training text only: a tokenizer is a statistic, too.
        vocab_size : int
            256 bytes, the special tokens, and merges for the rest; fewer if every
            piece of the text has become one token.
        specials : sequence of str

        Returns
        -------
        BPETokenizer
        """
        room = validate.positive_int("vocab_size", vocab_size) - 256 - len(specials)
        if room < 0:
            raise ValueError(
                f"vocab_size must be at least {256 + len(specials)}, the bytes and the "
                f"special tokens, got {vocab_size}"
            )
        return cls(train_bpe(count_pieces(texts), room), specials)

    @property
    def vocab_size(self) -> int:
        """How many ids there are: bytes, merges, special tokens."""
        return len(self.tokens) + len(self.specials)

    def encode(self, text: str, allow_specials: bool = False) -> list[int]:
        """Turn text into ids.

        Parameters
        ----------
        text : str
        allow_specials : bool, default False
            Whether ``<|endoftext|>`` written out in the text becomes the special token.
            Leave it off for text from other people: nobody should be able to end your
            document by typing.

        Returns
        -------
        list of int
        """
        validate.text("text", text)
        if not (allow_specials and self.specials):
            return list(chain.from_iterable(map(self._known.__getitem__, _cut(text))))
        # Longest first, so that a special token never hides a longer one.
        names = sorted(map(regex.escape, self.specials), key=len, reverse=True)
        ids: list[int] = []
        for i, part in enumerate(regex.split(f"({'|'.join(names)})", text)):
            ids.extend([self._special_id[part]] if i % 2 else self.encode(part))
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into text.

        Parameters
        ----------
        ids : iterable of int

        Returns
        -------
        str
            Bytes that are no character, because the ids begin or end inside one, become
            U+FFFD. Special tokens are written out.
        """
        data = b"".join(map(self.token_bytes, ids))
        try:
            return data.decode("utf-8", errors="surrogatepass")
        except UnicodeDecodeError:
            return data.decode("utf-8", errors="replace")

    def token_bytes(self, token_id: int) -> bytes:
        """Return the bytes that one id stands for."""
        if not 0 <= token_id < self.vocab_size:
            raise ValueError(
                f"an id must be in 0, ..., {self.vocab_size - 1}, got {token_id}"
            )
        if token_id < len(self.tokens):
            return self.tokens[token_id]
        return self.specials[token_id - len(self.tokens)].encode()

    def pieces(self, text: str) -> list[str]:
        """Show how a text is cut: the tokens, a part of a character as U+FFFD."""
        return [self.decode([i]) for i in self.encode(text)]

    def save(self, path: str | Path) -> None:
        """Write the tokenizer as JSON, its merges as pairs of ids."""
        stored = {
            "kind": "byte-level BPE",
            "specials": self.specials,
            "first_bytes": self.first_bytes,
            "merges": list(self._joined),
        }
        write_atomic(Path(path), json.dumps(stored).encode())

    @classmethod
    def load(cls, path: str | Path) -> "BPETokenizer":
        """Read what :meth:`save` wrote; the same text gets the same ids."""
        stored = json.loads(Path(path).read_bytes())
        if stored.get("kind") != "byte-level BPE":
            raise ValueError(
                f"expected a stored byte-level BPE, got {stored.get('kind')!r}"
            )
        tokens = [bytes([byte]) for byte in stored["first_bytes"]]
        merges = []
        for left, right in stored["merges"]:
            merges.append((tokens[left], tokens[right]))
            tokens.append(tokens[left] + tokens[right])
        return cls(merges, stored["specials"], stored["first_bytes"])

    def _merge(self, piece: str) -> list[int]:
        """Merge the bytes of one piece: always the earliest merge, leftmost first.

        A heap of possible merges and links to the neighbors make this n log n, so a
        piece of a million letters (Chinese has no spaces) is no trouble.
        """
        ids = [self._byte_id[byte] for byte in _to_bytes(piece)]
        joined = self._joined
        todo = [
            (joined[pair], at)
            for at, pair in enumerate(pairwise(ids))
            if pair in joined
        ]
        if not todo:
            return ids
        heapq.heapify(todo)
        end = len(ids)
        before = list(range(-1, end - 1))
        after = list(range(1, end + 1))  # after[i] == end: i is the last one
        while todo:
            both, at = heapq.heappop(todo)
            right = after[at]
            if right == end or joined.get((ids[at], ids[right])) != both:
                continue  # one of the two was merged meanwhile
            ids[at], ids[right] = both, -1
            after[at] = beyond = after[right]
            after[right] = end
            if beyond != end:
                before[beyond] = at
                new = joined.get((both, ids[beyond]))
                if new is not None:
                    heapq.heappush(todo, (new, at))
            if at:
                new = joined.get((ids[before[at]], both))
                if new is not None:
                    heapq.heappush(todo, (new, before[at]))
        return [i for i in ids if i >= 0]


class _Remembered(dict):
    """Piece -> ids, worked out once: language repeats itself, Zipf's law says so."""

    def __init__(self, work_out):
        self._work_out = work_out

    def __missing__(self, piece: str) -> list[int]:
        ids = self._work_out(piece)
        if len(self) < REMEMBERED and len(piece) < 100:
            self[piece] = ids
        return ids


def count_pieces(texts: str | Iterable[str]) -> dict[bytes, int]:
    """Count the pieces of a text or several: all that training has to look at.

    Parameters
    ----------
    texts : str or iterable of str

    Returns
    -------
    dict of bytes to int
    """
    counts: Counter[str] = Counter()
    for text in [texts] if isinstance(texts, str) else texts:
        counts.update(_cut(validate.text("each of texts", text)))
    return {_to_bytes(piece): count for piece, count in counts.items()}


def gpt2_alphabet() -> Mapping[str, int]:
    """Return GPT-2's printable stand-in for each byte: character -> byte, by id.

    Bytes that are printable characters in Latin-1 stand for themselves and come first;
    the others become the characters from U+0100 on, so a space is written as "Ġ".
    """
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    stand_in = {chr(byte): byte for byte in printable}
    return stand_in | {chr(256 + i): byte for i, byte in enumerate(others)}


def gpt2() -> BPETokenizer:
    """Return GPT-2's tokenizer, from the merges that OpenAI published.

    They are not part of this package: ``lmcourse data get gpt2`` fetches them.
    """
    from lmcourse import datasets  # here, so that nothing else needs the catalogue

    lines = datasets.load("gpt2", "merges").split("\n")
    alphabet = gpt2_alphabet()

    def written(symbols: str) -> bytes:
        return bytes(alphabet[symbol] for symbol in symbols)

    merges = [
        tuple(map(written, line.split(" ")))
        for line in lines
        if line and not line.startswith("#version")
    ]
    return BPETokenizer(merges, first_bytes=tuple(alphabet.values()))


def _to_bytes(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogatepass")
