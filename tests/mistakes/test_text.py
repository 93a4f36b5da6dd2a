"""Chapter 1's checks: each known mistake is named, each honest program passes."""

import itertools
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache

import numpy as np
import pytest

from lmcourse import metrics
from lmcourse import text as texts
from lmcourse.checks import text as checks
from lmcourse.checks.core import prove
from lmcourse.tokenizers import bpe
from lmcourse.vocab import Vocab

# --- honest ways, as readers write them ---------------------------------------------


def zipf_with_two_sorts(tokens):
    counts = {}
    for token in tokens:
        counts[token] = counts.get(token, 0) + 1
    pairs = sorted(counts.items())
    pairs.sort(key=lambda pair: pair[1], reverse=True)
    return pairs


def zipf_with_numpy(tokens):
    kinds, counts = np.unique(np.array(tokens, dtype=object), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [[str(kinds[i]), counts[i]] for i in order]


def growth_with_slices(tokens):
    return [len(set(tokens[: i + 1])) for i in range(len(tokens))]


def growth_with_first_places(tokens):
    new = [token not in tokens[:i] for i, token in enumerate(tokens)]
    return np.cumsum(new, dtype=int)


def unknown_with_loops(train, sentences, min_count):
    counts = defaultdict(int)
    for sentence in train:
        for word in sentence:
            counts[word] += 1
    known = {word for word, count in counts.items() if count >= min_count}
    result = []
    for sentence in sentences:
        row = []
        for word in sentence:
            row.append(word if word in known else "<unk>")
        result.append(row)
    return result


def unknown_with_counter(train, sentences, min_count):
    counts = Counter(itertools.chain(*train))
    return tuple(
        tuple("<unk>" if counts[w] < min_count else w for w in s) for s in sentences
    )


def match_by_prefix(text, dictionary):
    words, i = [], 0
    while i < len(text):
        fits = [w for w in dictionary if text.startswith(w, i)]
        words.append(max(fits, key=len) if fits else text[i])
        i += len(words[-1])
    return words


def match_by_recursion(text, dictionary):
    if text == "":
        return []
    for size in range(len(text), 1, -1):
        if text[:size] in dictionary:
            return [text[:size], *match_by_recursion(text[size:], dictionary)]
    return [text[0], *match_by_recursion(text[1:], dictionary)]


def pairs_with_indices(words, counts):
    pairs = {}
    for word in words:
        symbols = words[word]
        for i in range(len(symbols) - 1):
            key = symbols[i], symbols[i + 1]
            if key not in pairs:
                pairs[key] = 0
            pairs[key] += counts[word]
    return pairs


def pairs_by_repetition(words, counts):
    return Counter(
        pair
        for word, symbols in words.items()
        for _ in range(counts[word])
        for pair in itertools.pairwise(symbols)
    )


def merge_with_while(symbols, pair):
    new, i = [], 0
    while i < len(symbols):
        if i + 1 < len(symbols) and (symbols[i], symbols[i + 1]) == pair:
            new.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            new.append(symbols[i])
            i += 1
    return new


def merge_with_pop(symbols, pair):
    left, new = list(symbols), []
    while left:
        symbol = left.pop(0)
        if left and symbol == pair[0] and left[0] == pair[1]:
            symbol += left.pop(0)
        new.append(symbol)
    return tuple(new)


def bpe_with_tuples(counts, num_merges):
    words = [(list(word), count) for word, count in counts.items()]
    merges = []
    for _ in range(num_merges):
        pairs = Counter()
        for symbols, count in words:
            for pair in itertools.pairwise(symbols):
                pairs[pair] += count
        if not pairs:
            return merges
        most = max(pairs.values())
        best = sorted(pair for pair in pairs if pairs[pair] == most)[0]
        merges.append(best)
        words = [(merge_with_while(s, best), count) for s, count in words]
    return merges


def encode_by_lowest_rank(word, merges):
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    symbols = list(word)
    while len(symbols) > 1:
        best = min(itertools.pairwise(symbols), key=lambda p: ranks.get(p, 10**9))
        if best not in ranks:
            break
        symbols = merge_with_while(symbols, best)
    return symbols


def encode_one_place_at_a_time(word, merges):
    symbols = [*word]
    while True:
        places = [
            (merges.index(pair), at)
            for at, pair in enumerate(itertools.pairwise(symbols))
            if pair in merges
        ]
        if not places:
            return symbols
        _, at = min(places)
        symbols = [*symbols[:at], symbols[at] + symbols[at + 1], *symbols[at + 2 :]]


def bits_with_loops(log2_probs, sentences, known, spelling):
    bits, chars = 0.0, 0
    for log2_prob in log2_probs:
        bits -= log2_prob
    for sentence in sentences:
        for word in sentence:
            chars += len(word) + 1
            if word not in known:
                bits += spelling[word]
    return bits / chars


def bits_with_text(log2_probs, sentences, known, spelling):
    written = "".join(" ".join(sentence) + "\n" for sentence in sentences)
    unknown = [w for s in sentences for w in s if w not in known]
    spelled = np.sum([spelling[w] for w in unknown]) if unknown else 0
    return (spelled - np.sum(log2_probs)) / len(written)


def cut_by_recursion(text, bits):
    @cache
    def best(start):
        if start == len(text):
            return 0.0, ()
        ways = []
        for end in range(start + 1, len(text) + 1):
            if text[start:end] in bits:
                cost, pieces = best(end)
                ways.append((cost + bits[text[start:end]], (text[start:end], *pieces)))
        return min(ways)

    return list(best(0)[1])


def cut_forward(text, bits):
    best = {0: (0.0, [])}
    for start in range(len(text)):
        cost, pieces = best[start]
        for piece, price in bits.items():
            if text.startswith(piece, start):
                end = start + len(piece)
                if end not in best or cost + price < best[end][0]:
                    best[end] = (cost + price, [*pieces, piece])
    return best[len(text)][1]


EXERCISES = {
    "zipf": (texts.zipf, zipf_with_two_sorts, zipf_with_numpy),
    "vocabulary_growth": (
        checks.vocabulary_growth,
        growth_with_slices,
        growth_with_first_places,
    ),
    "replace_unknown": (
        checks.replace_unknown,
        unknown_with_loops,
        unknown_with_counter,
    ),
    "max_match": (texts.max_match, match_by_prefix, match_by_recursion),
    "count_pairs": (bpe.count_pairs, pairs_with_indices, pairs_by_repetition),
    "merge": (bpe.merge, merge_with_while, merge_with_pop),
    "naive_bpe": (bpe.naive_bpe, bpe.train_bpe, bpe_with_tuples),
    "encode_word": (
        bpe.encode_word,
        encode_by_lowest_rank,
        encode_one_place_at_a_time,
    ),
    "bits_per_character": (checks.bits_per_character, bits_with_loops, bits_with_text),
    "cheapest_cut": (checks.cheapest_cut, cut_by_recursion, cut_forward),
}


@pytest.mark.parametrize("name", EXERCISES)
def test_each_mistake_is_named_and_each_honest_way_passes(name):
    check = getattr(checks, f"check_{name}")
    mistakes = getattr(checks, f"MISTAKES_{name.upper()}")
    # 0 is what a reader meets; notebooks grade with 101.
    prove(check, mistakes, EXERCISES[name], at_least=8, seeds=(0, 1, 101))


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (  # ties by length
            checks.check_zipf,
            lambda ts: sorted(texts.zipf(ts), key=lambda i: (-i[1], len(i[0]), i[0])),
        ),
        (  # another word is another type
            checks.check_vocabulary_growth,
            lambda ts: checks.vocabulary_growth([t.lower() for t in ts]),
        ),
        (  # bytes are no characters
            checks.check_bits_per_character,
            lambda p, ss, known, prices: (
                (-sum(p) + sum(prices[w] for s in ss for w in s if w not in known))
                / sum(len(w.encode()) + 1 for s in ss for w in s)
            ),
        ),
    ],
)
def test_answers_that_are_nearly_right_fail(check, wrong):
    assert not check(wrong).passed


