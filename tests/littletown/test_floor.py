"""The floor is exact. Three proofs, and the committed files come from the seeds."""

import hashlib
import json
import math
import random

import numpy as np
import pytest

from lmcourse import littletown
from lmcourse.littletown import corpus, stories, tables, world
from lmcourse.littletown.lexicon import LEXICON
from lmcourse.littletown.patterns import Beat
from lmcourse.littletown.pen import END, Follow, ImpossibleText
from lmcourse.ngram import KneserNey
from lmcourse.runtime import data_folder
from lmcourse.vocab import Vocab

# --- proof 1: on a shrunken world, every text is enumerated -------------------------

HAMLET = {
    "A": """
3 a: {hero.new:A0} had* {thing.new:A1} .
1 a: once there/PRON was* {a_trait} {kid} and {pet_kind} and whose name was {hero.new} .
""",
    "B": "1 b: there/PRON were* {boxa.new:A1} and {boxb.new:A1} .",
    "C": """
2 c: <then>{hero:A0} put* {thing:A1} {spot:A2} .
1 tic: {hero} {tic} .
""",
    "D": """
2 d: " {thing.it} is* {spot.right:A2} , " {hero.said:A0} .
1 d: then/ADV {hero:A0} remembered* : {thing.it} was {spot.right:A2} .
""",
    "E": "1 end: </s>/X\n1 feel: {hero:A0} was {happy} .",
}
SMALL = {
    "GIRLS": ("Mia",),
    "BOYS": ("Tom", "Ben"),
    "ONSETS": ("B",),
    "VOWELS": ("a",),
    "MIDDLES": ("l",),
    "THINGS": {"ball": "round", "kite": "paper"},
    "COLORS": ("red", "blue"),
    "LOOKS": ("old",),
    "BOXES": ("box", "jar"),
    "HIDING": ("bed", "sofa"),
    "SAID": ("said", "called"),
    "TICS": ("rubbed POSS [nose|eyes]", "looked at the <mark>"),
    "OPENERS": ("soon",),
    "TRAITS": ("kind", "honest"),
    "HAPPY": ("happy",),
}


@pytest.fixture
def hamlet(monkeypatch):
    """A world small enough to list every story of it."""
    for name, value in SMALL.items():
        monkeypatch.setattr(world, name, value)
    monkeypatch.setitem(world.CLASSES, "mark", "well, gate")
    monkeypatch.setitem(world.CLASSES, "color", "red, blue")
    tables.forget()
    beats = {name: Beat(text, LEXICON) for name, text in HAMLET.items()}

    def tell(s):
        s.tell((1.0, Beat("1 a: {hero.new:A0} had* {thing.new:A1} .", LEXICON)))
        s.tell((1.0, beats["B"]))
        if s.tell((1.0, beats["C"])) == "c":
            s.tell((1.0, beats["D"]))
        if s.tell((1.0, beats["E"])) != "end":
            s.tell((1.0, Beat("1 end: </s>/X", LEXICON)))

    yield tell
    monkeypatch.undo()
    tables.forget()


def odds_after(tell, prefix):
    source = Follow(prefix)
    try:
        stories.write(source, tell)
    except Follow.EndOfPrefix:
        return source.asked
    return None


def enumerate_texts(tell):
    """Walk through every text of the world, depth first: (words, probability)."""
    stack = [((), 1.0)]
    while stack:
        words, p = stack.pop()
        if words and words[-1] == END:
            yield words, p
            continue
        odds = odds_after(tell, words)
        assert sum(odds.values()) == pytest.approx(1, abs=1e-12)
        stack += [((*words, word), p * q) for word, q in odds.items()]


def test_all_texts_of_a_shrunken_world_sum_to_one_and_sampling_agrees(hamlet):
    total, entropy, mean_length, texts = 0.0, 0.0, 0.0, 0
    seen = set()
    for words, p in enumerate_texts(hamlet):
        assert words not in seen, "no text has two derivations"
        seen.add(words)
        texts += 1
        total += p
        entropy -= p * math.log2(p)
        mean_length += p * len(words)
        if texts % 500 == 0:  # the storyteller charges what the enumeration found
            story = stories.write(Follow(words), hamlet)
            assert sum(story.log2_probs) == pytest.approx(math.log2(p), abs=1e-9)
    assert texts > 5000
    assert total == pytest.approx(1, abs=1e-9)

    # Proof 2: the average over a million words meets the analytic figure.
    rng, words, sums = random.Random(0), 0, []
    while words < 1_000_000:
        story = stories.write(stories.Draw(rng), hamlet)
        words += len(story.words) + 1
        sums.append(-sum(story.log2_probs))
    error = np.std(sums) / math.sqrt(len(sums))
    assert abs(np.mean(sums) - entropy) < 4 * error
    assert np.mean(sums) / (words / len(sums)) == pytest.approx(
        entropy / mean_length, rel=0.005
    )


