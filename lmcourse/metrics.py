r"""What a model's guesses are worth: perplexity, bits, and one common currency.

A model that gives the right next token the probability p pays -log2 p bits for it.
Everything here is a sum of such bits, divided by something (chapters 1 and 2):

    bits per word       H   = -1/N sum log2 p(w_i | w_1 ... w_{i-1})             (1)
    perplexity          PPL = 2 ** H                                             (2)
    bits per character  BPC = -1/C sum log2 p(w_i | w_1 ... w_{i-1})             (3)

N counts tokens, so (1) and (2) compare only models that cut the text alike. C counts
characters, which no tokenizer changes, so (3) compares all of them, on two conditions.

*One denominator.* Each word is followed by one separator; that of a sentence's last
word is the sentence's end. So C is the sum of len(word) + 1, whatever the model
predicts: words and </s>, characters with spaces, or pieces of words.

*Nothing is free.* A word model that says <unk> has not yet said which word. It goes on
and spells it, character by character to an end mark, and pays for that too:

    p(word | context) = p(<unk> | context) * p_spell(word | not in the vocabulary)  (4)

Sources: Shannon (1948), "A mathematical theory of communication", section 7; Shannon
(1951), "Prediction and entropy of printed English"; Jelinek, Mercer, Bahl & Baker
(1977), "Perplexity: a measure of the difficulty of speech recognition tasks"; spelling:
Brown et al. (1992), "An estimate of an upper bound for the entropy of English",
section 3; its smoothing: Witten & Bell (1991), doi:10.1109/18.87000, method C.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from lmcourse import validate
from lmcourse.vocab import UNK, Vocab

CODE_POINTS = 0x110000  # how many characters Unicode has room for
START = "\0"  # before the first character of a word: only ever a context
END = ""  # after the last character of a word: predicted like a character


def bits_per_word(log2_probs: np.ndarray) -> float:
    """Return the average bits per predicted token, equation (1).

    Parameters
    ----------
    log2_probs : float array of any shape
        log2 of the probability of each right token, ends of sentences among them.

    Returns
    -------
    float
        Infinite if a probability is 0.
    """
    log2_probs = _logarithms(log2_probs)
    if log2_probs.size == 0:
        raise ValueError("log2_probs is empty: there is nothing to average")
    return -float(log2_probs.mean())


def _logarithms(log2_probs: np.ndarray) -> np.ndarray:
    log2_probs = np.asarray(log2_probs, dtype=np.float64)
    if not (log2_probs <= 1e-9).all():
        raise ValueError(
            "log2_probs must be at most 0, as the logarithm of a probability is, got "
            f"{log2_probs.max()}; bits have the other sign"
        )
    return log2_probs


def perplexity(log2_probs: np.ndarray) -> float:
    """Return the perplexity, equation (2): as hard as guessing among so many.

    Parameters
    ----------
    log2_probs : float array
        As in :func:`bits_per_word`.

    Returns
    -------
    float
    """
    bits = bits_per_word(log2_probs)
    return 2.0**bits if bits < 1024 else math.inf


def num_chars(sentences: Iterable[Sequence[str]]) -> int:
    """Count characters, a separator after each word: the C of equation (3).

    Parameters
    ----------
    sentences : list of list of str
        The words as they were written, before any became ``<unk>``.

    Returns
    -------
    int
    """
    return sum(len(w) + 1 for s in validate.sentences(sentences) for w in s)


def bits_per_char(total_bits: float, sentences: Iterable[Sequence[str]]) -> float:
    """Return bits per character, equation (3).

    Parameters
    ----------
    total_bits : float
        Paid by any kind of model for all of the text: ``-log2_probs.sum()``, or the sum
        of :func:`spelled_bits` if there were unknown words.
    sentences : list of list of str
        As in :func:`num_chars`.

    Returns
    -------
    float
    """
    chars = num_chars(sentences)
    if chars == 0:
        raise ValueError("sentences have no words: there is nothing to divide by")
    return float(total_bits) / chars


def spelled_bits(
    log2_probs: np.ndarray,
    sentences: Iterable[Sequence[str]],
    vocab: Vocab,
    speller: "Speller",
) -> np.ndarray:
    """Return the bits of each token, unknown words spelled out: equation (4).

    Parameters
    ----------
    log2_probs : float array of shape (N,)
        What a word model pays for ``vocab.replace_unknown(sentences)``, one number a
        token, the ends of sentences among them.
    sentences : list of list of str
        The words as they were written.
    vocab : Vocab
        Anything with ``in`` that knows which words the model knows.
    speller : Speller

    Returns
    -------
    float array of shape (N,)
    """
    sentences = validate.sentences(sentences)
    tokens = [word for s in sentences for word in (*s, None)]  # None: the end
    bits = -_logarithms(log2_probs)
    if bits.shape != (len(tokens),):
        raise ValueError(
            f"log2_probs must have shape ({len(tokens)},), one number per word and one "
            f"per end of sentence, got {bits.shape}"
        )
    for i, word in enumerate(tokens):
        # A text that has <unk> in it, as the Penn Treebank does, hides the spelling.
        if word is not None and word != UNK and word not in vocab:
            bits[i] += speller.bits(word)
    return bits


class Speller:
    """The probability of a spelling: characters one by one, then an end mark.

    An interpolated character model. With h the last characters, h' one fewer of them,
    n(h) how often h was followed by anything and t(h) by how many different things,

        p(c | h) = (n(h c) + t(h) p(c | h')) / (n(h) + t(h))             (Witten-Bell)

    and below the empty h all 1,114,112 code points and the end mark are equally likely.
    So every string of any script has a probability, and those of all strings sum to 1.

    Parameters
    ----------
    words : iterable of str
        Types to learn from, of the training text. Unknown words look like rare ones:
        give those that the vocabulary left out, or those that occur once.
    known : collection of str
        The model's vocabulary. These words are never spelled, so their probability is
        shared among the others. Pass nothing and the price is slightly too high.
    order : int
        How many characters count, the predicted one among them.

    Examples
    --------
    >>> speller = Speller(["Anna", "Hanna", "Johanna"])
    >>> speller.bits("Susanna") < speller.bits("Qwertyu")
    True
    """

    def __init__(
        self, words: Iterable[str], known: Collection[str] = (), order: int = 4
    ):
        self.order = validate.positive_int("order", order)
        followers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for word in validate.words("words", list(words)):
            for at, character in enumerate((*word, END)):
                for history in self._histories(word[:at]):
                    followers[history][character] += 1
        self._seen = {h: (n, n.total(), len(n)) for h, n in followers.items()}
        self._known = frozenset(known) - {UNK}
        taken = sum(2.0 ** -self._raw_bits(word) for word in self._known)
        self._refund = math.log2(1 - taken)

    def probability(self, character: str, before: str = "") -> float:
        """Return p(character | the characters of the word before it).

        Parameters
        ----------
        character : str
            One character, or ``""``, the end mark.
        before : str
            The whole beginning of the word.

        Returns
        -------
        float
        """
        p = 1 / (CODE_POINTS + 1)
        for history in self._histories(before):
            if history in self._seen:
                followers, total, kinds = self._seen[history]
                p = (followers[character] + kinds * p) / (total + kinds)
        return p

    def bits(self, word: str) -> float:
        """Return what it costs to spell a word that is not in the vocabulary.

        Parameters
        ----------
        word : str

        Returns
        -------
        float
            -log2 of the word's share among all strings that are not known.

        Raises
        ------
        ValueError
            If the word is known: what it would cost was given to the others.
        """
        if word in self._known:
            raise ValueError(
                f"{word!r} is known to this speller, so it is never spelled; spell and "
                "predict with the same vocabulary"
            )
        return self._raw_bits(validate.text("word", word)) + self._refund

    def _raw_bits(self, word: str) -> float:
        steps = enumerate((*word, END))
        return -sum(math.log2(self.probability(c, word[:at])) for at, c in steps)

    def _histories(self, before: str) -> list[str]:
        """Return the endings of what came before, the shortest first."""
        begun = START + before
        return [begun[len(begun) - n :] for n in range(min(len(begun) + 1, self.order))]


def shannon_bounds(ranks: Iterable[int]) -> tuple[float, float]:
    r"""Bound the bits per character of whoever guessed the letters of a text.

    Somebody guesses each next letter until it is right. With q_i the share of letters
    found at the i-th guess, a text of entropy H per letter lies between

        sum_i i (q_i - q_{i+1}) log2 i  <=  H  <=  - sum_i q_i log2 q_i              (5)

    Parameters
    ----------
    ranks : iterable of int
        How many guesses each letter took, at least 1.

    Returns
    -------
    low, high : float
        In bits per letter. The upper bound is what it costs to send the ranks in place
        of the letters, from which an identical twin could restore the text.

    Notes
    -----
    Shannon (1951), "Prediction and entropy of printed English", section 5, for an ideal
    guesser and a long text; of a short one, both are rough.
    """
    ranks = [validate.positive_int("rank", rank) for rank in ranks]
    if not ranks:
        raise ValueError("ranks is empty: guess at least one letter")
    q = np.bincount(ranks)[1:] / len(ranks)  # q[i - 1] is the paper's q_i
    i = np.arange(1, len(q) + 1)
    low = float(np.sum(i * (q - np.append(q[1:], 0)) * np.log2(i)))
    used = q[q > 0]
    return low, float(-np.sum(used * np.log2(used))) + 0.0