def test_a_cut_that_drops_text_has_no_price():
    with pytest.raises(ValueError, match="do not give it again"):
        checks.bits_of_cut(lambda text: [], ["ab", "ab"], ["abab"])
    with pytest.raises(ValueError, match="the pieces of 'a b'"):
        checks.bits_of_cut(str.split, ["ab", "ab"], ["a b"])
    # a, b and the unknown: 2, 2 and 1 of 5
    paid = checks.bits_of_cut(iter, ["ab", "ab"], ["abab"])
    assert paid == pytest.approx(-np.log2(2 / 5))


def test_every_check_is_proven_here():
    written = {name[6:] for name in dir(checks) if name.startswith("check_")}
    assert written == {*EXERCISES, "own_cut"}


# --- the references agree with what the package does otherwise ----------------------


def test_the_price_of_a_text_is_that_of_the_package():
    train = [["mia", "ran"], ["mia", "sat"], ["mia", "ran"]]
    test = [["mia", "hid"], ["tom", "ran"]]
    vocab = Vocab.from_sentences(train, min_count=2)
    speller = metrics.Speller(["sat"], known=vocab)
    log2_probs = -np.arange(1.0, 7.0)
    bits = metrics.spelled_bits(log2_probs, test, vocab, speller)
    prices = {word: speller.bits(word) for word in ("hid", "tom")}
    got = checks.bits_per_character(log2_probs, test, vocab, prices)
    assert got == pytest.approx(bits.sum() / 16)


