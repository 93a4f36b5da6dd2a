"""The loop to read against plain NumPy; the fast class against autograd."""

import random

import numpy as np
import pytest
import torch

from lmcourse.word2vec import (
    Word2Vec,
    WordTable,
    cbow_loss,
    linear_decay,
    negative_samples,
    negative_sampling_loss,
    noise_distribution,
    train_pairs,
)
from lmcourse.word2vec.blocks import blocks
from lmcourse.word2vec.outputs import NOISE

TOPICS = [
    ["sun", "rain", "wind", "snow", "ice"],
    ["bread", "soup", "rice", "salt", "fish"],
]
MODELS, OUTPUTS = ("skipgram", "cbow"), ("negative", "hierarchical", "softmax")
QUICK = {"dim": 8, "window": 2, "epochs": 2}


def topics(count=400, length=8, seed=1):
    """Return sentences, each of words of one of two topics."""
    draw = random.Random(seed)
    return [
        [TOPICS[i % 2][int(draw.random() * 5)] for _ in range(length)]
        for i in range(count)
    ]


@pytest.fixture(scope="module")
def text():
    return topics()


def same(a, b):
    return a.words == b.words and a.vectors.matrix.tobytes() == (
        b.vectors.matrix.tobytes()
    )


# --- a pair at a time ---------------------------------------------------------------


def numpy_loop(centers, contexts, size, dim, negatives, epochs, batch, lr, seed):
    """Train with sums written out, one pair after the other within a batch."""
    rng = np.random.default_rng(seed)
    noise = noise_distribution(np.bincount(contexts, minlength=size))
    V, U = (rng.random((size, dim)) - 0.5) / dim, np.zeros((size, dim))
    losses = []
    for epoch in range(epochs):
        order, total = rng.permutation(len(centers)), 0.0
        for start in range(0, len(order), batch):
            some = order[start : start + batch]
            u = rng.random((len(some), negatives))
            drawn = negative_samples(noise, contexts[some], u)
            dV, dU = np.zeros_like(V), np.zeros_like(U)
            for pair, words in zip(some, drawn, strict=True):
                i, o = centers[pair], contexts[pair]
                for word, label in [(o, 1), *((n, 0) for n in words)]:
                    p = 1 / (1 + np.exp(-U[word] @ V[i]))
                    total -= np.log(p if label else 1 - p)
                    dV[i] += (p - label) * U[word]
                    dU[word] += (p - label) * V[i]
            rate = linear_decay(epoch, epochs, lr, lr / 250)
            V, U = V - rate * dV, U - rate * dU
        losses.append(total / len(centers))
    return V, U, losses


def test_train_pairs_is_the_loop_written_out():
    rng = np.random.default_rng(0)
    centers, contexts = rng.integers(0, 6, (2, 23))
    options = {"negatives": 3, "epochs": 3, "batch": 5, "lr": 0.4, "seed": 7}
    V, U, losses = train_pairs(centers, contexts, 6, 4, **options)
    wanted = numpy_loop(centers, contexts, 6, 4, **options)
    np.testing.assert_allclose(V.numpy(), wanted[0], atol=1e-12)
    np.testing.assert_allclose(U.numpy(), wanted[1], atol=1e-12)
    np.testing.assert_allclose(losses, wanted[2])
    assert losses[-1] < losses[0]


def test_train_pairs_uses_the_loss_it_is_given():
    shapes = []

    def loss(v, u, n):
        shapes.append((tuple(v.shape), tuple(u.shape), tuple(n.shape)))
        return 2 * negative_sampling_loss(v, u, n)

    pairs = [0, 1, 2, 3, 0], [1, 0, 3, 2, 1]
    options = {"negatives": 3, "epochs": 2, "batch": 4}
    V, _, losses = train_pairs(*pairs, 4, 6, loss=loss, lr=0.1, **options)
    plain, _, half = train_pairs(*pairs, 4, 6, lr=0.2, **options)
    assert shapes == [((b, 6), (b, 6), (b, 3, 6)) for b in (4, 1)] * 2
    torch.testing.assert_close(V, plain)  # twice the loss is twice the rate
    assert losses == pytest.approx([2 * x for x in half])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"centers": []}, "one length, not empty"),
        ({"centers": [0, 1]}, r"\(2,\) and \(3,\)"),
        ({"centers": [[0, 1, 2]]}, "two lists"),
        ({"centers": [0.0, 1.0, 2.0]}, "integers from 0 to 2"),
        ({"centers": [0, 1, 3]}, "from 0 to 3"),
        ({"contexts": [0, -1, 2]}, "from -1 to"),
        ({"size": 0}, "size must be at least 1"),
        ({"dim": 0}, "dim must be at least 1"),
        ({"negatives": 0}, "negatives must be at least 1"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"batch": 0}, "batch must be at least 1"),
        ({"lr": 0}, "lr must be above 0"),
        ({"seed": -1}, "seed must be at least 0"),
    ],
)
def test_train_pairs_refuses(change, message):
    good = {"centers": [0, 1, 2], "contexts": [1, 2, 0], "size": 3}
    with pytest.raises(ValueError, match=message):
        train_pairs(**good | change)


