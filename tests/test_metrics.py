"""Bits and perplexity by hand, and a spelling price that is a true probability."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmcourse import metrics
from lmcourse.metrics import CODE_POINTS, END, Speller
from lmcourse.vocab import UNK, Vocab

# --- bits and perplexity


def test_a_fair_coin_is_one_bit():
    assert metrics.bits_per_word(np.log2([0.5] * 7)) == 1
    assert metrics.perplexity(np.log2([0.5] * 7)) == 2


@given(st.integers(min_value=1, max_value=10_000))
def test_uniform_guesses_have_the_perplexity_of_their_number(n):
    assert metrics.perplexity(np.full(5, -math.log2(n))) == pytest.approx(n)


def test_perplexity_is_the_inverse_geometric_mean():
    p = np.array([0.5, 0.1, 0.25])
    assert metrics.perplexity(np.log2(p)) == pytest.approx(p.prod() ** (-1 / 3))


def test_one_impossible_word_ruins_everything():
    log2_probs = [-1.0, -math.inf]
    assert metrics.bits_per_word(log2_probs) == math.inf
    assert metrics.perplexity(log2_probs) == math.inf
    assert metrics.perplexity([-5000.0]) == math.inf  # too large for a float


def test_bits_with_the_wrong_sign_are_refused():
    with pytest.raises(ValueError, match=r"must be at most 0.*the other sign"):
        metrics.perplexity([3.0, 2.5])
    with pytest.raises(ValueError, match="empty"):
        metrics.perplexity([])


# --- characters


def test_each_word_brings_one_separator():
    sentences = [["the", "cat"], ["ok"]]
    assert metrics.num_chars(sentences) == len("the cat.") + len("ok.")
    assert metrics.bits_per_char(22, sentences) == 2
    with pytest.raises(ValueError, match="nothing to divide by"):
        metrics.bits_per_char(1, [])


@given(st.lists(st.lists(st.text("ab ", min_size=1), min_size=1), min_size=1))
def test_a_character_model_has_the_same_denominator(sentences):
    written = "".join(" ".join(sentence) + "\n" for sentence in sentences)
    assert metrics.num_chars(sentences) == len(written)


def test_words_and_characters_that_know_the_same_cost_the_same():
    # Three words, equally likely, then always the end. As characters: "a" or "b" first;
    # after b comes "a" or "b". Both models tell the same story in other steps.
    sentences = [["ba"]]
    by_words = -np.log2([1 / 3, 1])  # ba, </s>
    by_characters = -np.log2([2 / 3, 1 / 2, 1])  # b, a, end
    assert metrics.bits_per_char(by_words.sum(), sentences) == pytest.approx(
        metrics.bits_per_char(by_characters.sum(), sentences)
    )


# --- spelling

SPELLER = Speller(["Anna", "Hanna", "Johanna"])


@pytest.mark.parametrize("before", ["", "A", "Ha", "Hann", "Johanna", "zz", "\0", "李"])
@pytest.mark.parametrize("order", [1, 2, 4, 9])
def test_next_characters_sum_to_one(before, order):
    speller = Speller(["Anna", "Hanna", "Johanna"], order=order)
    seen = {*"AHJohan", END}
    total = sum(speller.probability(c, before) for c in seen)
    total += (CODE_POINTS + 1 - len(seen)) * speller.probability("z", before)
    assert total == pytest.approx(1, abs=1e-12)


def test_witten_bell_by_hand():
    # Order 1, from "ab": the characters seen are a, b and the end mark, once each.
    speller = Speller(["ab"], order=1)
    unseen = 1 / (CODE_POINTS + 1)
    assert speller.probability("a") == pytest.approx((1 + 3 * unseen) / (3 + 3))
    assert speller.probability("z") == pytest.approx(3 * unseen / (3 + 3))
    # Order 2: after a, only b was seen.
    two = Speller(["ab"], order=2)
    assert two.probability("b", "a") == pytest.approx(
        (1 + 1 * speller.probability("b")) / (1 + 1)
    )


def test_the_start_of_a_word_is_a_context():
    speller = Speller(["ab", "ab"], order=2)
    assert speller.probability("a") > 0.5 > speller.probability("b")


def test_bits_are_the_chain_rule():
    steps = [("H", ""), ("a", "H"), (END, "Ha")]
    by_hand = -sum(math.log2(SPELLER.probability(*step)) for step in steps)
    assert SPELLER.bits("Ha") == pytest.approx(by_hand)


def test_all_strings_together_have_probability_one():
    # On an alphabet of two letters what is left after n letters shrinks to nothing, but
    # for strings with a letter from outside, counted at their first such letter.
    speller = Speller(["ab", "b"], order=3)
    ended = outside = 0.0
    for size in range(12):
        for word in map("".join, itertools.product("ab", repeat=size)):
            begun = math.prod(
                speller.probability(c, word[:i]) for i, c in enumerate(word)
            )
            ended += begun * speller.probability(END, word)
            outside += begun * (CODE_POINTS - 2) * speller.probability("z", word)
    assert 0.99 < ended + outside <= 1
    assert ended == pytest.approx(
        sum(
            2 ** -speller.bits("".join(word))
            for size in range(12)
            for word in itertools.product("ab", repeat=size)
        )
    )


def test_known_words_give_their_probability_to_the_others():
    known = ["Anna", "Eve"]
    plain = Speller(["Anna", "Hanna"])
    refunded = Speller(["Anna", "Hanna"], known=known)
    taken = sum(2 ** -plain.bits(word) for word in known)
    assert taken > 0.01
    share = 2 ** -refunded.bits("Hanna") / 2 ** -plain.bits("Hanna")
    assert share == pytest.approx(1 / (1 - taken))


@given(st.text())
def test_any_word_of_any_script_has_a_finite_price(word):
    assert 0 < SPELLER.bits(word) < math.inf


def test_familiar_spellings_are_cheaper():
    assert SPELLER.bits("Susanna") < SPELLER.bits("Xqzrtyw")
    assert SPELLER.bits("李") > 20  # a character never seen: one of a million


def test_unknown_words_are_paid_for():
    vocab = Vocab(["the", "sat"])
    sentences = [["the", "gnu", "sat"], ["sat"]]
    log2_probs = np.array([-1.0, -2, -3, -1, -2, -1])  # the <unk> sat </s> sat </s>
    bits = metrics.spelled_bits(log2_probs, sentences, vocab, SPELLER)
    assert bits.tolist() == [1, 2 + SPELLER.bits("gnu"), 3, 1, 2, 1]
    assert log2_probs.tolist() == [-1, -2, -3, -1, -2, -1]  # left as it was


def test_unk_in_the_text_itself_is_a_word():
    bits = metrics.spelled_bits([-1.0, -1.0], [[UNK]], {"the"}, SPELLER)
    assert bits.tolist() == [1, 1]


def test_a_known_word_has_no_price():
    # Else it would cost less than nothing: its probability was given away.
    speller = Speller(["cat"] * 9, known=["cat", "the"])
    with pytest.raises(ValueError, match="'cat' is known to this speller"):
        speller.bits("cat")
    with pytest.raises(ValueError, match="the same vocabulary"):
        metrics.spelled_bits([-1.0, -1.0], [["cat"]], Vocab(["the"]), speller)


def test_no_token_is_paid_for_with_negative_bits():
    with pytest.raises(ValueError, match="the other sign"):
        metrics.spelled_bits([2.0, -1.0], [["the"]], Vocab(["the"]), SPELLER)


def test_forgotten_ends_are_noticed():
    with pytest.raises(ValueError, match=r"shape \(3,\), one number per word and one"):
        metrics.spelled_bits([-1.0, -2.0], [["a", "b"]], Vocab(["a", "b"]), SPELLER)


def test_a_larger_vocabulary_is_no_free_lunch():
    # The worst word model says <unk> to everything. In bits per word it looks perfect;
    # spelled out, it pays what a character model pays.
    sentences = [["gnu", "emu", "gnu"]]
    nothing_known = Vocab([])
    sure = np.array([0.0, 0.0, 0.0, 0.0])
    assert metrics.perplexity(sure) == 1
    bits = metrics.spelled_bits(sure, sentences, nothing_known, SPELLER)
    assert metrics.bits_per_char(bits.sum(), sentences) > 5


@pytest.mark.parametrize(
    ("ranks", "low", "high"),
    [
        ([1, 1, 1], 0.0, 0.0),  # always right at once: nothing to learn from the text
        ([1, 2], 1.0, 1.0),  # a fair coin
        ([1, 1, 1, 2], 0.5, 2 - 0.75 * np.log2(3)),  # by hand
        ([1, 2, 3, 4], 2.0, 2.0),
        ([3], 3 * np.log2(3) - 2, 0.0),  # an odd guesser: the bounds cross
    ],
)
def test_shannons_bounds_by_hand(ranks, low, high):
    assert metrics.shannon_bounds(ranks) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize("weights", [[0.5, 0.3, 0.2], [0.9, 0.05, 0.05], [0.25] * 4])
def test_shannons_bounds_hold_for_an_ideal_guesser(weights):
    rng = np.random.default_rng(0)  # letters drawn alone: H is known, ranks are ideal
    ranks = rng.choice(len(weights), 20_000, p=weights) + 1
    low, high = metrics.shannon_bounds(ranks)
    entropy = -np.sum(weights * np.log2(weights))
    assert low <= entropy + 0.02
    assert high >= entropy - 0.02


@pytest.mark.parametrize("bad", [[], [0], [1.5], ["1"]])
def test_shannons_bounds_refuse_bad_ranks(bad):
    with pytest.raises(ValueError, match="rank"):
        metrics.shannon_bounds(bad)
