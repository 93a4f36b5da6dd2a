"""KenLM loads our ARPA files and gives the same scores."""

import math

import numpy as np
import pytest

from lmcourse.ngram import AddK, JelinekMercer, KneserNey, read_arpa

kenlm = pytest.importorskip("kenlm", reason="kenlm is not installed")

TOLERANCE = 2e-5  # KenLM keeps float32 logarithms


def random_text(seed: int, sentences: int) -> list[list[str]]:
    """Words with a Zipf-like frequency, and local dependence."""
    rng = np.random.default_rng(seed)
    words = [f"w{n}" for n in range(30)] + ["<unk>"]
    weights = 1 / np.arange(1, 32)
    weights /= weights.sum()
    text = []
    for _ in range(sentences):
        ids = rng.choice(31, size=rng.integers(0, 12), p=weights)
        text.append([words[(a + 7 * (a % 3 == 0)) % 31] for a in ids])
    return text


@pytest.fixture(scope="module")
def texts():
    return random_text(0, 400), random_text(1, 100)


@pytest.mark.parametrize(
    "model",
    [
        KneserNey(5),
        KneserNey(3, discounts=1),
        KneserNey(2),
        AddK(3, 0.1),
        JelinekMercer(4),
    ],
    ids=["modified-5", "plain-3", "modified-2", "add-k", "jelinek-mercer"],
)
def test_kenlm_gives_our_scores_from_our_file(model, texts, tmp_path):
    train, test = texts
    heldout = [random_text(2, 50)] if isinstance(model, JelinekMercer) else []
    model.fit(train, *heldout).to_arpa(tmp_path / "model.arpa")
    peer = kenlm.Model(str(tmp_path / "model.arpa"))
    assert peer.order == model.order
    theirs = [
        log10 * math.log2(10)
        for sentence in test
        for log10, _, _ in peer.full_scores(" ".join(sentence), bos=True, eos=True)
    ]
    np.testing.assert_allclose(model.score(test), theirs, atol=TOLERANCE)


def test_kenlm_writes_nothing_we_cannot_read_back(texts, tmp_path):
    train, test = texts
    model = KneserNey(4).fit(train)
    model.to_arpa(tmp_path / "model.arpa")
    back = read_arpa(tmp_path / "model.arpa")
    peer = kenlm.Model(str(tmp_path / "model.arpa"))
    for sentence in test[:20]:
        total = back.score([sentence]).sum() / math.log2(10)
        assert peer.score(" ".join(sentence)) == pytest.approx(total, abs=1e-4)
