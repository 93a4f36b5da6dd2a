"""Text before any model: cleaning it, splitting it, counting it (chapter 1).

Nothing here guesses. Each function does one thing to a text that a reader can say in a
sentence, and a lesson shows what it costs.

Sources: Unicode Standard Annex 15 (normal forms); Zipf (1949), "Human behavior and the
principle of least effort"; Heaps (1978), "Information retrieval", section 7.5; maximum
matching as in Sproat, Shih, Gale & Chang (1996), "A stochastic finite-state
word-segmentation algorithm for Chinese", section 2.
"""

import logging
import random
import unicodedata
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from html.parser import HTMLParser
from itertools import pairwise
from typing import TypeVar

import numpy as np
import regex

from lmcourse import validate

Item = TypeVar("Item")

# A word may have apostrophes or hyphens inside: don't, mother-in-law. \p{M} are marks
# that sit on a letter: an accent taken apart by NFD, a vowel sign of Hindi.
_WORD_OR_SIGN = regex.compile(r"[\w\p{M}]+(?:['’-][\w\p{M}]+)*|[^\w\p{M}\s]")

# --- cleaning -----------------------------------------------------------------------


def strip_html(html: str) -> str:
    """Keep what a reader of a web page would see.

    Tags go, character references (``&amp;``, ``&#233;``) become characters, scripts and
    styles vanish. A paragraph, heading, list item or table cell starts a new line;
    other white space is one space, as in a browser.

    Parameters
    ----------
    html : str

    Returns
    -------
    str
    """
    page = _Page()
    page.feed(validate.text("html", html))
    page.close()
    lines = (" ".join(line.split()) for line in "".join(page.seen).split("\n"))
    return "\n".join(line for line in lines if line)


class _Page(HTMLParser):
    HIDDEN = frozenset({"script", "style", "template"})
    LINES = frozenset(
        {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt"}
        | {"footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"}
        | {"nav", "ol", "p", "pre", "section", "table", "td", "th", "title", "tr", "ul"}
        | {"caption", "details", "fieldset", "figcaption", "figure", "form", "legend"}
        | {"option", "summary"}
    )

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self.hidden = 0  # how deep inside elements that are not shown

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in self.HIDDEN
        if tag in self.LINES:
            self.seen.append("\n")

    def handle_endtag(self, tag):
        self.hidden -= tag in self.HIDDEN and self.hidden > 0
        if tag in self.LINES:
            self.seen.append("\n")

    def handle_data(self, data):
        if not self.hidden:
            self.seen.append(regex.sub(r"\s+", " ", data))


def normalize(text: str, form: str = "NFC", lower: bool = False) -> str:
    """Write the same characters in the same way everywhere.

    Parameters
    ----------
    text : str
    form : {"NFC", "NFD", "NFKC", "NFKD"}
        NFC composes (e and an accent become é), NFD takes apart. With a K, look-alikes
        are unified too (ﬁ becomes fi, ２ becomes 2, ² becomes 2): tidy, but lossy.
    lower : bool
        Whether to write everything in lower case.

    Returns
    -------
    str
        ``normalize`` of it again changes nothing.
    """
    validate.text("text", text)
    validate.one_of("form", form, ("NFC", "NFD", "NFKC", "NFKD"))
    if not lower:
        return unicodedata.normalize(form, text)
    # One pass is not enough: NFKC can bring a capital back (the raised ᴬ becomes A).
    while True:
        again = unicodedata.normalize(form, text.lower())
        if again == text:
            return text
        text = again


# --- cutting ------------------------------------------------------------------------


def words(text: str) -> list[str]:
    """Cut a text into words and single signs; white space is dropped.

    >>> words("Don't panic, said the mother-in-law.")
    ["Don't", 'panic', ',', 'said', 'the', 'mother-in-law', '.']
    """
    return _WORD_OR_SIGN.findall(validate.text("text", text))


def split_lines(text: str) -> list[list[str]]:
    """Read text that was tokenized by others: a sentence a line, spaces between words.

    Parameters
    ----------
    text : str
        The form of the Penn Treebank and WikiText-2 files.

    Returns
    -------
    list of list of str
        Lines with nothing in them are left out.
    """
    lines = validate.text("text", text).split("\n")
    return [line.split() for line in lines if line.strip()]


def max_match(
    text: str, dictionary: Collection[str], backward: bool = False
) -> list[str]:
    """Cut text without spaces: at each point take the longest word of a dictionary.

    Parameters
    ----------
    text : str
        For example a Chinese sentence.
    dictionary : collection of str
        A character that starts no word in it is a word by itself.
    backward : bool
        Whether to begin at the end and take the longest word that ends there.

    Returns
    -------
    list of str
        Joined, they are ``text`` again.

    Examples
    --------
    >>> max_match("themanran", {"the", "them", "man", "ran", "an"})
    ['them', 'an', 'ran']
    """
    validate.text("text", text)
    known = set(dictionary)
    longest = max(map(len, known), default=1)
    found, left = [], text
    while left:  # if no word fits, the inner loop ends at a single character
        for size in range(min(longest, len(left)), 0, -1):
            word = left[-size:] if backward else left[:size]
            if word in known:
                break
        found.append(word)
        left = left[:-size] if backward else left[size:]
    return found[::-1] if backward else found


def chinese_words(text: str) -> list[str]:
    """Cut Chinese text into words with jieba, in silence.

    jieba looks for the most probable path through the words of its dictionary (a
    unigram model), and guesses unknown names with a hidden Markov model.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str
        Joined, they are ``text`` again.
    """
    validate.text("text", text)
    with warnings.catch_warnings():  # of its age: old escapes, pkg_resources
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.ERROR)  # or it tells how it loads its dictionary
    return jieba.lcut(text)


