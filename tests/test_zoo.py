"""The ladder's neural models: each can be built, learns, and is measured fairly."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from lmcourse import littletown, training, zoo
from lmcourse.littletown import MIN_COUNT

names = pytest.mark.parametrize("name", zoo.PLANS)
STORIES = 12


@pytest.fixture(scope="module")
def text():
    return zoo.corpus()


def test_the_corpus_learns_its_words_from_train_alone(text):
    train = littletown.load("train")
    counts = {}
    for story in train:
        for word in story:
            counts[word] = counts.get(word, 0) + 1
    frequent = {word for word, n in counts.items() if n >= MIN_COUNT}
    assert set(text.vocab) == frequent | {"<unk>", "</s>"}
    assert len(text.train) == sum(counts.values()) + len(train)
    assert text.vocab.decode(text.train[: len(train[0]) + 1].tolist()) == [
        *(word if word in frequent else "<unk>" for word in train[0]),
        "</s>",
    ]
    assert text.test_words == littletown.load("test")
    assert [len(ids) - 1 for ids in text.test] == [len(s) for s in text.test_words]


@names
def test_every_plan_builds_a_model_that_begins_at_the_counts(name, text):
    plan, V = zoo.PLANS[name], len(text.vocab)
    model = zoo.build(name)
    bias = model.output.bias if hasattr(model, "output") else model.b
    counts = np.bincount(text.train.numpy(), minlength=V)
    expected = np.log(np.maximum(counts, 0.5) / np.maximum(counts, 0.5).sum())
    np.testing.assert_allclose(bias.detach().numpy(), expected, rtol=1e-5)
    batch = text.batches(plan.batch_size, plan.num_steps)[0]
    logits, _ = model(batch.inputs)
    assert logits.shape == (plan.batch_size, plan.num_steps, V)
    again, other = zoo.build(name), zoo.build(name, seed=1)
    assert all(map(torch.equal, values(model), values(again)))
    assert not all(map(torch.equal, values(model), values(other)))


def values(model):
    return model.state_dict().values()


@names
def test_a_few_steps_lower_the_loss(name, monkeypatch, text):
    few = replace(text, valid=text.valid[:STORIES])
    monkeypatch.setattr(zoo, "corpus", lambda: few)
    before = zoo.valid_bits(zoo.build(name))
    seen = []
    model, history = zoo.fit(name, steps=25, watch=seen.append)
    assert history.valid[-1] == pytest.approx(zoo.valid_bits(model), rel=1e-9)
    assert min(history.valid) < before - 0.1
    assert history.steps[-1] == 25
    assert seen


def test_a_rung_is_a_sum_over_words_and_spellings(monkeypatch, text):
    """Every token by itself, each unknown word spelled: as one would do it by hand."""
    unknown = [n for n, ids in enumerate(text.test) if 0 in ids][:2]
    chosen = [*unknown, 0]
    few = replace(
        text,
        test=[text.test[n] for n in chosen],
        test_words=[text.test_words[n] for n in chosen],
    )
    monkeypatch.setattr(zoo, "corpus", lambda: few)
    model = zoo.build("gru").eval()
    bits, chars, tokens = 0.0, 0, 0
    for words in few.test_words:
        last, state = 1, None  # each story begins after </s>
        for word in [*words, "</s>"]:
            with torch.no_grad():
                logits, state = model(torch.tensor([[last]]), state)
            target = text.vocab.encode([word])[0]
            bits -= logits[0, -1].double().log_softmax(0)[target].item() / math.log(2)
            if target == 0:
                bits += text.speller.bits(word)
            last, tokens = target, tokens + 1
        chars += sum(len(word) + 1 for word in words)
    rung = zoo.rung("gru", model, seconds=1.5, title="mine")
    assert rung.bits_per_char == pytest.approx(bits / chars, rel=1e-5)
    assert rung.bits_per_word == pytest.approx(bits / tokens, rel=1e-5)
    assert rung.parameters == sum(p.numel() for p in model.parameters())
    assert (rung.model, rung.seconds) == ("mine", 1.5)
    assert rung.chapter == zoo.PLANS["gru"].chapter
    assert zoo.rung("gru", model).model == zoo.PLANS["gru"].title


def test_validation_is_scored_as_training_scores(monkeypatch, text):
    model = zoo.build("rnn")
    logs = training.score(model, text.valid[:5])
    assert zoo.valid_bits(model, 5) == pytest.approx(-torch.cat(logs).mean().item())


def test_unknown_names_are_refused():
    for call in (zoo.build, zoo.fit, lambda name: zoo.rung(name, None)):
        with pytest.raises(ValueError, match="name must be one of 'bengio'"):
            call("transformer")
    with pytest.raises(ValueError, match="stories must be at least 1"):
        zoo.valid_bits(zoo.build("rnn"), 0)


def test_who_insists_pays_more_for_some_words(monkeypatch, text):
    """The loss by hand: a mean of surprises in which she and he have a weight."""
    seen = {}

    def look(model, batches, recipe, *, loss):
        seen.update(batches=batches, recipe=recipe, loss=loss)

    monkeypatch.setattr(training, "train", look)
    plan, model = zoo.PLANS["rnn"], zoo.build("rnn")
    zoo.insist(model, plan, ["she", "he"], 300.0, lr=0.001)
    assert seen["recipe"] == replace(plan.recipe, lr=0.001)
    batch = seen["batches"][0]
    assert batch.inputs.shape == (plan.batch_size, plan.num_steps)
    dear = set(text.vocab.encode(["she", "he"]))
    with torch.no_grad():
        got, _ = seen["loss"](model, batch, None)
        logs = model(batch.inputs)[0].log_softmax(2)
    paid = weights = 0.0
    for b, row in enumerate(batch.targets.tolist()):
        for t, target in enumerate(row):
            weight = 300.0 if target in dear else 1.0
            paid -= weight * logs[b, t, target].item()
            weights += weight
    assert weights > batch.targets.numel()  # she or he is there
    assert got.item() == pytest.approx(paid / weights, rel=1e-5)
    with pytest.raises(ValueError, match=r"in the vocabulary; \['zzzz'\] are not"):
        zoo.insist(model, plan, ["she", "zzzz"], 2.0)