# --- one step of the fast class -----------------------------------------------------


def test_a_cbow_step_follows_the_gradient_of_its_mean():
    """The loss of all windows through cbow_loss, weighted noise, and autograd."""
    lr, negatives = 0.005, 3  # too low to be damped
    model = Word2Vec(6, 3, negatives, model="cbow", threshold=None, epochs=1)
    model.fit([list("abcdeab"), ["f"], list("cafe")])
    generator = torch.Generator().manual_seed(3)
    size = len(model.words)
    V = model.input.weight = torch.randn(size, 6, generator=generator)
    U = model.output.weight = torch.randn(size, 6, generator=generator)
    V, U = V.double().requires_grad_(), U.double().requires_grad_()
    ids, sentence = np.arange(20) % size, np.array([0] * 7 + [1] + [2] * 12)
    block = next(blocks(ids, sentence, 3, np.random.default_rng(4)))

    rng = np.random.default_rng()
    rng.bit_generator.state = model.output._rng.bit_generator.state
    cumulative = np.cumsum(noise_distribution(model.counts))
    noise = np.searchsorted(cumulative, rng.random(NOISE) * cumulative[-1], "right")
    total, windows = 0.0, block.mask[0].sum(1)
    for center, mask in zip(block.centers[0], block.mask[0], strict=True):
        if not mask.any():
            continue
        given = V, U, block.places, mask[None], center[None]
        only = cbow_loss(*given, torch.zeros(1, 0, dtype=torch.long))
        total = total + only
        for n in noise[noise != center.item()]:
            each = cbow_loss(*given, torch.tensor([[n]])) - only
            total = total + negatives / NOISE * each
    total.sum().backward()

    loss = model._step(block, lr, measure=True)
    for got, old in ((model.input, V), (model.output, U)):
        wanted = (old.detach() - lr * old.grad).float()
        torch.testing.assert_close(got.weight, wanted, rtol=1e-4, atol=1e-6)
    assert loss == pytest.approx(total.item() / (windows > 0).sum().item(), rel=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_one_step_moves_only_words_in_windows_and_noise(model):
    fitted = Word2Vec(4, 2, model=model, threshold=None, epochs=1).fit(topics(4))
    before = fitted.input.weight.clone()
    block = next(blocks(np.arange(3), np.zeros(3, int), 2, np.random.default_rng(0)))
    fitted._step(block, 0.1, measure=False)
    moved = (fitted.input.weight != before).any(1)
    assert moved.nonzero().flatten().tolist() == [0, 1, 2]


# --- fit ----------------------------------------------------------------------------


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("model", MODELS)
def test_words_of_a_topic_come_together(text, model, output):
    fitted = Word2Vec(
        8, 2, model=model, output=output, threshold=None, epochs=20, lr=0.1
    ).fit(text)
    shares, losses = zip(*fitted.losses, strict=True)
    assert shares[0] == 0
    assert list(shares) == sorted(shares)
    assert shares[-1] < 1
    assert np.mean(losses[-3:]) < 0.98 * losses[0]
    unit = fitted.vectors.center().subset(TOPICS[0] + TOPICS[1]).unit
    cosine, others = unit @ unit.T, ~np.eye(5, dtype=bool)
    within = np.mean([cosine[:5, :5][others], cosine[5:, 5:][others]])
    assert within > cosine[:5, 5:].mean() + 0.3


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("model", MODELS)
def test_the_first_loss_is_that_of_ignorance(text, model, output):
    """Output vectors start at zero: every yes-or-no question costs log 2."""
    fitted = Word2Vec(model=model, output=output, threshold=None, **QUICK).fit(text)
    first = fitted.losses[0][1]
    if output == "negative":  # five negatives, fewer where noise is the target
        assert 4.5 * np.log(2) < first < 6 * np.log(2)
    elif output == "softmax":
        assert first == pytest.approx(np.log(10), rel=1e-5)
    else:
        assert 3 * np.log(2) < first < 4 * np.log(2)  # ten words, three or four turns


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("model", MODELS)
def test_the_same_seed_makes_the_same_bytes(text, model, output):
    def make(seed):
        return Word2Vec(model=model, output=output, seed=seed, **QUICK).fit(text)

    first, second = make(3), make(3)
    assert same(first, second)
    assert first.losses == second.losses
    assert not same(first, make(4))


def test_fit_starts_anew_and_leaves_old_vectors_alone(text):
    model = Word2Vec(**QUICK).fit(text)
    old = model.vectors
    before, losses = old.matrix.copy(), model.losses
    model.fit([["other", "words"], ["words", "again"]])
    assert np.array_equal(old.matrix, before)
    assert model.words == ["words", "again", "other"]
    assert model.fit(text) is model
    assert np.array_equal(model.vectors.matrix, before)
    assert model.losses == losses


def test_words_and_counts():
    model = Word2Vec(4, min_count=2, epochs=1).fit([list("bbbaaac"), ["d"], list("dd")])
    assert model.words == ["a", "b", "d"]  # of the same count: in order
    assert model.counts.tolist() == [3, 3, 3]
    assert model.vectors.words == model.words == model.output_vectors.words
    assert model.vectors.matrix.shape == model.output_vectors.matrix.shape == (3, 4)


def test_rare_words_are_taken_out_before_windows_are_cut():
    """Then 'a' and 'b' are neighbors, and nothing but each other's context."""
    text = [["a", f"rare{i}", "b"] for i in range(300)]
    vectors = Word2Vec(4, 1, min_count=2, threshold=None, epochs=1).fit(text)
    assert vectors.words == ["a", "b"]
    assert abs(vectors.output_vectors["a"]).max() > 0


def test_subsampling_leaves_frequent_words_out(monkeypatch):
    seen = []

    def spy(ids, *rest):
        seen.append(np.bincount(ids, minlength=3))
        return blocks(ids, *rest)

    monkeypatch.setattr("lmcourse.word2vec.train.blocks", spy)
    text = [["the", "the", "the", "the", "cat", "sat"]] * 1000
    Word2Vec(4, threshold=None, epochs=1).fit(text)
    Word2Vec(4, threshold=0.04, epochs=2).fit(text)
    assert seen[0].tolist() == [4000, 1000, 1000]
    for got, share, count in zip(seen[1], (2 / 3, 1 / 6, 1 / 6), seen[0], strict=True):
        p = (0.04 / share) ** 0.5
        assert abs(got - p * count) < 5 * (count * p * (1 - p)) ** 0.5
    assert seen[1].tolist() != seen[2].tolist()  # drawn anew each epoch


def test_a_text_may_lose_all_its_words_to_subsampling():
    model = Word2Vec(4, threshold=1e-12, epochs=2).fit([["a", "b"]])
    assert model.losses == []
    assert np.isfinite(model.vectors.matrix).all()


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("threshold", [None, 1e-3])
def test_nothing_overflows(model, output, threshold):
    """A high rate, and one word that makes up nine tenths of the text."""
    draw = random.Random(2)
    text = [
        ["the" if draw.random() < 0.9 else f"w{int(draw.random() * 50)}"] * 3
        for _ in range(3000)
    ]
    options = {"threshold": threshold, "dim": 8, "epochs": 3, "lr": 0.5}
    fitted = Word2Vec(model=model, output=output, **options).fit(text)
    assert abs(fitted.vectors.matrix).max() < 100
    assert abs(fitted.output.weight).max() < 100
    assert np.isfinite([loss for _, loss in fitted.losses]).all()


class Recorder(WordTable):
    """A table that writes down what it is asked."""

    def __init__(self, words, dim, generator):
        super().__init__(words, dim, generator)
        self.made, self.calls = (words, dim), []

    def lookup(self, ids):
        self.calls.append(("lookup", ids.shape))
        return super().lookup(ids)

    def update_(self, ids, change):
        self.calls.append(("update_", ids.shape, change.shape))
        super().update_(ids, change)

    def all(self):
        self.calls.append(("all",))
        return super().all()


@pytest.mark.parametrize("kind", MODELS)
def test_another_table_may_hold_the_input_vectors(text, kind):
    model = Word2Vec(model=kind, table=Recorder, **QUICK).fit(text)
    assert isinstance(model.input, Recorder)
    assert model.input.made == (model.words, 8)
    calls = list(model.input.calls)
    names = [call[0] for call in calls]
    assert names == ["lookup", "update_"] * (len(names) // 2)
    for (_, looked), (_, ids, change) in zip(calls[::2], calls[1::2], strict=True):
        assert looked == ids
        assert change == (*ids, 8)
    assert same(model, Word2Vec(model=kind, **QUICK).fit(text))
    assert model.input.calls[-1] == ("all",)


def test_tables_start_as_word2vec_c_has_them():
    table = WordTable(
        [str(i) for i in range(2000)], 4, torch.Generator().manual_seed(0)
    )
    assert table.weight.shape == (2000, 4)
    assert 0.12 < table.weight.abs().max() <= 0.125  # half of 1 / 4
    assert abs(table.weight.mean()) < 0.005


def test_a_row_named_twice_moves_twice():
    table = WordTable(["a", "b"], 2, torch.Generator().manual_seed(0))
    before = table.all().clone()
    table.update_(torch.tensor([1, 1]), torch.tensor([[1.0, 0], [0, 2]]))
    torch.testing.assert_close(table.all() - before, torch.tensor([[0, 0], [1.0, 2]]))
    assert table.lookup(torch.tensor([1, 0, 1])).equal(table.all()[[1, 0, 1]])


def test_the_bar_shows_only_when_asked(text, capsys):
    Word2Vec(**QUICK).fit(text)
    assert capsys.readouterr() == ("", "")
    Word2Vec(**QUICK).fit(text, progress=True)
    assert "100%" in capsys.readouterr().err


def test_sentences_may_come_from_a_generator(text):
    model = Word2Vec(**QUICK).fit(tuple(s) for s in text)
    assert same(model, Word2Vec(**QUICK).fit(text))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dim": 0}, "dim"),
        ({"window": 0}, "window"),
        ({"negatives": 1.5}, "negatives must be an integer"),
        ({"model": "skip-gram"}, "model must be one of 'skipgram', 'cbow'"),
        ({"output": "hs"}, "output must be one of"),
        ({"threshold": 0}, "threshold must be above 0"),
        ({"min_count": 0}, "min_count"),
        ({"epochs": 0}, "epochs"),
        ({"lr": -1}, "lr must be above 0"),
        ({"seed": -1}, "seed"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Word2Vec(**options)


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ("a text", "got one str"),
        ([], "two different words"),
        ([["a", "a"]], "got 1 in 1 sentences"),
        ([["a"], ["b"], []], "two words in one sentence"),
    ],
)
def test_texts_that_teach_nothing_are_refused(sentences, message):
    with pytest.raises(ValueError, match=message):
        Word2Vec(4).fit(sentences)


def test_vectors_before_fit_and_of_a_tree_are_refused(text):
    for name in ("vectors", "output_vectors"):
        with pytest.raises(ValueError, match="call fit first"):
            getattr(Word2Vec(), name)
    tree = Word2Vec(output="hierarchical", **QUICK).fit(text)
    with pytest.raises(ValueError, match="inner nodes, not words"):
        tree.output_vectors  # noqa: B018  a property that raises


def test_a_failed_fit_leaves_the_model_as_it_was():
    model = Word2Vec(dim=4, epochs=1)
    with pytest.raises(ValueError, match="two words in one sentence"):
        model.fit([["a"], ["b"]])
    with pytest.raises(ValueError, match="call fit first"):
        model.vectors  # noqa: B018
    model.fit([["a", "b", "c"]])
    with pytest.raises(ValueError, match="two words in one sentence"):
        model.fit([["x"], ["y"]])
    assert model.vectors.words == ["a", "b", "c"]