def split(
    items: Sequence[Item],
    fractions: Sequence[float] = (0.8, 0.1, 0.1),
    seed: int = 0,
) -> list[list[Item]]:
    """Deal items into parts at random, before anything is counted.

    Parameters
    ----------
    items : sequence
        The units that belong together, such as whole stories: sentences of one story
        on both sides would let the test be learned by heart.
    fractions : sequence of float
        One per part, such as train, valid and test; they sum to 1.
    seed : int
        The same seed deals the same way on every machine.

    Returns
    -------
    list of list
        One list per fraction. Together they hold each item once.

    Raises
    ------
    ValueError
        If a fraction is not in [0, 1] or they do not sum to 1.
    """
    for fraction in fractions:
        validate.probability("each of fractions", fraction)
    if abs(sum(fractions) - 1) > 1e-9:
        raise ValueError(f"fractions must sum to 1, got {sum(fractions)}")
    order = random.Random(seed)
    dealt = sorted(items, key=lambda _: order.random())
    ends = [round(len(dealt) * sum(fractions[:i])) for i in range(len(fractions) + 1)]
    return [dealt[start:end] for start, end in pairwise(ends)]


# --- counting -----------------------------------------------------------------------


def zipf(tokens: Iterable[str]) -> list[tuple[str, int]]:
    """Return each type with its count, the most frequent first.

    Zipf (1949): the count is roughly proportional to 1 / rank.

    Parameters
    ----------
    tokens : iterable of str

    Returns
    -------
    list of (str, int)
        Equal counts are in alphabetical order.
    """
    return sorted(Counter(tokens).items(), key=lambda item: (-item[1], item[0]))


def heaps(tokens: Sequence[str], points: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Measure how the vocabulary grows while one reads.

    Heaps (1978): about k * tokens ** b types, with b below 1, so that growth slows down
    but never ends.

    Parameters
    ----------
    tokens : sequence of str
    points : int
        How often to look, at distances that grow geometrically.

    Returns
    -------
    read, types : integer arrays of the same length, at most ``points``
        After ``read[i]`` tokens, ``types[i]`` different ones had been seen.
    """
    validate.positive_int("points", points)
    if not len(tokens):
        raise ValueError("tokens is empty: there is nothing to read")
    read = np.unique(np.geomspace(1, len(tokens), points).round().astype(int))
    seen: set[str] = set()
    types, last = [], 0
    for now in read:
        seen.update(tokens[last:now])
        types.append(len(seen))
        last = now
    return read, np.array(types)
