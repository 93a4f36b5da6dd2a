"""gensim's KeyedVectors: the same files, the same answers, the same figures."""

import numpy as np
import pytest

from lmcourse.vectors import (
    Analogy,
    Similarity,
    WordVectors,
    evaluate_analogies,
    evaluate_similarity,
)

KeyedVectors = pytest.importorskip("gensim.models").KeyedVectors
pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`")

WORDS = [
    "the",
    "cat",
    "猫",
    "東京",
    "two\u00a0words",
    "\u3000",
    "a\u2028b",
    "\u0085",
    "🐈",
]
WORDS += ["é", "e\u0301", "0.5", "nan", "\ufeffa", "\x1c", "</s>", "Cat", "CAT"]


def made(words=WORDS, E=7, seed=0) -> WordVectors:
    matrix = np.random.default_rng(seed).normal(size=(len(words), E))
    return WordVectors(words, matrix)


def keyed(vectors: WordVectors) -> KeyedVectors:
    peer = KeyedVectors(vectors.matrix.shape[1])
    peer.add_vectors(vectors.words, vectors.matrix)
    return peer


def numbered(V=300, E=20, seed=0) -> WordVectors:
    return made([f"w{i}" for i in range(V)], E, seed)


@pytest.mark.parametrize("binary", [False, True])
def test_gensim_opens_what_we_write(binary, tmp_path):
    vectors = made()
    vectors.save(tmp_path / "v", binary)
    peer = KeyedVectors.load_word2vec_format(str(tmp_path / "v"), binary=binary)
    assert peer.index_to_key == WORDS
    assert peer.vectors.tobytes() == vectors.matrix.tobytes()


@pytest.mark.parametrize(
    ("binary", "header"), [(False, True), (False, False), (True, True)]
)
def test_we_open_what_gensim_writes(binary, header, tmp_path):
    peer = keyed(made())
    peer.save_word2vec_format(
        str(tmp_path / "v"), binary=binary, write_header=header, sort_attr="none"
    )
    vectors = WordVectors.load(tmp_path / "v")
    assert vectors.words == WORDS
    assert vectors.matrix.tobytes() == peer.vectors.tobytes()


@pytest.mark.parametrize("scale", [1e-44, 1e-38, 1e-20, 1e20, 1e38])
def test_floats_of_any_size_survive_the_way_there_and_back(scale, tmp_path):
    matrix = np.random.default_rng(1).uniform(-1, 1, size=(50, 40)) * scale
    vectors = WordVectors([f"w{i}" for i in range(50)], matrix)
    vectors.save(tmp_path / "ours")
    peer = KeyedVectors.load_word2vec_format(str(tmp_path / "ours"))
    peer.save_word2vec_format(str(tmp_path / "theirs"))
    again = WordVectors.load(tmp_path / "theirs")
    assert again.matrix.tobytes() == vectors.matrix.tobytes()


def test_gensim_reads_our_files_without_a_header_as_glove_has_them(tmp_path):
    made().save(tmp_path / "v")
    body = (tmp_path / "v").read_bytes().partition(b"\n")[2]
    (tmp_path / "v").write_bytes(body)
    peer = KeyedVectors.load_word2vec_format(str(tmp_path / "v"), no_header=True)
    vectors = WordVectors.load(tmp_path / "v")
    assert vectors.words == peer.index_to_key == WORDS
    assert vectors.matrix.tobytes() == peer.vectors.tobytes()


def test_a_word_with_a_space_is_why_we_refuse_it(tmp_path):
    """Gensim writes it; then nobody can read the text, gensim included."""
    peer = keyed(made(["New York", "b"]))
    peer.save_word2vec_format(str(tmp_path / "v"))
    with pytest.raises(ValueError, match="could not convert"):
        KeyedVectors.load_word2vec_format(str(tmp_path / "v"))
    with pytest.raises(
        ValueError, match="line 2: expected a word and 7 numbers, got 8"
    ):
        WordVectors.load(tmp_path / "v")


def test_the_same_neighbors_and_cosines():
    vectors = numbered()
    peer = keyed(vectors)
    for word in vectors.words[:20]:
        ours, theirs = vectors.neighbors(word, 10), peer.most_similar(word, topn=10)
        assert [w for w, _ in ours] == [w for w, _ in theirs]
        np.testing.assert_allclose(
            [c for _, c in ours], [c for _, c in theirs], atol=1e-6
        )
    assert vectors.similarity("w1", "w2") == pytest.approx(
        peer.similarity("w1", "w2"), abs=1e-6
    )
    assert peer.similar_by_vector(vectors["w5"], topn=3)[0][0] == "w5"
    assert vectors.neighbors(vectors["w5"], 3)[0][0] == "w5"


@pytest.mark.parametrize("seed", range(5))
def test_the_same_answers_by_addition(seed):
    vectors = numbered(seed=seed)
    peer = keyed(vectors)
    rng = np.random.default_rng(seed)
    for _ in range(20):
        a, b, c = (f"w{i}" for i in rng.choice(300, 3, replace=False))
        ours = vectors.analogy(a, b, c, count=10)
        theirs = peer.most_similar(positive=[b, c], negative=[a], topn=10)
        assert [w for w, _ in ours] == [w for w, _ in theirs]
        np.testing.assert_allclose(
            [s for _, s in ours], [s for _, s in theirs], atol=1e-5
        )


@pytest.mark.parametrize("seed", range(5))
def test_the_same_answers_by_multiplication(seed, monkeypatch):
    """Gensim adds 0.000001 to the denominator where the paper adds 0.001."""
    monkeypatch.setattr("lmcourse.vectors.store.EPSILON", 1e-6)
    vectors = numbered(seed=seed)
    peer = keyed(vectors)
    rng = np.random.default_rng(seed)
    for _ in range(20):
        a, b, c = (f"w{i}" for i in rng.choice(300, 3, replace=False))
        ours = vectors.analogy(a, b, c, count=10, method="mul")
        theirs = peer.most_similar_cosmul(positive=[b, c], negative=[a], topn=10)
        assert [w for w, _ in ours] == [w for w, _ in theirs]
        np.testing.assert_allclose(
            [s for _, s in ours], [s for _, s in theirs], rtol=1e-4
        )


def test_the_papers_epsilon_rarely_changes_the_first_answer():
    vectors = numbered()
    peer = keyed(vectors)
    rng = np.random.default_rng(0)
    same = 0
    for _ in range(200):
        a, b, c = (f"w{i}" for i in rng.choice(300, 3, replace=False))
        ((ours, _),) = vectors.analogy(a, b, c, count=1, method="mul")
        ((theirs, _),) = peer.most_similar_cosmul([b, c], [a], topn=1)
        same += ours == theirs
    assert same >= 190


def test_the_same_correlation(tmp_path):
    vectors = numbered(60, 10)
    rng = np.random.default_rng(0)
    pairs = [
        Similarity(f"w{a}", f"w{b}", float(rng.integers(11)))  # many ties
        for a, b in rng.integers(70, size=(300, 2))  # w60 to w69 have no vector
        if a != b
    ]
    lines = "".join(f"{p.a}\t{p.b}\t{p.score}\n" for p in pairs)
    (tmp_path / "pairs").write_text(lines)
    _, spearman, unknown = keyed(vectors).evaluate_word_pairs(
        str(tmp_path / "pairs"), case_insensitive=False
    )
    score = evaluate_similarity(vectors, pairs)
    assert score.rho == pytest.approx(spearman.statistic, abs=1e-6)
    assert 1 - score.covered / score.total == pytest.approx(unknown / 100)
    assert 0 < score.covered < score.total


def test_the_same_accuracy(tmp_path):
    """Of 3CosAdd: whatever it is told, gensim's evaluation uses nothing else."""
    vectors = numbered(12, 6)
    rng = np.random.default_rng(0)
    questions = [
        Analogy(relation, *(f"w{i}" for i in rng.choice(13, 4, replace=False)))
        for relation in ("first", "second")
        for _ in range(150)
    ]
    lines = [
        q if isinstance(q, str) else " ".join(q[1:])
        for q in (": first", *questions[:150], ": second", *questions[150:])
    ]
    (tmp_path / "quiz").write_text("\n".join(lines))
    accuracy, sections = keyed(vectors).evaluate_word_analogies(
        str(tmp_path / "quiz"), case_insensitive=False
    )
    score = evaluate_analogies(vectors, questions)
    assert score.accuracy == pytest.approx(accuracy)
    assert 0 < score.accuracy < 1
    assert score.covered < score.total == 300
    for section in sections[:2]:
        right, wrong = len(section["correct"]), len(section["incorrect"])
        mine = score.by_relation[section["section"]]
        assert mine.covered == right + wrong
        assert mine.accuracy == pytest.approx(right / mine.covered)


def test_gensim_folds_case_unless_told_and_we_do_not(tmp_path):
    """Its default tests the first spelling of a word for every spelling of it."""
    vectors = made(["cat", "dog", "Cat", "emu"])
    (tmp_path / "pairs").write_text("Cat\tdog\t1\ndog\temu\t2\nCat\temu\t4\n")
    pairs = [
        Similarity("Cat", "dog", 1), Similarity("dog", "emu", 2),
        Similarity("Cat", "emu", 4),
    ]  # fmt: skip
    lower = [pair._replace(a=pair.a.lower()) for pair in pairs]
    for fold, mine in ((True, lower), (False, pairs)):
        _, rho, _ = keyed(vectors).evaluate_word_pairs(
            str(tmp_path / "pairs"), case_insensitive=fold
        )
        assert evaluate_similarity(vectors, mine).rho == pytest.approx(rho.statistic)