def test_the_cheapest_cut_is_the_cheapest_of_all():
    bits = {"a": 3.0, "b": 2.5, "ab": 4.25, "ba": 4.0, "aba": 7.0, "bb": 6.0}
    for letters in itertools.product("ab", repeat=6):
        string = "".join(letters)
        ways = [c for c in checks._cuts(string) if all(p in bits for p in c)]
        want = min(sum(bits[p] for p in way) for way in ways)
        got = checks.cheapest_cut(string, bits)
        assert "".join(got) == string
        assert sum(bits[p] for p in got) == want


def test_these_checks_do_not_load_torch():
    code = "import sys, lmcourse.checks.text; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- a cut of one's own -------------------------------------------------------------


@pytest.mark.parametrize(
    "cut",
    [
        list,
        lambda text: [text] if text else [],
        lambda text: [*map("".join, itertools.batched(text, 3))],
    ]
    if sys.version_info >= (3, 12)
    else [list, lambda text: [text] if text else []],
)
def test_any_cut_that_loses_nothing_is_welcome(cut):
    checks.check_own_cut(cut).require()
    checks.check_own_cut(cut, seed=101).require()


def _stub(text):
    raise NotImplementedError


def _forgetful(text, seen=[]):  # noqa: B006  the slip this is about
    seen.append(text)
    return list(text) if len(seen) % 2 else [text]


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (_stub, "Not written yet"),
        (str.split, "something was lost or added"),
        (lambda text: text, "should return a list of str"),
        (lambda text: iter(text), "should return a list of str"),
        (lambda text: None, "should return a list of str"),
        (lambda text: [*text.encode()], "each should be a str"),
        (lambda text: ["", *text], "an empty piece"),
        (lambda text: [text[0], *text[1:]], "stops with IndexError"),
        (lambda text: [*text, "!"], "something was lost or added"),
        (lambda text: [*text.lower()], "at place 0"),
        (lambda text: sys.exit(), "stops with SystemExit"),
        (_forgetful, "other pieces when it is called again"),
    ],
)
def test_a_cut_that_loses_something_is_told(cut, said):
    result = checks.check_own_cut(cut)
    assert not result.passed
    assert said in result.hint
    with pytest.raises(AssertionError):
        result.require()
