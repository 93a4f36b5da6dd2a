"""Checks of chapter 1: counting, unknown words, BPE, cutting, bits per character.

Each exercise has its reference (from the package, where it has one), its probes, and
its known mistakes: the wrong programs that readers have written before, each with the
sentence that helps. Exercises stand in the order of the notebook.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain, pairwise

import numpy as np

from lmcourse import metrics, text
from lmcourse.checks.compare import shown
from lmcourse.checks.core import CheckResult, diagnose, stopped
from lmcourse.tokenizers.bpe import (
    count_pairs,
    encode_word,
    merge,
    naive_bpe,
    split_symbols,
)
from lmcourse.vocab import UNK, Vocab


def _word(rng: np.random.Generator, letters: str, longest: int) -> str:
    """Draw a word of 1 to ``longest`` letters."""
    size = int(rng.random() * longest) + 1
    return "".join(letters[int(x * len(letters))] for x in rng.random(size).tolist())


def _cuts(string: str):
    """Yield every way to cut a short string into pieces."""
    if not string:
        yield []
    for size in range(1, len(string) + 1):
        for rest in _cuts(string[size:]):
            yield [string[:size], *rest]


# --- 1  zipf ------------------------------------------------------------------------


def check_zipf(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``zipf(tokens)``: each type with its count, the most frequent first."""
    return diagnose("zipf", student, text.zipf, _zipf_probes, MISTAKES_ZIPF, seed=seed)


def _zipf_probes(rng):
    some = [_word(rng, "abc", 2) for _ in range(int(rng.integers(30, 60)))]
    by_hand = ["the", "cat", "saw", "the", "ants", "and", "The", "ants", "a"]
    return [(by_hand,), (some,), ([],)]


def _by_first_sight(tokens):
    return Counter(tokens).most_common()


MISTAKES_ZIPF: dict[str, Callable] = {
    "Types with equal counts stand in the order in which they were first seen: let the "
    "alphabet decide, so that everybody gets the same list.": _by_first_sight,
    "The rarest type comes first: the most frequent should.": (
        lambda tokens: sorted(Counter(tokens).items(), key=lambda i: (i[1], i[0]))
    ),
    "reverse=True has turned the alphabet around too: sort by (-count, word).": (
        lambda tokens: sorted(
            Counter(tokens).items(), key=lambda i: (i[1], i[0]), reverse=True
        )
    ),
    "The list is in alphabetical order: sort by the count first.": (
        lambda tokens: sorted(Counter(tokens).items())
    ),
    "The pairs are (count, word): the word comes first.": (
        lambda tokens: [(n, w) for w, n in text.zipf(tokens)]
    ),
    "The second number is the rank: it should be the count.": (
        lambda tokens: [(w, r) for r, (w, _) in enumerate(text.zipf(tokens), 1)]
    ),
    "The second number is the share of the text: it should be the count.": (
        lambda tokens: [(w, n / len(tokens)) for w, n in text.zipf(tokens)]
    ),
    "A type stands in the list once for each token: go through the different words, "
    "set(tokens) or the Counter.": (
        lambda tokens: sorted(
            ((t, tokens.count(t)) for t in tokens), key=lambda i: (-i[1], i[0])
        )
    ),
    "You changed the words to lower case: cleaning is another function's business.": (
        lambda tokens: text.zipf([t.lower() for t in tokens])
    ),
    "The words are there without their counts: return pairs (word, count).": (
        lambda tokens: [w for w, _ in text.zipf(tokens)]
    ),
}


# --- 2  vocabulary growth -----------------------------------------------------------


def vocabulary_growth(tokens: Sequence[str]) -> list[int]:
    """Return how many types have been seen after each token."""
    seen: set[str] = set()
    growth = []
    for token in tokens:
        seen.add(token)
        growth.append(len(seen))
    return growth


