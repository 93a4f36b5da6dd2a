"""The real files are what the catalogue says, and hold what their papers say."""

import gzip
import json

import pytest

from lmcourse import datasets

pytestmark = pytest.mark.usefixtures("real_data")


@pytest.mark.parametrize("name", datasets.names())
def test_every_file_is_here_and_right(name, real_data):
    for file, path, problem in datasets.verify(name):
        assert path is not None, f"{file.file} is not in {real_data}"
        assert problem == ""


@pytest.mark.parametrize(
    ("name", "split", "tokens"),
    [  # the end of each line counts, as in every published perplexity
        ("ptb", "train", 929_589),
        ("ptb", "valid", 73_760),
        ("ptb", "test", 82_430),
        ("wikitext-2", "train", 2_088_628),
        ("wikitext-2", "valid", 217_646),
        ("wikitext-2", "test", 245_569),
    ],
)
def test_published_numbers_of_tokens(name, split, tokens):
    assert sum(len(s) + 1 for s in datasets.sentences(name, split)) == tokens


@pytest.mark.parametrize(("name", "types"), [("ptb", 9_999), ("wikitext-2", 33_277)])
def test_vocabularies_are_closed(name, types):
    train, valid, test = (
        {word for sentence in datasets.sentences(name, split) for word in sentence}
        for split in ("train", "valid", "test")
    )
    assert len(train) == types
    assert "<unk>" in train
    assert valid | test <= train


def test_tiny_shakespeare_is_split_where_others_split_it():
    train = datasets.load("tiny-shakespeare", "train")
    valid = datasets.load("tiny-shakespeare", "valid")
    assert (len(train), len(valid)) == (1_003_854, 111_540)
    assert train + valid == datasets.load("tiny-shakespeare", "all")
    assert len(set(train)) == 65


def test_names():
    names = datasets.load("names").split("\n")
    assert names[:3] == ["emma", "olivia", "ava"]
    assert (len(names), len(set(names))) == (32_033, 29_494)


def test_gpt2_has_a_token_for_each_byte_and_each_merge():
    version, *merges = datasets.load("gpt2", "merges").removesuffix("\n").split("\n")
    vocabulary = json.loads(datasets.load("gpt2", "vocabulary"))
    assert version.startswith("#version")
    assert len(merges) == 50_000
    assert sorted(vocabulary.values()) == list(range(256 + 50_000 + 1))
    merged = ["".join(merge.split(" ")) for merge in merges]
    assert [vocabulary[token] for token in merged] == list(range(256, 50_256))


def test_poems():
    poems = datasets.poems("tang-poems")
    texts = {poem.lines for poem in poems}
    assert (len(poems), len(texts)) == (10_008, 9_834)
    chosen = datasets.poems("tang-300")
    assert (len(chosen), len({poem.lines for poem in chosen})) == (366, 354)
    assert sum(poem.lines in texts for poem in chosen) == 181
    assert all(poem.author and poem.lines for poem in poems + chosen)
    assert sum(not poem.title for poem in poems) == 1  # the source lost it


@pytest.mark.parametrize(
    ("name", "split", "pairs", "different", "low", "high"),
    [
        ("wordsim-353", "all", 353, 352, 0.23, 10),  # money and cash, twice
        ("wordsim-353", "similarity", 203, 203, 0.23, 10),
        ("wordsim-353", "relatedness", 252, 252, 0.23, 8.81),
        ("simlex-999", "all", 999, 999, 0.23, 9.8),
        ("rg-65", "all", 65, 65, 0.02, 3.94),
        ("rare-words", "all", 2034, 2034, 0, 10),
        ("wordsim-240", "all", 240, 239, 0.15, 9.2),
        ("wordsim-297", "all", 297, 296, 0.262962963, 4.98),
    ],
)
def test_similarities(name, split, pairs, different, low, high):
    found = datasets.similarities(name, split)
    assert (len(found), len({pair[:2] for pair in found})) == (pairs, different)
    scores = [pair.score for pair in found]
    assert (min(scores), max(scores)) == (low, high)
    words = [word for pair in found for word in pair[:2]]
    assert all(word and word.split() == [word] for word in words)


def test_the_pair_that_wordsim_296_lacks():
    assert ("OPEC", "石油") in [p[:2] for p in datasets.similarities("wordsim-297")]


@pytest.mark.parametrize(
    ("name", "questions", "relations"),
    [("google-analogies", 19_544, 14), ("chinese-analogies", 953, 3)],
)
def test_analogies(name, questions, relations):
    found = datasets.analogies(name)
    assert len(found) == questions
    assert len({question.relation for question in found}) == relations
    assert all(len({q.a, q.b, q.c, q.d}) >= 3 for q in found)


def test_nine_relations_of_google_are_syntactic():
    relations = {
        question.relation for question in datasets.analogies("google-analogies")
    }
    assert sum(relation.startswith("gram") for relation in relations) == 9


def test_chinese_paragraphs():
    both = datasets.paragraphs("cmrc-2018")
    assert (len(both), len(set(both))) == (1_104, 1_104)
    assert sum(map(len, both)) == 565_955
    dev, trial = (datasets.paragraphs("cmrc-2018", part) for part in ("dev", "trial"))
    assert dev + trial == both


def test_a_packed_copy_and_a_plain_one_are_both_right(real_data, tmp_path, monkeypatch):
    (file,) = datasets.info("wikitext-2").files_of("valid")
    packed = (real_data / file.file).read_bytes()
    plain = tmp_path / file.plain
    plain.parent.mkdir(parents=True)
    plain.write_bytes(gzip.decompress(packed))
    want = datasets.load("wikitext-2", "valid")
    monkeypatch.setenv("LMCOURSE_DATA", str(tmp_path))
    assert datasets.path("wikitext-2", "valid") == plain
    assert datasets.load("wikitext-2", "valid") == want
