"""Checks of chapter 0: bits, surprise, and Shannon's guessing game.

The references are small enough to stand here; the bounds are those of
`lmcourse.metrics.shannon_bounds`.

Sources: Shannon (1948), "A mathematical theory of communication", section 6 (entropy);
Shannon (1951), "Prediction and entropy of printed English", section 5 (the bounds).
"""

import io
import math
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout

import numpy as np

from lmcourse.checks.core import CheckResult, diagnose, stopped
from lmcourse.claims import ClaimError, claim
from lmcourse.metrics import shannon_bounds

END = "</s>"

# --- surprise: the bits of one probability ------------------------------------------


def surprise(p: float) -> float:
    """Return the bits of an event of probability p, infinite for 0."""
    if not 0 <= p <= 1:
        raise ValueError(f"a probability is from 0 to 1, got {p}")
    return math.inf if p == 0 else -math.log2(p)


def check_surprise(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``surprise(p)``, the bits of one probability."""
    return diagnose(
        "surprise", student, surprise, _probabilities, MISTAKES_SURPRISE, seed=seed
    )


def _probabilities(rng):
    drawn = [(float(p),) for p in rng.uniform(0.01, 0.99, 3)]
    return [(0.5,), (0.25,), (1.0,), *drawn, (0.0,), (1.5,), (-0.5,)]


def _surprise_as(formula: Callable, at_zero: float = math.inf) -> Callable:
    """Build a surprise that is right at the ends, and ``formula`` in between."""

    def wrong(p):
        surprise(p)
        return at_zero if p == 0 else formula(p)

    return wrong


def _unguarded(p):
    if p == 0:
        return math.inf
    return -math.log2(p) if p > 0 else math.nan


def _zero_for_zero(p):
    return 0.0 if p == 0 else surprise(p)


MISTAKES_SURPRISE: dict[str, Callable] = {
    "That is the natural logarithm (nats): bits are counted with math.log2.": (
        _surprise_as(lambda p: -math.log(p))
    ),
    "That is the logarithm to base 10: bits are counted with math.log2.": (
        _surprise_as(lambda p: -math.log10(p))
    ),
    "The sign is wrong: log2 of a probability is negative, its surprise is not.": (
        _surprise_as(math.log2, -math.inf)
    ),
    "That is 1 / p, the number of equally likely things: take log2 of it.": (
        _surprise_as(lambda p: 1 / p)
    ),
    "That is p * log2(1 / p), what the event adds to an average: leave out p.": (
        _surprise_as(lambda p: -p * math.log2(p), 0.0)
    ),
    "Bits are not rounded up: a surprise of 0.15 bits is not a whole bit.": (
        _surprise_as(lambda p: float(math.ceil(-math.log2(p))))
    ),
    "That is 1 - p: it falls with p as well, but two such events do not add up.": (
        _surprise_as(lambda p: 1 - p, 1.0)
    ),
    "That is the surprise of the opposite: use p, not 1 - p.": (
        _surprise_as(lambda p: math.inf if p == 1 else -math.log2(1 - p), 0.0)
    ),
    "An impossible event is infinitely surprising: return math.inf for p = 0.": (
        _zero_for_zero
    ),
    "Refuse what is no probability: raise ValueError unless 0 <= p <= 1.": _unguarded,
}

# --- entropy: the surprise to expect ------------------------------------------------


def entropy(probabilities: Sequence[float]) -> float:
    """Return the expected surprise of a distribution, in bits."""
    return -sum(p * math.log2(p) for p in probabilities if p > 0) + 0.0


def check_entropy(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``entropy(probabilities)``, the surprise to expect."""
    return diagnose(
        "entropy", student, entropy, _distributions, MISTAKES_ENTROPY, seed=seed
    )


def _distributions(rng):
    drawn = [(rng.dirichlet(np.ones(n)).tolist(),) for n in (2, 5)]
    return [([0.5, 0.5],), ([0.9, 0.1],), *drawn, ([1.0],), ([0.5, 0.0, 0.5],)]


def _positive(function: Callable) -> Callable:
    return lambda ps: function([p for p in ps if p > 0])


MISTAKES_ENTROPY: dict[str, Callable] = {
    "That is the natural logarithm (nats): bits are counted with math.log2.": (
        _positive(lambda ps: -sum(p * math.log(p) for p in ps))
    ),
    "The sign is wrong: an entropy is never negative.": (
        _positive(lambda ps: sum(p * math.log2(p) for p in ps))
    ),
    "Weigh each surprise with its probability: rare things are rarely paid for.": (
        _positive(lambda ps: -sum(math.log2(p) for p in ps))
    ),
    "That is the plain mean of the surprises: weigh each with its probability.": (
        _positive(lambda ps: -sum(math.log2(p) for p in ps) / len(ps))
    ),
    "That is the plain mean of the surprises, over all outcomes, those with p = 0 "
    "included: weigh each with its probability.": (
        lambda ps: -sum(math.log2(p) for p in ps if p > 0) / len(ps)
    ),
    "Do not divide by how many outcomes there are: the weights sum to one already.": (
        _positive(lambda ps: entropy(ps) / len(ps))
    ),
    "That is log2 of how many outcomes there are: right only if all are as likely.": (
        lambda ps: math.log2(len(ps))
    ),
    "That is the surprise of the likeliest outcome alone.": (
        lambda ps: -math.log2(max(ps)) + 0.0
    ),
    "That is a share of the largest possible entropy: do not divide by log2(n).": (
        lambda ps: entropy(ps) / math.log2(len(ps)) if len(ps) > 1 else 0.0
    ),
    "An outcome with p = 0 never happens and adds nothing: leave it out.": (
        lambda ps: math.nan if 0 in ps else entropy(ps)
    ),
    "That is 2 ** H, the perplexity: return H itself.": lambda ps: 2 ** entropy(ps),
}

# --- story_bits: the surprise of each word of a story -------------------------------


def story_bits(story: Sequence[str], next_word: Callable) -> list[float]:
    """Return the bits of every token of a story, its end included."""
    tokens = [*story, END]
    return [-math.log2(next_word(tokens[:i])[t]) + 0.0 for i, t in enumerate(tokens)]


def check_story_bits(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``story_bits(story, next_word)``, the surprise of each word."""
    return diagnose(
        "story_bits", student, story_bits, _stories, MISTAKES_STORY_BITS, seed=seed
    )


def _teller(rng) -> Callable:
    """Make a storyteller: any context gives some fixed distribution of its own."""
    salt = int(rng.integers(1000))

    def next_word(prefix):
        if isinstance(prefix, str) or END in prefix:
            raise ValueError(f"the words so far are a list without {END}")
        seed = [salt, *(len(w) * 31 + ord(w[0]) for w in prefix), len(prefix)]
        p = np.random.default_rng(seed).dirichlet(np.ones(4))
        return dict(zip(("the", "cat", "ran", END), p.tolist(), strict=True))

    return next_word


def _stories(rng):
    next_word = _teller(rng)
    drawn = rng.choice(["the", "cat", "ran"], 6).tolist()
    return [(["the", "cat"], next_word), (drawn, next_word), ([], next_word)]


def _each(bits: Callable) -> Callable:
    """Build a story_bits from ``bits(tokens, i, next_word)``."""

    def wrong(story, next_word):
        tokens = [*story, END]
        return [bits(tokens, i, next_word) for i in range(len(tokens))]

    return wrong


def _seen_as(cut: Callable) -> Callable:
    """Build a story_bits whose model sees ``cut(tokens, i)`` of the tokens."""
    return _each(lambda ts, i, f: -math.log2(f(cut(ts, i))[ts[i]]))


MISTAKES_STORY_BITS: dict[str, Callable] = {
    f"The end is missing: a story's end, {END!r}, is predicted like a word.": (
        lambda story, f: story_bits(story, f)[:-1]
    ),
    "The model sees no context: give it the words so far, tokens[:i].": (
        _seen_as(lambda ts, i: [])
    ),
    "The model sees only the last word: give it all words so far, tokens[:i].": (
        _seen_as(lambda ts, i: ts[max(i - 1, 0) : i])
    ),
    "The first word is missing from every context: it is tokens[:i], from 0 on.": (
        _seen_as(lambda ts, i: ts[1:i])
    ),
    "The word before is missing from the context: it is tokens[:i], not [:i - 1].": (
        _seen_as(lambda ts, i: ts[: max(i - 1, 0)])
    ),
    "The model is shown the word that it must predict: tokens[:i] stops before it.": (
        _seen_as(lambda ts, i: [t for t in ts[: i + 1] if t != END])
    ),
    "The context is the wrong way round: the oldest word comes first.": (
        _seen_as(lambda ts, i: ts[:i][::-1])
    ),
    "These are natural logarithms (nats): bits are counted with math.log2.": (
        _each(lambda ts, i, f: -math.log(f(ts[:i])[ts[i]]))
    ),
    "The sign is wrong: a surprise is not negative.": (
        _each(lambda ts, i, f: math.log2(f(ts[:i])[ts[i]]))
    ),
    "These are probabilities: take -log2 of each.": (
        _each(lambda ts, i, f: f(ts[:i])[ts[i]])
    ),
    "That is the total: return the bits of each word, as a list.": (
        lambda story, f: sum(story_bits(story, f))
    ),
    "That is the surprise of the likeliest word, not of the word that came.": (
        _each(lambda ts, i, f: -math.log2(max(f(ts[:i]).values())))
    ),
    "That is the entropy before each word: take the surprise of the one that came.": (
        _each(lambda ts, i, f: entropy(list(f(ts[:i]).values())))
    ),
    "The bits run on from word to word: return each word's own, not the sum so far.": (
        lambda story, f: np.cumsum(story_bits(story, f)).tolist()
    ),
}

# --- bits_per_char: one scale for all models ----------------------------------------


def bits_per_char(bits: Sequence[float], story: Sequence[str]) -> float:
    """Divide a story's bits by its characters, a separator after each word."""
    return sum(bits) / sum(len(word) + 1 for word in story)


def check_bits_per_char(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``bits_per_char(bits, story)``, the scale of the ladder."""
    return diagnose(
        "bits_per_char",
        student,
        bits_per_char,
        _paid,
        MISTAKES_BITS_PER_CHAR,
        seed=seed,
    )


def _paid(rng):
    words = ["a", "the", "caterpillar", "sat", ".", "one", "morning"]
    drawn = rng.choice(words, 7).tolist()
    return [
        ([4.0, 2.0, 2.0], ["the", "cat"]),
        ((rng.exponential(3, 8)).tolist(), ["caterpillar", *drawn[:6]]),
        ((rng.exponential(3, 6)).tolist(), ["I", "am", "a", "mouse", "."]),
        ((rng.exponential(3, 3)).tolist(), ["naïve", "猫"]),  # characters, not bytes
    ]


def _per_word(bits, story):
    sizes = [*(len(w) + 1 for w in story), 1]
    return sum(b / n for b, n in zip(bits, sizes, strict=False)) / len(story)


def _letters(story):
    return sum(len(w) for w in story)


MISTAKES_BITS_PER_CHAR: dict[str, Callable] = {
    "The separators are missing: each word counts len(word) + 1 characters.": (
        lambda bits, story: sum(bits) / _letters(story)
    ),
    "The last word has a separator too (the story's end): one character more.": (
        lambda bits, story: sum(bits) / len(" ".join(story))
    ),
    "One separator too many: the story's end is the separator of its last word.": (
        lambda bits, story: sum(bits) / (_letters(story) + len(story) + 1)
    ),
    "That is bits per token: divide by the characters.": (
        lambda bits, story: sum(bits) / len(bits)
    ),
    "That is bits per word: divide by the characters, not by len(story).": (
        lambda bits, story: sum(bits) / len(story)
    ),
    "Sum the bits before you divide: long words must weigh more than short ones.": (
        _per_word
    ),
    "The end of the story is not paid for: all of the bits count.": (
        lambda bits, story: bits_per_char(bits[:-1], story)
    ),
    "That is characters per bit: turn the fraction over.": (
        lambda bits, story: 1 / bits_per_char(bits, story)
    ),
    "That is the average of the bits over the characters: sum them, do not average.": (
        lambda bits, story: bits_per_char(bits, story) / len(bits)
    ),
    "That is 2 ** bits, a perplexity per character: return the bits.": (
        lambda bits, story: 2 ** bits_per_char(bits, story)
    ),
}

# --- guess_ranks: Shannon's game, played by a function ------------------------------


def guess_ranks(text: str, guesser: Callable) -> list[int]:
    """Return how many guesses each letter of a text takes."""
    return [guesser(text[:i]).index(c) + 1 for i, c in enumerate(text)]


def check_guess_ranks(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``guess_ranks(text, guesser)``, the guessing game as a function."""
    return diagnose(
        "guess_ranks", student, guess_ranks, _games, MISTAKES_GUESS_RANKS, seed=seed
    )


_ALPHABET = "abcdefgh "


def _guesser_of(rng) -> Callable:
    """Make a guesser: any text so far gives some fixed order of its own."""
    salt = int(rng.integers(1000))

    def guesser(known):
        if not isinstance(known, str):
            raise ValueError("the text so far is a str")
        seed = [salt, len(known), *map(ord, known)]
        return "".join(np.random.default_rng(seed).permutation(list(_ALPHABET)))

    return guesser


def _games(rng):
    guesser = _guesser_of(rng)
    drawn = "".join(rng.choice(list(_ALPHABET), 12))
    return [("bad cab", guesser), (drawn, guesser), ("", guesser)]


def _ranks_as(rank: Callable) -> Callable:
    """Build a guess_ranks from ``rank(text, i, guesser)``."""
    return lambda text, guesser: [rank(text, i, guesser) for i in range(len(text))]


def _known_as(cut: Callable) -> Callable:
    """Build a guess_ranks whose guesser sees ``cut(text, i)``."""
    return _ranks_as(lambda t, i, g: g(cut(t, i)).index(t[i]) + 1)


MISTAKES_GUESS_RANKS: dict[str, Callable] = {
    "Counted from 0: a letter found at the first guess took 1.": (
        _ranks_as(lambda t, i, g: g(t[:i]).index(t[i]))
    ),
    "The guesser has seen the letter it should guess: show it text[:i], no more.": (
        _known_as(lambda t, i: t[: i + 1])
    ),
    "The guesser sees nothing: show it the text so far, text[:i].": (
        _known_as(lambda t, i: "")
    ),
    "The guesser sees only the last letter: show it all of text[:i].": (
        _known_as(lambda t, i: t[max(i - 1, 0) : i])
    ),
    "The guesser sees the text backwards: show it text[:i].": (
        _known_as(lambda t, i: t[:i][::-1])
    ),
    "The first letter is missing from what the guesser sees: show it text[:i].": (
        _known_as(lambda t, i: t[1:i])
    ),
    "The guesser sees the whole text: show it only what is known, text[:i].": (
        _known_as(lambda t, i: t)
    ),
    "The first letter is guessed too, before anything is known.": (
        lambda text, guesser: guess_ranks(text, guesser)[1:]
    ),
    "Spaces are guessed like letters: do not leave them out.": (
        lambda text, guesser: [
            r for r, c in zip(guess_ranks(text, guesser), text, strict=True) if c != " "
        ]
    ),
    "Count the guesses up to the letter, from the front of the guesser's list.": (
        _ranks_as(lambda t, i, g: g(t[:i])[::-1].index(t[i]) + 1)
    ),
    "That is the total: return the guesses of each letter, as a list.": (
        lambda text, guesser: sum(guess_ranks(text, guesser))
    ),
    "That says whether the first guess was right: return how many it took.": (
        _ranks_as(lambda t, i, g: g(t[:i])[0] == t[i])
    ),
}

# --- shannon_bounds -----------------------------------------------------------------


def check_shannon_bounds(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``shannon_bounds(ranks)``, which returns (low, high)."""
    return diagnose(
        "shannon_bounds",
        student,
        shannon_bounds,
        _rank_lists,
        MISTAKES_SHANNON_BOUNDS,
        outputs=("low", "high"),
        seed=seed,
    )


def _rank_lists(rng):
    drawn = np.minimum(rng.geometric(0.4, 40), 20).tolist()
    odd = [40, 1, 40]  # more guesses than letters; and the bounds cross
    return [([1, 1, 1, 2],), ([1, 1, 2, 3, 1, 5],), (drawn,), ([1, 1, 1],), (odd,)]


def _shares(ranks: Sequence[int]) -> list[float]:
    """Return the shares q_0 (always 0), q_1, q_2, ... and a last 0."""
    counts = Counter(ranks)
    return [counts[i] / len(ranks) for i in range(max(ranks) + 2)]


def _low_as(term: Callable) -> Callable:
    """Build bounds with the lower one from ``term(q, i)``, i from 1 on."""

    def wrong(ranks):
        q = _shares(ranks)
        low = sum(term(q, i) for i in range(1, len(q) - 1))
        return low, shannon_bounds(ranks)[1]

    return wrong


def _high_as(total: Callable) -> Callable:
    """Build bounds with the upper one from ``total`` of the shares above 0."""

    def wrong(ranks):
        return shannon_bounds(ranks)[0], total([q for q in _shares(ranks) if q])

    return wrong


def _both(change: Callable) -> Callable:
    return lambda ranks: tuple(map(change, shannon_bounds(ranks)))


def _unsorted_shares(ranks):
    return shannon_bounds([1 + sorted(set(ranks)).index(r) for r in ranks])


def _of_counts(ranks):
    counts = Counter(ranks).values()
    low = len(ranks) * shannon_bounds(ranks)[0]
    return low, -sum(n * math.log2(n) for n in counts)


MISTAKES_SHANNON_BOUNDS: dict[str, Callable] = {
    "The two are in the wrong order: return low, then high.": (
        lambda ranks: shannon_bounds(ranks)[::-1]
    ),
    "Both are in nats: use log2.": _both(lambda bits: bits * math.log(2)),
    "The factor i is missing from the lower bound: i * (q_i - q_{i+1}) * log2(i).": (
        _low_as(lambda q, i: (q[i] - q[i + 1]) * math.log2(i))
    ),
    "The lower bound takes differences of neighbors: q_i - q_{i+1}, not q_i alone.": (
        _low_as(lambda q, i: i * q[i] * math.log2(i))
    ),
    "The difference is the wrong way round: q_i - q_{i+1}.": (
        _low_as(lambda q, i: i * (q[i + 1] - q[i]) * math.log2(i))
    ),
    "That is the mean of log2(rank): the lower bound is another sum.": (
        _low_as(lambda q, i: q[i] * math.log2(i))
    ),
    "The lower bound starts at i = 1: with a list counted from 0, use log2(i + 1).": (
        _low_as(lambda q, i: (i - 1) * (q[i] - q[i + 1]) * (math.log2(i - 1 or 1)))
    ),
    "The last rank is left out of the lower bound: after it comes q = 0.": (
        _low_as(lambda q, i: i * (q[i] - q[i + 1]) * math.log2(i) * (i < len(q) - 2))
    ),
    "Ranks that never occurred have q = 0 and keep their place: do not skip them.": (
        _unsorted_shares
    ),
    "The sign of the upper bound is wrong: - sum of q * log2(q).": (
        _high_as(lambda qs: sum(q * math.log2(q) for q in qs))
    ),
    "The upper bound weighs each surprise with q: - sum of q * log2(q).": (
        _high_as(lambda qs: -sum(math.log2(q) for q in qs))
    ),
    "That is log2 of the mean rank: the upper bound is the entropy of the q.": (
        lambda ranks: (shannon_bounds(ranks)[0], math.log2(sum(ranks) / len(ranks)))
    ),
    "These are counts: divide them by how many letters were guessed.": _of_counts,
}

# --- my_claim: a claim of one's own -------------------------------------------------


def check_my_claim(
    student: Callable, stories: Sequence[Sequence[str]] = (), seed: int = 0
) -> CheckResult:
    """Check ``my_claim(stories)``: true of these stories, and false of nonsense.

    Parameters
    ----------
    student : callable
        Takes a list of stories and makes one `lmcourse.claims.claim` about them.
    stories : sequence of list of str
        What the claim should be true of; a few short ones if omitted.
    seed : int
        For other nonsense.
    """
    stories = [list(s) for s in stories] or _few_stories()
    return CheckResult("my_claim", _claim_hint(student, stories, seed))


def _few_stories() -> list[list[str]]:
    text = (
        "one morning Mia put the red ball in the basket . then she went home . | "
        "the old dog was tired . it slept under the table until the evening . | "
        "Tom had a kite . the wind was strong , and the kite flew over the hill ."
    )
    return [story.split() for story in text.split(" | ")] * 10


def _claim_hint(student: Callable, stories: list[list[str]], seed: int) -> str:
    if not callable(student):
        return "Hand over the function itself, my_claim, without calling it."
    said, error = _tell(student, stories)
    if isinstance(error, ClaimError):
        return f"The claim is not true of these stories: {error}"
    if error is not None:
        return stopped(error)
    if not (made := [line for line in said.splitlines() if line.startswith("✓ ")]):
        return _UNCLAIMED if said.strip() else _SILENT
    if len(made) > 1:
        return _TALKATIVE
    if len(made[0].split()) < 5:
        return _CURT
    rng = np.random.default_rng(seed)
    errors = [_tell(student, nonsense)[1] for nonsense in _nonsense(stories, rng)]
    if not any(isinstance(error, ClaimError) for error in errors):
        return _EMPTY
    return ""


def _tell(student: Callable, stories: list) -> tuple[str, BaseException | None]:
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            student([list(story) for story in stories])
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        return said.getvalue(), error
    return said.getvalue(), None


def _nonsense(stories: list[list[str]], rng) -> list[list[list[str]]]:
    """Return corpora that share little with the stories: a claim should notice one.

    They are as many as the stories, since their number says nothing of them.
    """
    tokens = [token for story in stories for token in story]
    shuffled = iter(rng.permutation(tokens).tolist())
    return [
        [["x"]] * len(stories),
        [["buzz"] * 999] * len(stories),
        [[next(shuffled) for _ in story] for story in stories],
        [[w[::-1].swapcase() for w in reversed(story)] for story in stories],
        [[str(n) for n in rng.integers(10**9, size=len(s))] for s in stories],
    ]


_SILENT = "It makes no claim: call claim(text, value, ...) inside."
_UNCLAIMED = (
    "It prints by itself: let claim(text, value, ...) do that, or nobody checks."
)
_TALKATIVE = "One claim is enough, so that it is clear which one fails."
_CURT = "Say in a few words what is true, so that a reader understands it alone."
_EMPTY = (
    "It is true of nonsense as well (stories shuffled, or of one word): a claim must "
    "be able to fail. Compute its figure from the stories."
)


MISTAKES_MY_CLAIM: dict[str, Callable] = {
    _SILENT: lambda stories: sum(map(len, stories)) > 100,
    _UNCLAIMED: lambda stories: print(f"there are {len(stories)} stories"),
    _TALKATIVE: lambda stories: [
        claim("there are at least three stories here", len(stories), above=2),
        claim("no story here is empty at all", min(map(len, stories)), above=0),
    ],
    _CURT: lambda stories: claim("many words", sum(map(len, stories)), above=30),
    _EMPTY: lambda stories: claim("all stories are made of words", True),
}