# --- the real world -----------------------------------------------------------------


def test_surprise_meets_its_expectation_before_each_word():
    rng = random.Random(8)
    told = [stories.invent(rng, entropies=True) for _ in range(300)]
    paid = np.array([-p for story in told for p in story.log2_probs])
    expected = np.array([h for story in told for h in story.entropies])
    difference = paid - expected  # a martingale: mean zero if every odds was right
    assert abs(difference.mean()) < 4 * difference.std() / math.sqrt(len(difference))
    assert expected.mean() > 1


def test_reading_a_story_charges_what_telling_it_did():
    rng = random.Random(9)
    for _ in range(20):
        told = stories.invent(rng)
        read = stories.read(told.words)
        assert read.log2_probs == told.log2_probs
        assert read.events == told.events
        assert read.tags == told.tags
        assert read.marks == told.marks


def test_next_word_is_a_distribution_that_reading_uses():
    told = stories.invent(random.Random(10))
    for cut in range(0, len(told.words), 7):
        odds = littletown.next_word(told.words[:cut])
        assert sum(odds.values()) == pytest.approx(1, abs=1e-12)
        assert math.log2(odds[told.words[cut]]) == pytest.approx(told.log2_probs[cut])


@pytest.mark.parametrize(
    "text", ["Mia was", "one sunny morning , Mia flew to the moon .", "Stockholm"]
)
def test_what_the_storyteller_cannot_say_is_refused(text):
    with pytest.raises(ImpossibleText, match="never writes"):
        littletown.read(text.split())


def test_nothing_learned_from_train_beats_the_floor_on_test():
    train = littletown.load("train")
    vocab = Vocab.from_sentences(train, min_count=littletown.MIN_COUNT)
    test = littletown.load("test")
    floor = littletown.floor("test")
    model = KneserNey(order=5).fit(vocab.replace_unknown(train))
    scores = model.score(vocab.replace_unknown(test))
    assert len(scores) == len(floor)
    words = [word for story in test for word in [*story, END]]
    # Unknown words are cheaper for the model (it need not spell them): leave them out.
    known = np.array([word in vocab or word == END for word in words])
    assert known.mean() > 0.98
    assert -scores[known].mean() > -floor[known].mean() * 1.3


# --- the committed files --------------------------------------------------------------


@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_the_seeds_give_the_committed_bytes(split):
    told = list(littletown.generate(split))
    text = "".join(" ".join(story.words) + "\n" for story in told).encode()
    hashes = json.loads((data_folder() / "littletown" / "hashes.json").read_text())
    assert hashlib.sha256(text).hexdigest() == hashes[f"{split}.txt"]
    assert [list(story.words) for story in told] == littletown.load(split)
    if split != "train":
        paid = [p for story in told for p in story.log2_probs]
        np.testing.assert_allclose(littletown.floor(split), paid, rtol=0, atol=1e-9)


def test_probes_come_from_their_seed_and_are_minimal_pairs():
    committed = littletown.probes()
    again = corpus.make_probes(each=30)
    assert {kind: pairs[:5] for kind, pairs in again.items()} == {
        kind: pairs[:5] for kind, pairs in committed.items()
    }
    texts = {tuple(s) for split in corpus.SPLITS for s in littletown.load(split)}
    for kind, pairs in committed.items():
        assert len(pairs) == 1000, kind
        for probe in pairs[::100]:
            odds = littletown.next_word(probe.context)
            assert odds[probe.right] > 0
            assert probe.wrong not in odds
            assert probe.distance >= 2
            assert not any(
                t[: len(probe.context)] == tuple(probe.context) for t in texts
            )


def test_the_splits_are_as_promised():
    for split, (_, size) in corpus.SPLITS.items():
        loaded = littletown.load(split)
        words = sum(map(len, loaded))
        assert size <= words < size + 300
    train = littletown.load("train")
    vocab = Vocab.from_sentences(train, min_count=littletown.MIN_COUNT)
    test_words = [word for story in littletown.load("test") for word in story]
    unknown = sum(word not in vocab for word in test_words) / len(test_words)
    assert 0.003 <= unknown <= 0.015


def test_an_unknown_split_is_refused():
    with pytest.raises(ValueError, match="split"):
        littletown.load("dev")