def check_vocabulary_growth(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``vocabulary_growth(tokens)``: types seen after each token."""
    return diagnose(
        "vocabulary_growth",
        student,
        vocabulary_growth,
        _growth_probes,
        MISTAKES_VOCABULARY_GROWTH,
        seed=seed,
    )


def _growth_probes(rng):
    some = [_word(rng, "ab", 3) for _ in range(int(rng.integers(30, 60)))]
    return [
        (["to", "be", "or", "to", "be", "so"],),
        (some,),
        (["so", "So", "so"],),
        ([],),
    ]


def _so_far(tokens):
    return [tokens[: i + 1] for i in range(len(tokens))]


MISTAKES_VOCABULARY_GROWTH: dict[str, Callable] = {
    "You count before you look: add the token to the set first, then take its size.": (
        lambda tokens: [len(set(read[:-1])) for read in _so_far(tokens)]
    ),
    "There is a 0 too many in front: one number per token, after reading it.": (
        lambda tokens: [0, *vocabulary_growth(tokens)]
    ),
    "This is the number of types at the end: return it after each token, as a list.": (
        lambda tokens: len(set(tokens))
    ),
    "You count tokens: a type that comes again adds nothing.": (
        lambda tokens: [len(read) for read in _so_far(tokens)]
    ),
    "You count types that occurred once so far: one that came again is still known.": (
        lambda tokens: [
            sum(n == 1 for n in Counter(read).values()) for read in _so_far(tokens)
        ]
    ),
    "You compare with the token before only: compare with all tokens before.": (
        lambda tokens: [
            1 + sum(a != b for a, b in pairwise(read)) for read in _so_far(tokens)
        ]
    ),
    "You return shares, types / tokens: return the number of types.": (
        lambda tokens: [len(set(read)) / len(read) for read in _so_far(tokens)]
    ),
    "seen.update(token) adds the letters of the token: use seen.add(token).": (
        lambda tokens: [len(set("".join(read))) for read in _so_far(tokens)]
    ),
    "The last token is missing: one number for every token, so range(1, n + 1).": (
        lambda tokens: vocabulary_growth(tokens[:-1])
    ),
    "You count from each token to the end: count from the start to each token.": (
        lambda tokens: [len(set(tokens[i:])) for i in range(len(tokens))]
    ),
    "You add a number only where a new type appears: add one for every token.": (
        lambda tokens: list(dict.fromkeys(vocabulary_growth(tokens)))
    ),
}


# --- 3  replace_unknown -------------------------------------------------------------


def replace_unknown(
    train: Sequence[Sequence[str]],
    sentences: Sequence[Sequence[str]],
    min_count: int = 2,
) -> list[list[str]]:
    """Write ``<unk>`` for words that training text has fewer than min_count times."""
    return Vocab.from_sentences(train, min_count).replace_unknown(sentences)


def check_replace_unknown(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``replace_unknown(train, sentences, min_count)``."""
    return diagnose(
        "replace_unknown",
        student,
        replace_unknown,
        _unknown_probes,
        MISTAKES_REPLACE_UNKNOWN,
        seed=seed,
    )


def _unknown_probes(rng):
    def drawn(sentences):
        return [
            [_word(rng, "abB", 3) for _ in range(int(rng.integers(3, 8)))]
            for _ in range(sentences)
        ]

    by_hand = (
        [["the", "cat", "sat"], ["the", "cat", "and", "the", "cat"], ["mice", "and"]],
        [["the", "mice", "sat"], ["a", "cat"], ["The", "mice", "ran"], ["and"]],
    )
    many = int(rng.integers(20, 30))
    return [
        ([["the", "cat"], ["the", "cat", "sat"]], [["the", "dog", "sat"]], 2),
        (*by_hand, 2),
        (*by_hand, 3),
        (drawn(many), drawn(7), 3),
        ([["x"]], [[], ["x"]], 1),
    ]


def _replace(known):
    """Write the program that keeps ``known(train, sentences, min_count)``, a set."""

    def program(train, sentences, min_count):
        kept = known(train, sentences, min_count)
        return [[w if w in kept else UNK for w in s] for s in sentences]

    return program


def _often(tokens, min_count):
    return {word for word, count in Counter(tokens).items() if count >= min_count}


def _flat(sentences):
    return list(chain.from_iterable(sentences))


def _inside_other_words(train, sentences, min_count):
    line = " ".join(_flat(train))
    return {word for word in _flat(sentences) if line.count(word) >= min_count}


def _in_lower_case(train, sentences, min_count):
    kept = _often([word.lower() for word in _flat(train)], min_count)
    return {word for word in _flat(sentences) if word.lower() in kept}


MISTAKES_REPLACE_UNKNOWN: dict[str, Callable] = {
    "Words of the text that is being replaced were counted too. That is how a test set "
    "leaks into a vocabulary: count words in train alone.": (
        _replace(lambda train, s, k: _often(_flat(train) + _flat(s), k))
    ),
    "You count words in the text that is being replaced: count them in train.": (
        _replace(lambda train, s, k: _often(_flat(s), k))
    ),
    "A word that occurs exactly min_count times is known: use >=, not >.": (
        _replace(lambda train, s, k: _often(_flat(train), k + 1))
    ),
    "min_count is not used: a word that train has less often is unknown.": (
        _replace(lambda train, s, k: _often(_flat(train), 1))
    ),
    "You count in how many sentences of train a word occurs: count how often.": (
        _replace(lambda train, s, k: _often(_flat(map(set, train)), k))
    ),
    "You keep the unknown words and replace the known ones: turn the test around.": (
        _replace(lambda train, s, k: {*_flat(s)} - _often(_flat(train), k))
    ),
    "You count letters inside other words ('a' in 'cat'): count in the list of words, "
    "not in one long str.": _replace(_inside_other_words),
    "A capital letter makes another word: 'The' is unknown if train only has 'the'.": (
        _replace(_in_lower_case)
    ),
    "You keep the min_count most frequent words: min_count is not the size of the "
    "vocabulary, but how often a word must occur.": (
        _replace(lambda train, s, k: dict(Counter(_flat(train)).most_common(k)))
    ),
    "Unknown words are dropped: write <unk> in their place, so that sentences keep "
    "their length.": (
        lambda train, sentences, k: [
            [w for w in s if w != UNK] for s in replace_unknown(train, sentences, k)
        ]
    ),
    "The sentences have run together: return one list per sentence.": (
        lambda train, sentences, k: _flat(replace_unknown(train, sentences, k))
    ),
    "One unknown word makes you replace its whole sentence: replace just the word.": (
        lambda train, sentences, k: [
            [UNK] * len(s) if UNK in s else s
            for s in replace_unknown(train, sentences, k)
        ]
    ),
}


# --- 4  max_match -------------------------------------------------------------------


def check_max_match(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``max_match(text, dictionary)``: the longest word at each point."""
    return diagnose(
        "max_match",
        student,
        text.max_match,
        _match_probes,
        MISTAKES_MAX_MATCH,
        seed=seed,
    )


def _match_probes(rng):
    words = sorted({_word(rng, "abc", 4) for _ in range(14)})
    rng.shuffle(words)
    drawn = [
        _word(rng, "abcx", 4) + _word(rng, "abc", int(rng.integers(5, 9)))
        for _ in range(12)
    ]
    return [
        ("themanran", ["an", "the", "man", "them", "ran"]),
        ("ab!?ab", ["ab"]),
        ("研究生命起源", ["研究", "研究生", "生命", "起源"]),
        ("xaxab", ["ab", "xaxabb"]),
        ("abcd", ["abc", "ab", "abcd"]),
        ("xabcd", ["xab", "cd", "bcd"]),
        ("dcbax", ["bax", "dc", "dcb"]),
        *((string, words) for string in drawn),
        ("", ["ab"]),
        ("ab", []),
    ]


def _walk(choose):
    """Cut from the left; ``choose`` gives the next word or "" if none fits."""

    def program(string, dictionary):
        found = []
        while string:
            found.append(choose(string, dictionary) or string[0])
            string = string[len(found[-1]) :]
        return found

    return program


def _fits(string, dictionary):
    return [word for word in dictionary if string.startswith(word)]


def _longest(string, dictionary):
    return max(_fits(string, dictionary), key=len, default="")


def _fewest(string, dictionary):
    known = {*dictionary, *string}
    ways = [[]]
    for end in range(1, len(string) + 1):
        ends = [
            [*ways[start], string[start:end]]
            for start in range(end)
            if string[start:end] in known
        ]
        ways.append(min(ends, key=len))
    return ways[-1]


def _longest_anywhere(string, dictionary):
    if not string:
        return []
    inside = [word for word in dictionary if word in string]
    if not inside:
        return list(string)
    left, word, right = string.partition(max(inside, key=len))
    return [
        *_longest_anywhere(left, dictionary),
        word,
        *_longest_anywhere(right, dictionary),
    ]


def _unknown_together(string, dictionary):
    found: list[str] = []
    unknown = False
    for word in text.max_match(string, dictionary):
        if word not in dictionary and unknown:
            found[-1] += word
        else:
            found.append(word)
        unknown = word not in dictionary
    return found


def _rest_as_one(string, dictionary):
    found = []
    while string:
        found.append(_longest(string, dictionary) or string)
        string = string[len(found[-1]) :]
    return found


def _stops(string, dictionary):
    found = []
    while string and (word := _longest(string, dictionary)):
        found.append(word)
        string = string[len(word) :]
    return found


MISTAKES_MAX_MATCH: dict[str, Callable] = {
    "You take the shortest word that fits: try the longest first.": _walk(
        lambda s, d: min(_fits(s, d), key=len, default="")
    ),
    "You take the first word in the dictionary's order that fits: of all words that "
    "fit, take the longest.": _walk(lambda s, d: next(iter(_fits(s, d)), "")),
    "You match from the end of the text: begin at its start.": (
        lambda s, d: text.max_match(s, d, backward=True)
    ),
    "A character that starts no word vanishes: it is a word by itself, so that the "
    "pieces joined are the text again.": (
        lambda s, d: [word for word in text.max_match(s, d) if word in d]
    ),
    "Characters that start no word are glued together: each is a word by itself.": (
        _unknown_together
    ),
    "A character that starts no word should stand alone: its original character, not "
    "<unk>.": (
        lambda s, d: [word if word in d else UNK for word in text.max_match(s, d)]
    ),
    "Where no word fits, the whole rest of the text becomes one word: take one "
    "character and go on.": _rest_as_one,
    "Where no word fits, you stop: take one character and go on.": _stops,
    "The longest words of the dictionary are never found: range(1, n) ends at n - 1.": (
        _walk(
            lambda s, d: _longest(
                s, [w for w in d if len(w) < max(map(len, d), default=1)]
            )
        )
    ),
    "A word at the very end of the text is missed: a slice may reach len(text).": (
        _walk(lambda s, d: _longest(s, [w for w in d if len(w) < len(s)]))
    ),
    "You look for the longest word anywhere in the text: look at the start of what is "
    "left only.": _longest_anywhere,
    "You found the cut with the fewest words. That is often wiser, but maximum "
    "matching never looks ahead: take the longest word, then go on.": _fewest,
    "You take words of up to two characters only: the dictionary has longer ones.": (
        _walk(lambda s, d: _longest(s, [w for w in d if len(w) < 3]))
    ),
}


# --- 5  count_pairs -----------------------------------------------------------------


def check_count_pairs(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``count_pairs(words, counts)``: the first half of one step of BPE."""
    return diagnose(
        "count_pairs",
        student,
        count_pairs,
        _pair_probes,
        MISTAKES_COUNT_PAIRS,
        seed=seed,
    )


def _pair_probes(rng):
    counts = _word_counts(rng, "abc", 5, 12)
    words = {w: merge(split_symbols(w), ("a", "b")) for w in counts}
    return [
        ({"low": ["lo", "w"], "owl": ["o", "w", "l"]}, {"low": 5, "owl": 2}),
        ({"aaa": ["a", "a", "a"], "a": ["a"]}, {"aaa": 2, "a": 7}),
        (
            {w: split_symbols(w) for w in ("banana", "bandana")},
            {"banana": 3, "bandana": 1},
        ),
        (words, counts),
        ({}, {}),
    ]


def _word_counts(rng, letters, longest, kinds):
    words = dict.fromkeys(_word(rng, letters, longest) for _ in range(kinds))
    return {word: int(rng.integers(1, 6)) for word in words}


def _pairs_of(tokens, counts, find):
    """Count what ``find(word, symbols)`` yields, once for each time a word occurs."""
    pairs: Counter = Counter()
    for word, symbols in tokens.items():
        for pair in find(word, symbols):
            pairs[pair] += counts[word]
    return pairs


def _finding(find):
    return lambda words, counts: _pairs_of(words, counts, find)


def _apart(symbols):
    """Yield pairs; three equal symbols in a row give one pair, not two."""
    last, at = None, -2
    for i, pair in enumerate(pairwise(symbols)):
        if pair == last and at == i - 1 and pair[0] == pair[1]:
            continue
        last, at = pair, i
        yield pair


def _across(words, counts):
    return Counter(pairwise(_flat(words[w] * counts[w] for w in words)))


def _last_word_wins(words, counts):
    return {pair: counts[w] for w in words for pair in pairwise(words[w])}


MISTAKES_COUNT_PAIRS: dict[str, Callable] = {
    "Every word counts once: a word that occurs 5 times brings each of its pairs 5 "
    "times, so add counts[word], not 1.": (
        lambda words, counts: Counter(_flat(pairwise(s) for s in words.values()))
    ),
    "A later word overwrites what earlier ones brought: add with +=, not =.": (
        _last_word_wins
    ),
    "In a, a, a the pair (a, a) stands twice, at 0 and at 1: count overlaps too.": (
        _finding(lambda word, symbols: _apart(symbols))
    ),
    "A pair that stands twice in one word counts twice: do not make a set of them.": (
        _finding(lambda word, symbols: set(pairwise(symbols)))
    ),
    "You count pairs across the end of a word: the last symbol of one word and the "
    "first of the next are no neighbors.": _across,
    "You count pairs across the end of a word, and every word once: go word by word, "
    "and add counts[word].": (
        lambda words, counts: Counter(pairwise(_flat(words.values())))
    ),
    "You count pairs of letters of the word: look at words[word], the symbols, where "
    "earlier merges have joined some.": (
        _finding(lambda word, symbols: pairwise(word))
    ),
    "The last pair of each word is missing: n symbols have n - 1 pairs.": (
        _finding(lambda word, symbols: pairwise(symbols[:-1]))
    ),
    "symbols[i + 1] does not exist for the last i: n symbols have n - 1 pairs, so "
    "range(len(symbols) - 1), or pairwise(symbols).": (
        _finding(lambda word, s: [(s[i], s[i + 1]) for i in range(len(s))])
    ),
    "symbols[-1] is the last symbol: you pair it with the first one.": (
        _finding(lambda word, s: [(s[i - 1], s[i]) for i in range(len(s))])
    ),
    "You step over two symbols at a time: pairs overlap, 0 and 1, then 1 and 2.": (
        _finding(lambda word, s: zip(s[::2], s[1::2], strict=False))
    ),
    "(a, b) and (b, a) are different pairs: keep the order.": (
        _finding(lambda word, s: [tuple(sorted(pair)) for pair in pairwise(s)])
    ),
    "Your keys are joined symbols: keep pairs, since ('a', 'bc') and ('ab', 'c') are "
    "not the same.": (_finding(lambda word, s: [a + b for a, b in pairwise(s)])),
    "You count single symbols: count pairs of neighbors.": (
        _finding(lambda word, s: s)
    ),
    "You count any two symbols of a word: only neighbors make a pair.": (
        _finding(
            lambda word, s: [
                (s[i], s[j]) for i in range(len(s)) for j in range(i + 1, len(s))
            ]
        )
    ),
}


# --- 6  merge -----------------------------------------------------------------------


def check_merge(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``merge(symbols, pair)``: the second half of one step of BPE."""
    return diagnose("merge", student, merge, _merge_probes, MISTAKES_MERGE, seed=seed)


def _merge_probes(rng):
    drawn = [
        (
            rng.choice(["a", "b", "ab"], int(rng.integers(6, 16))).tolist(),
            tuple(rng.choice(["a", "b", "ab"], 2).tolist()),
        )
        for _ in range(8)
    ]
    return [
        (["l", "o", "w", "l", "o"], ("l", "o")),
        (["a", "a", "a", "b"], ("a", "a")),
        (["a", "a", "a", "a"], ("a", "a")),
        (["xa", "b", "a", "b", "c", "a"], ("a", "b")),
        (["a", "bc", "ab", "c"], ("ab", "c")),
        (["b", "a", "b"], ("b", "a")),
        (["c", "b"], ("a", "b")),
        *drawn,
        (["a"], ("a", "b")),
        ([], ("a", "b")),
    ]


def _joining(fits, skip=2, tail=True, join=lambda a, b: [a + b]):
    """Write a merge: where ``fits(a, b, pair)``, join and go ``skip`` on."""

    def program(symbols, pair):
        merged, i = [], 0
        while i < len(symbols) - 1:
            if fits(symbols[i], symbols[i + 1], pair):
                merged.extend(join(symbols[i], symbols[i + 1]))
                i += skip
            else:
                merged.append(symbols[i])
                i += 1
        return merged + (symbols[i:] if tail else [])

    return program


def _is(a, b, pair):
    return (a, b) == pair


def _from_the_right(symbols, pair):
    turned = [s[::-1] for s in reversed(symbols)]
    back = merge(turned, (pair[1][::-1], pair[0][::-1]))
    return [s[::-1] for s in reversed(back)]


def _only_first(symbols, pair):
    for i, both in enumerate(pairwise(symbols)):
        if both == pair:
            return [*symbols[:i], pair[0] + pair[1], *symbols[i + 2 :]]
    return symbols


def _replace_text(symbols, pair):
    return " ".join(symbols).replace(" ".join(pair), "".join(pair)).split()


def _keeps_the_right_one(symbols, pair):
    merged = []
    for i, symbol in enumerate(symbols):
        if tuple(symbols[i : i + 2]) == pair:
            merged.append(pair[0] + pair[1])
        else:
            merged.append(symbol)
    return merged


def _looks_too_far(symbols, pair):
    merged, i = [], 0
    while i < len(symbols):
        if (symbols[i], symbols[i + 1]) == pair:
            merged.append(pair[0] + pair[1])
            i += 2
        else:
            merged.append(symbols[i])
            i += 1
    return merged


def _again_and_again(symbols, pair):
    """Join until nothing fits, taking what was joined for its last letters."""
    merged: list[str] = []
    for symbol in symbols:
        if merged and merged[-1].endswith(pair[0]) and symbol == pair[1]:
            merged[-1] += symbol
        else:
            merged.append(symbol)
    return merged


MISTAKES_MERGE: dict[str, Callable] = {
    "A symbol is used twice: after a merge go on behind both of its parts.": (
        _keeps_the_right_one
    ),
    "In a, a, a you merge from the right: begin at the left, which gives aa, a.": (
        _from_the_right
    ),
    "Only the first place is merged: merge the pair wherever it stands.": _only_first,
    "You replace text: 'xa b' contains 'a b', but xa is another symbol than a. Compare "
    "whole symbols.": _replace_text,
    "You merge the pair in either order: (a, b) is not (b, a).": (
        _joining(lambda a, b, pair: (a, b) in (pair, pair[::-1]))
    ),
    "The last symbol is lost when it is not part of a merge: look after the loop.": (
        _joining(_is, tail=False)
    ),
    "The last symbol comes again although a merge has used it: add it only if the loop "
    "has not reached it.": (
        lambda symbols, pair: [*_joining(_is, tail=False)(symbols, pair), symbols[-1]]
    ),
    "symbols[i + 1] does not exist for the last i: ask if i + 1 < len(symbols).": (
        _looks_too_far
    ),
    "The symbols are compared after joining: ('a', 'bc') is not ('ab', 'c').": (
        _joining(lambda a, b, pair: a + b == "".join(pair))
    ),
    "You insert the pair itself: join its parts into one symbol, left + right.": (
        _joining(_is, join=lambda a, b: [(a, b)])
    ),
    "Only the left symbol is compared: both have to fit.": (
        _joining(lambda a, b, pair: a == pair[0])
    ),
    "Only the right symbol is compared: both have to fit.": (
        _joining(lambda a, b, pair: b == pair[1])
    ),
    "The merged symbol goes on growing: a joined aa is not an a any more.": (
        _again_and_again
    ),
    "You skip one symbol too many: behind a merge go on at i + 2.": (
        _joining(_is, skip=3)
    ),
    "The pair has disappeared: put left + right in its place.": (
        _joining(_is, join=lambda a, b: [])
    ),
}


# --- 7  naive_bpe -------------------------------------------------------------------


def check_naive_bpe(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``naive_bpe(counts, num_merges)``: the most frequent pair goes first."""
    return diagnose(
        "naive_bpe",
        student,
        naive_bpe,
        _bpe_probes,
        MISTAKES_NAIVE_BPE,
        seed=seed,
    )


def _bpe_probes(rng):
    few = int(rng.integers(3, 7))
    return [
        ({"low": 5, "lower": 2, "newest": 6, "widest": 3}, 3),
        ({"ba": 2, "ab": 2, "c": 9}, 1),
        ({"aaa": 2, "ab": 3}, 1),
        ({"yzc": 2, "yz": 1, "ab": 2}, 2),
        ({"aab": 2, "aa": 1, "az": 2}, 2),
        ({"aaaa": 1, "baaa": 3, "aaab": 2}, 3),
        (_word_counts(rng, "abc", 7, 15), few),
        (_word_counts(rng, "abcde", 6, 20), few + 3),
        ({"hug": 1, "pug": 1}, 3),
        ({"ab": 3}, 0),
        ({"ab": 3, "abc": 1}, 9),
    ]


def _learn(count=count_pairs, choose=None, join=merge, start=split_symbols, least=1):
    """Write a trainer out of parts, one of which is wrong."""
    choose = choose or (lambda pairs: min(pairs, key=lambda p: (-pairs[p], p)))

    def program(counts, num_merges):
        words, merges = {word: start(word) for word in counts}, []
        while len(merges) < num_merges:
            pairs = count(words, counts)
            if not pairs and least:
                break
            best = choose(pairs)
            if pairs[best] < least:
                break
            merges.append(best)
            words = {word: join(symbols, best) for word, symbols in words.items()}
        return merges

    return program


def _likelihood(words, counts):
    """Score pairs as WordPiece does: count over the product of the parts' counts."""
    singles = _pairs_of(words, counts, lambda word, symbols: symbols)
    pairs = count_pairs(words, counts)
    return {(a, b): n / (singles[a] * singles[b]) for (a, b), n in pairs.items()}


def _counted_once(counts, num_merges):
    pairs = count_pairs({word: split_symbols(word) for word in counts}, counts)
    return sorted(pairs, key=lambda pair: (-pairs[pair], pair))[:num_merges]


def _asks_the_empty_list(pairs):
    return sorted(pairs, key=lambda pair: (-pairs[pair], pair))[0]


def _one_run(counts, num_merges):
    """Merge in one long row of symbols, all words in it."""
    row = _flat(split_symbols(word) * n for word, n in counts.items())
    return naive_bpe({"".join(row): 1}, num_merges)


MISTAKES_NAIVE_BPE: dict[str, Callable] = {
    "Ties: of equally frequent pairs you take the one that was counted first. Take the "
    "one that sorts first, or the merges depend on the order of the words: "
    "min(pairs, key=lambda pair: (-pairs[pair], pair)).": (
        _learn(choose=lambda pairs: max(pairs, key=pairs.get))
    ),
    "Ties: of equally frequent pairs you take the one that sorts last; take the first. "
    "max over (count, pair) turns the alphabet around, min over (-count, pair) does "
    "not.": _learn(choose=lambda pairs: max(pairs, key=lambda p: (pairs[p], p))),
    "Ties: of equally frequent pairs you take the longest; take the one that sorts "
    "first.": (
        _learn(
            choose=lambda pairs: min(
                pairs, key=lambda p: (-pairs[p], -len("".join(p)), p)
            )
        )
    ),
    "Ties: you compare joined text, aab before az. Compare the pairs themselves: "
    "('a', 'z') sorts before ('aa', 'b').": (
        _learn(choose=lambda pairs: min(pairs, key=lambda p: (-pairs[p], "".join(p))))
    ),
    "Every word counts once: a word that occurs 5 times brings its pairs 5 times.": (
        _learn(lambda words, counts: count_pairs(words, dict.fromkeys(words, 1)))
    ),
    "Merges cross the ends of words: count and merge inside each word.": _one_run,
    "You count the pairs once and take the most frequent: after each merge there are "
    "new pairs and fewer old ones, so count again.": _counted_once,
    "The words are never rewritten: apply the new merge to the symbols of every word "
    "before you count again.": _learn(join=lambda symbols, pair: symbols),
    "You take the rarest pair: the most frequent is merged.": (
        _learn(choose=lambda pairs: min(pairs, key=lambda p: (pairs[p], p)))
    ),
    "You took the pair with the highest count(ab) / (count(a) count(b)). That is "
    "WordPiece; BPE takes the most frequent pair.": _learn(_likelihood, least=0.0),
    "You added an end-of-word mark, as the paper does: here words are spelled with "
    "their own letters only.": (
        _learn(start=lambda word: [*split_symbols(word), "</w>"])
    ),
    "The joined symbols are returned: return the pairs, (left, right).": (
        lambda counts, n: [a + b for a, b in naive_bpe(counts, n)]
    ),
    "One merge too many: stop when there are num_merges of them.": (
        lambda counts, n: naive_bpe(counts, n + 1)
    ),
    "One merge too few: go on until there are num_merges of them.": (
        lambda counts, n: naive_bpe(counts, n - 1)
    ),
    "You stop where no pair occurs twice: the exercise merges those, too.": (
        _learn(least=2)
    ),
    "When every word has become one symbol there are no pairs left, and min or max of "
    "nothing is an error: stop the loop there.": _learn(least=0),
    "When every word has become one symbol there are no pairs left, and an empty list "
    "has no [0]: stop the loop there.": (_learn(choose=_asks_the_empty_list, least=0)),
    "In a, a, a your merge uses a symbol twice: behind a merge go on at i + 2.": (
        _learn(join=_keeps_the_right_one)
    ),
    "In a, a, a your counts skip the second pair (a, a): overlapping pairs count.": (
        _learn(_finding(lambda word, symbols: _apart(symbols)))
    ),
}


# --- 8  encode_word -----------------------------------------------------------------


def check_encode_word(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``encode_word(word, merges)``: the earliest merge goes first."""
    return diagnose(
        "encode_word",
        student,
        encode_word,
        _encode_probes,
        MISTAKES_ENCODE_WORD,
        seed=seed,
    )


def _encode_probes(rng):
    merges = naive_bpe(_word_counts(rng, "abc", 7, 25), 12)
    drawn = [_word(rng, "abcx", 12) + _word(rng, "abc", 3) for _ in range(10)]
    return [
        ("abc", [("b", "c"), ("a", "b")]),
        ("abcab", [("a", "b"), ("ab", "c"), ("abc", "ab")]),
        ("abcd", [("b", "c"), ("c", "d"), ("a", "b"), ("bc", "d")]),
        ("abcd", [("c", "d"), ("b", "cd"), ("a", "b"), ("a", "bcd")]),
        ("aaaaa", [("a", "a"), ("aa", "aa")]),
        ("abc", [("b", "c"), ("a", "b"), ("ab", "c")]),
        ("cab", [("c", "a"), ("a", "b")]),
        ("xabc", [("b", "c"), ("a", "b"), ("ab", "c")]),
        ("abxab", [("a", "b"), ("b", "x")]),
        *((word, merges) for word in drawn),
        ("", merges),
        ("abc", []),
    ]


def _tokens_of(merges):
    return {left + right for left, right in merges}


def _by(choose, join=merge):
    """Merge one pair after the other; ``choose`` says which one is next."""

    def program(word, merges):
        symbols = split_symbols(word)
        while fit := [pair for pair in pairwise(symbols) if pair in merges]:
            symbols = join(symbols, choose(fit, merges))
        return symbols

    return program


def _by_joined_text(word, merges):
    symbols = split_symbols(word)
    ranks = {a + b: rank for rank, (a, b) in reversed(list(enumerate(merges)))}
    while fit := [ranks[a + b] for a, b in pairwise(symbols) if a + b in ranks]:
        joined = "".join(merges[min(fit)])
        symbols = _joining(lambda a, b, pair: a + b == pair)(symbols, joined)
    return symbols


def _in_order(merges, word, join=merge):
    symbols = split_symbols(word)
    for pair in merges:
        symbols = join(symbols, pair)
    return symbols


def _only_letters(word, merges):
    """Use merges of two letters only."""
    return encode_word(word, [pair for pair in merges if len("".join(pair)) == 2])


def _one_merge(word, merges):
    symbols = split_symbols(word)
    fit = [pair for pair in merges if pair in pairwise(symbols)]
    return merge(symbols, fit[0]) if fit else symbols


MISTAKES_ENCODE_WORD: dict[str, Callable] = {
    "You take the longest token that fits, from the left: that is maximum matching. "
    "BPE replays its merges in the order learned, the earliest first.": (
        lambda word, merges: text.max_match(word, _tokens_of(merges))
    ),
    "You merge whatever fits first from the left: of all pairs that stand in the word, "
    "merge the one that was learned first.": (
        _by(lambda fit, merges: fit[0], _only_first)
    ),
    "You merge the pair that was learned last: the earliest goes first.": (
        _by(lambda fit, merges: max(fit, key=merges.index))
    ),
    "You go through the merges backward: the earliest goes first.": (
        lambda word, merges: _in_order(merges[::-1], word)
    ),
    "You sort the merges: their order is the order in which they were learned.": (
        lambda word, merges: _in_order(sorted(merges), word)
    ),
    "You look the whole word up among the tokens first. Some fast tokenizers do; here "
    "replay the merges, which need not get there.": (
        lambda word, merges: (
            [word] if word in _tokens_of(merges) else encode_word(word, merges)
        )
    ),
    "You merge the pair that makes the longest symbol: the one that was learned first "
    "goes first.": (
        _by(lambda fit, merges: max(fit, key=lambda p: (len(p[0] + p[1]), p)))
    ),
    "Each merge is applied at one place only: merge the pair wherever it stands.": (
        lambda word, merges: _in_order(merges, word, _only_first)
    ),
    "You stop after one merge: go on while any pair of neighbors can be merged.": (
        _one_merge
    ),
    "You only merge single letters: the new symbols can be merged further.": (
        _only_letters
    ),
    "You look for joined text: ('a', 'bc') is not the merge ('ab', 'c'). Look for the "
    "pair of symbols.": _by_joined_text,
    "You found the fewest tokens. BPE does not search for them: it replays its merges "
    "in the order learned.": (lambda word, merges: _fewest(word, _tokens_of(merges))),
    "Letters that no merge knows vanish: they stay as they are.": (
        lambda word, merges: [
            s for s in encode_word(word, merges) if s in set("".join(_flat(merges)))
        ]
    ),
    "In a, a, a your merge uses a symbol twice: behind a merge go on at i + 2.": (
        lambda word, merges: _in_order(merges, word, _keeps_the_right_one)
    ),
    "In a, a, a you merge from the right: begin at the left, which gives aa, a.": (
        lambda word, merges: _in_order(merges, word, _from_the_right)
    ),
    "You replace text: 'xa b' contains 'a b', but xa is another symbol than a. Compare "
    "whole symbols.": lambda word, merges: _in_order(merges, word, _replace_text),
    "The symbols are glued into one str: return a list of symbols.": (
        lambda word, merges: " ".join(encode_word(word, merges))
    ),
    "These are the letters: merge returns a new list, so symbols = merge(...).": (
        lambda word, merges: split_symbols(word)
    ),
}


# --- 9  bits_per_character ----------------------------------------------------------


class _PriceList:
    """A speller that looks its prices up."""

    def __init__(self, prices: Mapping[str, float]):
        self.bits = prices.__getitem__


def bits_per_character(
    log2_probs: Sequence[float],
    sentences: Sequence[Sequence[str]],
    known: Collection[str],
    spelling: Mapping[str, float],
) -> float:
    """Return bits per character, unknown words paid for by their spelling."""
    speller = _PriceList(spelling)
    bits = metrics.spelled_bits(log2_probs, sentences, known, speller)
    return metrics.bits_per_char(bits.sum(), sentences)


def check_bits_per_character(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``bits_per_character(log2_probs, sentences, known, spelling)``."""
    return diagnose(
        "bits_per_character",
        student,
        bits_per_character,
        _bits_probes,
        MISTAKES_BITS_PER_CHARACTER,
        seed=seed,
    )


def _bits_probes(rng):
    def drawn(many):
        sentences = [
            [_word(rng, "abc", 5) for _ in range(int(rng.integers(2, 7)))]
            for _ in range(many)
        ]
        sentences[0] += ["zaza", "zaza"]
        words = sorted({w for s in sentences for w in s})
        known = {w for w in words if rng.random() < 0.6 and w != "zaza"}
        spelling = {w: 3.0 * len(w) + float(rng.random()) for w in words}
        tokens = len(_flat(sentences)) + many
        return -rng.uniform(0.5, 9.0, tokens), sentences, known, spelling

    return [
        ([-1.0, -2.0, -1.0], [["the", "cat"]], {"the", "cat"}, {}),
        ([-1.0, -5.0, -1.0], [["the", "yak"]], {"the"}, {"the": 9.0, "yak": 16.0}),
        (
            [-1.0, -4.0, -5.0, -2.0, -2.5, -1.5],
            [["a", "yak", "yak"], ["a"]],
            {"a"},
            {"a": 7.0, "yak": 16.0, "elk": 15.0},
        ),
        drawn(3),
        drawn(int(rng.integers(4, 9))),
        ([-1.0, -2.0, -1.0], [["naïve", "猫"]], {"naïve"}, {"猫": 21.0}),
    ]


def _parts(log2_probs, sentences, known, spelling):
    """Return bits of the model, bits of spelling, and characters."""
    unknown = [w for w in _flat(sentences) if w not in known]
    return (
        -sum(log2_probs),
        sum(spelling[w] for w in unknown),
        sum(len(w) + 1 for w in _flat(sentences)),
    )


def _from_parts(formula):
    """Write a program from ``formula(model, spell, chars, sentences)``."""

    def program(log2_probs, sentences, known, spelling):
        parts = _parts(log2_probs, sentences, known, spelling)
        return formula(*parts, sentences)

    return program


def _instead_of_unk(log2_probs, sentences, known, spelling):
    tokens = [w for s in sentences for w in (*s, None)]
    bits = [
        -p if w is None or w in known else spelling[w]
        for p, w in zip(log2_probs, tokens, strict=True)
    ]
    return sum(bits) / _parts(log2_probs, sentences, known, spelling)[2]


def _index_starts_again(log2_probs, sentences, known, spelling):
    paid = [log2_probs[i] for s in sentences for i in range(len(s) + 1)]
    return _price(paid, sentences, known, spelling)


def _without_ends(log2_probs, sentences, known, spelling):
    tokens = [w for s in sentences for w in (*s, None)]
    paid = [p for p, w in zip(log2_probs, tokens, strict=True) if w is not None]
    return _price(paid, sentences, known, spelling)


def _price(log2_probs, sentences, known, spelling):
    """Like the reference, for any list of log probabilities."""
    model, spelled, chars = _parts(log2_probs, sentences, known, spelling)
    return (model + spelled) / chars


def _each_type_once(log2_probs, sentences, known, spelling):
    model, _, chars = _parts(log2_probs, sentences, known, spelling)
    return (
        model + sum(spelling[w] for w in set(_flat(sentences)) - set(known))
    ) / chars


def _all_spelled(log2_probs, sentences, known, spelling):
    model, _, chars = _parts(log2_probs, sentences, known, spelling)
    return (model + sum(spelling.get(w, 0.0) for w in _flat(sentences))) / chars


def _unk_as_text(log2_probs, sentences, known, spelling):
    model, spelled, _ = _parts(log2_probs, sentences, known, spelling)
    shown_as = [w if w in known else UNK for w in _flat(sentences)]
    return (model + spelled) / sum(len(w) + 1 for w in shown_as)


def _mean_of_sentences(log2_probs, sentences, known, spelling):
    at, each = 0, []
    for s in sentences:
        mine = log2_probs[at : at + len(s) + 1]
        each.append(_price(mine, [s], known, spelling))
        at += len(s) + 1
    return sum(each) / len(each)


def _tokens(sentences):
    return sum(len(s) + 1 for s in sentences)


MISTAKES_BITS_PER_CHARACTER: dict[str, Callable] = {
    "You divide by tokens: that is bits per word, and only models that cut the text "
    "alike can be compared by it. Divide by characters.": (
        _from_parts(lambda model, spell, chars, s: (model + spell) / _tokens(s))
    ),
    "You divide by words: divide by characters.": (
        _from_parts(lambda model, spell, chars, s: (model + spell) / len(_flat(s)))
    ),
    "The separators are missing: each word is followed by one more character, a space "
    "or the sentence's end, so it counts len(word) + 1.": (
        _from_parts(
            lambda model, spell, chars, s: (model + spell) / (chars - len(_flat(s)))
        )
    ),
    "The end of a sentence is counted twice: it is the separator of its last word.": (
        _from_parts(lambda model, spell, chars, s: (model + spell) / (chars + len(s)))
    ),
    "The last word of a sentence is followed by a separator too, the sentence's end: "
    "count len(word) + 1 for every word.": (
        _from_parts(lambda model, spell, chars, s: (model + spell) / (chars - len(s)))
    ),
    "One character is missing: the very last word is followed by a separator, too.": (
        _from_parts(lambda model, spell, chars, s: (model + spell) / (chars - 1))
    ),
    "Unknown words are free: a model that says <unk> has not said which word. Add "
    "spelling[word] for each word that is not known.": (
        _from_parts(lambda model, spell, chars, s: model / chars)
    ),
    "Known words are spelled as well: only a word that is not in known pays for its "
    "spelling.": _all_spelled,
    "The spelling takes the place of the model's price: an unknown word pays both, "
    "first for <unk> and then for its spelling.": _instead_of_unk,
    "You add up the whole price list: look which words stand in sentences.": (
        lambda log2_probs, s, known, spelling: (
            _price(log2_probs, s, (), dict.fromkeys(_flat(s), 0.0))
            + sum(spelling.values()) / _parts(log2_probs, s, known, spelling)[2]
        )
    ),
    "An unknown word pays for its spelling each time it occurs, not once.": (
        _each_type_once
    ),
    "Spelling is added per character already: add all bits first, then divide once.": (
        _from_parts(lambda model, spell, chars, s: model / chars + spell)
    ),
    "The spelling is subtracted: it is in bits, with a plus, while log2_probs are "
    "negative.": (_from_parts(lambda model, spell, chars, s: (model - spell) / chars)),
    "The sign is wrong: bits are -log2_probs, so that a bad guess costs much.": (
        _from_parts(lambda model, spell, chars, s: -(model + spell) / chars)
    ),
    "The sign is wrong: log2_probs are negative and spelling is positive, so the sum "
    "must take -log2_probs.": (
        _from_parts(lambda model, spell, chars, s: (spell - model) / chars)
    ),
    "You turn logarithms into bits again: log2_probs are in bits, so no log(2).": (
        _from_parts(
            lambda model, spell, chars, s: (model / math.log(2) + spell) / chars
        )
    ),
    "You multiply by log(2): that gives nats. The answer is in bits, so take "
    "log2_probs as they are.": (
        _from_parts(
            lambda model, spell, chars, s: (model * math.log(2) + spell) / chars
        )
    ),
    "You take the logarithm of a logarithm: log2_probs are log2 of probabilities "
    "already, and negative numbers have none.": (
        lambda log2_probs, *_: -sum(map(math.log2, log2_probs))
    ),
    "The index into log2_probs starts again at each sentence: the list runs through "
    "all of them, one number for each word and each end.": _index_starts_again,
    "The ends of sentences are not paid for: they are predicted, so their numbers in "
    "log2_probs belong to the sum.": _without_ends,
    "The characters of <unk> are counted: count those of the word as it was written.": (
        _unk_as_text
    ),
    "You average over sentences, long and short ones alike: add up all bits, add up "
    "all characters, and divide once.": _mean_of_sentences,
    "This is a perplexity, 2 ** bits: return the bits.": (
        _from_parts(lambda model, spell, chars, s: 2 ** ((model + spell) / chars))
    ),
    "This is the total: divide by the number of characters.": (
        _from_parts(lambda model, spell, chars, s: model + spell)
    ),
}


# --- 10  cheapest_cut ---------------------------------------------------------------


def cheapest_cut(string: str, bits: Mapping[str, float]) -> list[str]:
    """Cut a text into pieces that cost as few bits as possible together.

    Viterbi's idea: the cheapest way to a place goes through the cheapest way to one of
    the places before it.
    """
    cost, last = [0.0], [0]  # cost[i]: of the first i characters; last[i]: where cut
    for end in range(1, len(string) + 1):
        ways = [
            (cost[start] + bits[string[start:end]], start)
            for start in range(end)
            if string[start:end] in bits
        ]
        best, start = min(ways, default=(math.inf, end - 1))
        cost.append(best)
        last.append(start)
    pieces, end = [], len(string)
    while end:
        pieces.append(string[last[end] : end])
        end = last[end]
    return pieces[::-1]


def check_cheapest_cut(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``cheapest_cut(text, bits)``: the cut that costs the fewest bits."""
    return diagnose(
        "cheapest_cut",
        student,
        cheapest_cut,
        _cut_probes,
        MISTAKES_CHEAPEST_CUT,
        seed=seed,
    )


def _cut_probes(rng):
    bits = {c: float(rng.uniform(4, 8)) for c in "abc"}
    for word in {_word(rng, "abc", 4) for _ in range(25)}:
        if len(word) > 1:
            bits[word] = float(rng.uniform(5, 14))
    drawn = [_word(rng, "abc", 4) + _word(rng, "abc", 4) for _ in range(6)]
    english = {"the": 2.0, "them": 6.0, "man": 4.0, "an": 5.0, "ran": 7.0}
    letters = dict.fromkeys("themanr", 10.0)
    dear = {"a": 1.0, "b": 1.5, "ab": 9.0, "ba": 2.25}
    return [
        ("ab", {"a": 1.0, "b": 1.5, "ab": 2.25}),
        ("aab", dear),
        ("xabcd", dict.fromkeys(["xab", "cd", "bcd", *"xabcd"], 3.0) | {"a": 4.0}),
        ("dcbax", dict.fromkeys(["bax", "dc", "dcb", *"dcbax"], 3.0) | {"a": 4.0}),
        ("abc", {"a": 5.0, "b": 1.0, "c": 1.0, "ab": 4.5}),
        ("abc", {"a": 5.0, "b": 5.0, "c": 5.0, "bc": 8.0, "abc": 9.0}),
        ("themanran", letters | english),
        (
            "研究生命",
            dict.fromkeys("研究生命", 12.0) | {"研究": 7, "研究生": 8, "生命": 6},
        ),
        *((string, bits) for string in drawn),
        ("a", dear),
        ("", dear),
    ]


def _step_by_step(price):
    """Take at each point the piece with the lowest price, never looking ahead."""

    def program(string, bits):
        fit = lambda s, d: min(_fits(s, d), key=lambda w: (price(w, bits), w))  # noqa: E731
        return _walk(fit)(string, bits)

    return program


def _best_of_all(badness):
    def program(string, bits):
        ways = [cut for cut in _cuts(string) if all(piece in bits for piece in cut)]
        return min(ways, key=lambda cut: (badness([bits[p] for p in cut]), cut))

    return program


def _join_neighbors(string, bits):
    pieces = list(string)
    while True:
        gains = [
            (bits[a + b] - bits[a] - bits[b], i)
            for i, (a, b) in enumerate(pairwise(pieces))
            if a + b in bits
        ]
        if not gains or min(gains)[0] >= 0:
            return pieces
        at = min(gains)[1]
        pieces[at : at + 2] = [pieces[at] + pieces[at + 1]]


MISTAKES_CHEAPEST_CUT: dict[str, Callable] = {
    "You take the longest piece at each point: that is maximum matching. Compare the "
    "total cost of whole cuts.": _walk(_longest),
    "You take the longest piece from the end: compare the total cost of whole cuts.": (
        lambda string, bits: text.max_match(string, bits, backward=True)
    ),
    "You take the piece that costs least next: a cheap start can force a dear end. "
    "Keep, for each place, the cheapest way to get there.": (
        _step_by_step(lambda piece, bits: bits[piece])
    ),
    "You take the piece that costs least per character next: a good start can force a "
    "dear end. Keep, for each place, the cheapest way to get there.": (
        _step_by_step(lambda piece, bits: bits[piece] / len(piece))
    ),
    "You found the cut with the fewest pieces: add up their bits instead.": (
        _best_of_all(lambda prices: (len(prices), sum(prices)))
    ),
    "You found the dearest cut: take min, not max.": (
        _best_of_all(lambda prices: -sum(prices))
    ),
    "You found the cut with the lowest average per piece: the total counts, or many "
    "cheap pieces would cost nothing.": (
        _best_of_all(lambda prices: sum(prices) / max(len(prices), 1))
    ),
    "You keep the way to a place that was found last: keep the cheapest.": (
        lambda string, bits: list(string)
    ),
    "You joined neighbors while that made the cut cheaper. It ends where no single "
    "join helps; a cheaper cut may be two joins away.": _join_neighbors,
    "You multiply the costs: bits are logarithms already, so they add up.": (
        _best_of_all(math.prod)
    ),
    "A piece without a price is no bargain: you took it as free; skip what is not in "
    "bits.": (
        lambda string, bits: cheapest_cut(
            string,
            dict.fromkeys(
                (string[i:j] for j in range(len(string) + 1) for i in range(j)), 0.0
            )
            | bits,
        )
    ),
    "The pieces come out backward: you collected them from the end, so turn the list "
    "around.": lambda string, bits: cheapest_cut(string, bits)[::-1],
    "The longest pieces are never tried: range(1, n) ends at n - 1.": (
        lambda string, bits: cheapest_cut(
            string,
            {p: b for p, b in bits.items() if len(p) < max(map(len, bits))},
        )
    ),
    "This is the cost of the cheapest cut: return its pieces.": (
        lambda string, bits: sum(bits[p] for p in cheapest_cut(string, bits))
    ),
}


# --- 11  a tokenizer of one's own ---------------------------------------------------

_HARD_TEXTS = (
    "One morning Mia put the red ball in the basket.",
    " two  spaces,\na new line\tand a tab ",
    "don't — “quotes”, naïve café, ﬁne",
    "研究生命的起源。",
    "👩‍👩‍👧 e\u0301 \u200b",
    "x",
    "",
)


def check_own_cut(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``own_cut(text)``: any cut is welcome that loses nothing.

    There is no reference: the pieces are free, but joined they must be the text.
    """
    rng = np.random.default_rng(seed)
    drawn = "".join(_word(rng, "ab ,Z√字", 4) for _ in range(int(rng.integers(9, 30))))
    for string in (*_HARD_TEXTS, drawn):
        if hint := _lossless_hint(student, string):
            return CheckResult("own_cut", hint)
    return CheckResult("own_cut")


def bits_of_cut(cut: Callable, train: Sequence[str], test: Sequence[str]) -> float:
    """Return the bits per character that a unigram model of the pieces pays.

    Parameters
    ----------
    cut : callable
        Text -> pieces that, joined, are the text again.
    train : sequence of str
        Pieces that occur here twice or more are known, and priced by their share.
    test : sequence of str
        Where the bits are paid. Other pieces are spelled, letter by letter and blind to
        the letters before, so that all knowledge is in the cut.

    Returns
    -------
    float
        The end of a text is not paid for, whatever the cut.
    """

    def pieces(strings):
        for string in strings:
            found = list(cut(string))
            if "".join(found) != string:  # what is left out would cost nothing
                raise ValueError(f"the pieces of {shown(string)} do not give it again")
            yield from found

    counts = Counter(pieces(train))
    known = {piece: n for piece, n in counts.items() if n > 1}
    rare = [piece for piece in counts if piece not in known]
    total = counts.total() + 1
    unknown = total - sum(known.values())
    speller, bits = metrics.Speller(rare, known, order=1), 0.0
    for piece in pieces(test):
        bits -= math.log2(known.get(piece, unknown) / total)
        bits += 0 if piece in known else speller.bits(piece)
    return bits / sum(map(len, test))


def _lossless_hint(student, string) -> str:
    call = f"own_cut({shown(string)})"
    try:
        pieces, again = student(string), student(string)
    except (Exception, SystemExit) as error:  # whatever the student wrote
        return stopped(error, call)
    if isinstance(pieces, str) or not isinstance(pieces, list | tuple):
        return f"{call} should return a list of str, not {shown(pieces)}."
    if not all(isinstance(piece, str) for piece in pieces):
        odd = next(piece for piece in pieces if not isinstance(piece, str))
        return f"{call} has {shown(odd)} among its pieces: each should be a str."
    if "" in pieces:
        return f"{call} has an empty piece, which says nothing: leave it out."
    if pieces != again:
        return f"{call} gives other pieces when it is called again."
    joined = "".join(pieces)
    if joined == string:
        return ""
    same = next(
        (i for i, (a, b) in enumerate(zip(joined, string, strict=False)) if a != b),
        min(len(joined), len(string)),
    )
    return (
        f"The pieces of {shown(string)}, joined, give {shown(joined)}: at place {same} "
        "something was lost or added. White space belongs to a piece, too."
    )
