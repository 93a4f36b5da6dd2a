"""Writing: the same words as if the prefix were read anew, at one call a token."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lmcourse import decoding, neural_lm, rnn, sampling
from lmcourse.decoding import greedy, probabilities, sample, stepper
from lmcourse.ngram import KneserNey, StupidBackoff

V = 9


def made(kind="lstm", **options):
    torch.manual_seed(0)
    kinds = {
        "rnn": rnn.RNNLanguageModel,
        "lstm": rnn.LSTMLanguageModel,
        "gru": rnn.GRULanguageModel,
    }
    if kind == "bengio":
        model = neural_lm.BengioLanguageModel(V, 4, 3, 5)
    elif kind == "conv":
        model = neural_lm.ConvLanguageModel(V, 4, 2, 2)
    else:
        model = kinds[kind](V, 4, 5, num_layers=2, **options)
    for p in model.parameters():  # a model with opinions
        torch.nn.init.normal_(p)
    return model.double().eval()


def written_anew(model, prompt, choose, max_tokens, stop):
    """Write while reading the whole prefix again for each token."""
    text = list(prompt)
    while len(text) < len(prompt) + max_tokens:
        with torch.no_grad():
            logits, _ = model(torch.tensor([text]))
        token = choose(logits[0, -1].softmax(0).numpy())
        if token == stop:
            break
        text.append(token)
    return text[len(prompt) :]


kinds = pytest.mark.parametrize("kind", ["rnn", "lstm", "gru", "bengio", "conv"])


@kinds
@settings(max_examples=15)
@given(
    st.lists(st.integers(0, V - 1), min_size=1, max_size=4),
    st.none() | st.integers(0, V - 1),
)
def test_greedy_equals_reading_the_prefix_anew(kind, prompt, stop):
    model = made(kind)
    got = greedy(stepper(model), prompt, max_tokens=12, stop=stop)
    assert got == written_anew(model, prompt, lambda p: int(p.argmax()), 12, stop)


@kinds
@settings(max_examples=15)
@given(st.integers(0, 99), st.sampled_from([{}, {"temperature": 0.7, "top_k": 4}]))
def test_sample_equals_reading_the_prefix_anew(kind, seed, knobs):
    model, rng = made(kind), np.random.default_rng(seed)

    def choose(p):
        return sampling.draw(sampling.reshape(p, **knobs), rng)

    wanted = written_anew(model, [1], choose, 15, stop=1)
    got = sample(stepper(model), [1], rng=seed, max_tokens=15, stop=1, **knobs)
    assert got == wanted


def test_each_token_is_read_once():
    calls = []
    next_logits = stepper(made())

    def counted(ids, state):
        calls.append(list(ids))
        return next_logits(ids, state)

    text = greedy(counted, [3, 4, 5], max_tokens=6)
    assert calls == [[3, 4, 5], *([token] for token in text[:-1])]
    calls.clear()
    sample(counted, [3], max_tokens=1, rng=0)
    assert calls == [[3]]


def fixed(ids, state):
    """Expect 0, 1, 2, ... in turn: each the likeliest once."""
    turn = 0 if state is None else state
    return np.where(np.arange(4) == turn, 2.0, 0.0), turn + 1


def test_the_stop_token_ends_the_text_and_is_not_in_it():
    assert greedy(fixed, [0], max_tokens=4) == [0, 1, 2, 3]
    assert greedy(fixed, [0], stop=2) == [0, 1]
    assert greedy(fixed, [0], stop=0) == []
    assert greedy(fixed, [2], max_tokens=3, stop=3) == [0, 1, 2]  # not from the prompt


def test_the_first_of_equals_is_taken():
    assert greedy(lambda ids, state: (np.zeros(4), None), [0], max_tokens=2) == [0, 0]


def test_chance_comes_from_the_seed_and_follows_the_model():
    logits = np.log([0.5, 0.3, 0.2])

    def next_logits(ids, state):
        return logits, None

    got = sample(next_logits, [0], rng=1, max_tokens=4000)
    assert got == sample(
        next_logits, [0], rng=np.random.default_rng(1), max_tokens=4000
    )
    np.testing.assert_allclose(np.bincount(got) / 4000, np.exp(logits), atol=0.03)
    narrow = sample(next_logits, [0], rng=1, top_k=2, max_tokens=500)
    assert set(narrow) == {0, 1}
    assert set(sample(next_logits, [0], rng=1, top_p=0.4, max_tokens=9)) == {0}


# --- probabilities --------------------------------------------------------------------


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=9))
def test_probabilities_are_a_softmax(logits):
    got = probabilities(logits)
    wanted = torch.tensor(logits, dtype=torch.float64).softmax(0).numpy()
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-300)
    assert got.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16, torch.float32])
def test_tensors_of_every_precision_are_logits(kind):
    logits = torch.tensor([0.5, 1.0, -2.0], dtype=kind, requires_grad=True)
    assert probabilities(logits).tolist() == probabilities([0.5, 1.0, -2.0]).tolist()


def test_the_impossible_gets_nothing():
    assert probabilities([-np.inf, 1e4, 1e4]).tolist() == [0, 0.5, 0.5]
    assert probabilities(torch.tensor([0.0, 0.0])).tolist() == [0.5, 0.5]


# --- a network as next_logits ---------------------------------------------------------


def test_a_network_is_asked_without_dropout_and_left_as_it_was():
    model = made(dropout=0.5)
    quiet = greedy(stepper(model), [1], max_tokens=10)
    model.train()
    assert greedy(stepper(model), [1], max_tokens=10) == quiet
    assert model.training
    model.dropout.eval()  # switched off by hand
    greedy(stepper(model), [1], max_tokens=2)
    assert model.training
    assert not model.dropout.training
    with pytest.raises(ValueError, match="ids must be in"):
        stepper(model)([V + 5], None)
    assert model.training
    logits, state = stepper(model)([1, 2], None)
    assert logits.shape == (V,)
    assert logits.dtype == np.float64
    assert not state[0].h.requires_grad


# --- an n-gram model asks for nothing else --------------------------------------------

TOY = ["i left the cup on the table", "the cup fell", "i saw san", "san saw the table"]
TOY = [line.split() for line in TOY] * 2


@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("smoothing", [KneserNey, StupidBackoff])
def test_an_ngram_model_reads_in_pieces_as_in_one(smoothing, order):
    model = smoothing(order).fit(TOY)
    ids = [model.vocab[word] for word in ["the", "cup", "</s>", "i", "left", "the"]]
    whole, end = model.next_logits(ids, None)
    for cut in range(1, len(ids)):
        _, state = model.next_logits(ids[:cut], None)
        kept = list(state)
        assert len(state) <= order - 1
        logits, after = model.next_logits(ids[cut:], state)
        assert state == kept, "a state must be left as it was"
        np.testing.assert_array_equal(logits, whole)
        assert after == end
    expected = model.next_probs(["i", "left", "the"])
    np.testing.assert_allclose(probabilities(whole), expected / expected.sum())


@given(st.integers(0, 99), st.sampled_from([{}, {"temperature": 0.5}, {"top_k": 3}]))
def test_sampling_from_an_ngram_model_is_what_generate_does(seed, knobs):
    """The same words as drawing from ``next_probs`` of the whole sentence each time."""
    model, rng = KneserNey(3).fit(TOY), np.random.default_rng(seed)
    wanted = ["the"]
    while len(wanted) < 13:
        p = sampling.reshape(model.next_probs(wanted), **knobs)
        word = model.words[sampling.draw(p, rng)]
        if word == "</s>":
            break
        wanted.append(word)
    end = model.vocab["</s>"]
    prompt = [end, model.vocab["the"]]
    ids = sample(model.next_logits, prompt, rng=seed, max_tokens=12, stop=end, **knobs)
    assert [model.words[i] for i in ids] == wanted[1:]
    assert model.generate(12, ["the"], rng=seed, **knobs) == wanted[1:]


# --- errors ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: greedy(fixed, []), "prompt is empty"),
        (lambda: greedy(fixed, [0], max_tokens=0), "max_tokens must be at least 1"),
        (lambda: sample(fixed, [0], temperature=0), "temperature must be above 0"),
        (lambda: sample(fixed, [0], top_k=0), "k must be at least 1"),
        (lambda: sample(fixed, [0], top_p=0), "top_p must be above 0"),
        (lambda: probabilities([[1.0]]), r"logits must have the shape \(V,\), got"),
        (lambda: probabilities([]), r"logits must have the shape \(V,\)"),
        (lambda: probabilities([0.0, np.nan]), "neither nan nor"),
        (lambda: probabilities([-np.inf]), "every word has probability 0"),
        (lambda: greedy(stepper(made()), [V]), "ids must be in 0, ..., 8, got 9"),
        (
            lambda: greedy(KneserNey(2).fit(TOY).next_logits, [99]),
            "an id must be in 0, ..., 9, got 99",
        ),
        (lambda: greedy(KneserNey(2).next_logits, [0]), "this model has seen no text"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_decoding_names_no_model():
    assert not {"rnn", "ngram", "neural_lm"} & set(vars(decoding))
