"""What a model remembers, and its inside: against other ways to compute the same."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lmcourse import littletown, neural_lm, ngram, probing, rnn, training
from lmcourse.littletown import Probe
from lmcourse.vocab import Vocab

WORDS = ["the", "cat", "dog", "sat", "ran", "."]
VOCAB = Vocab(WORDS)  # ids 0 <unk>, 1 </s>
V = len(VOCAB)
CONTEXTS = [
    ["the", "cat"],
    ["the"],
    ["the", "cat", "sat", ".", "the", "dog", "ran", ".", "the"],
    ["the", "zebra", "sat"],
    [],
    ["the", "cat"],  # a second pair after the same context
    ["the", "cat", "sat", "."],
]
PAIRS = [
    ("sat", "ran"),
    ("dog", "cat"),
    ("cat", "sat"),
    (".", "the"),
    ("the", "zebra"),
    ("ran", "."),
    ("gnu", "zebra"),
]
MODELS = {
    "RNN": lambda: rnn.RNNLanguageModel(V, 3, 4),
    "LSTM": lambda: rnn.LSTMLanguageModel(V, 3, 4, num_layers=2, dropout=0.5),
    "GRU": lambda: rnn.GRULanguageModel(V, 4, 4, tied=True),
    "Bengio": lambda: neural_lm.BengioLanguageModel(V, 4, 3, 4, direct=True),
    "convolution": lambda: neural_lm.ConvLanguageModel(V, 4, 2, 2),
}


def make(name: str) -> nn.Module:
    """Return a model in double precision whose every weight matters."""
    torch.manual_seed(0)
    model = MODELS[name]().double()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.5 * torch.randn_like(weight))
    return model


class NoOutput(nn.Module):
    """A model whose output layer is nowhere to be found."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, ids, state=None):
        return self.inner(ids, state)


# --- who answers ----------------------------------------------------------------------


def one_by_one(model, contexts, pairs) -> np.ndarray:
    """Score whole texts, as the ladder does, and keep the last token's figure."""
    texts = [
        [VOCAB.encode([*words, word]) for word in pair]
        for words, pair in zip(contexts, pairs, strict=True)
    ]
    return np.array(
        [[training.score(model, [t])[0][-1].item() for t in both] for both in texts]
    )


@pytest.mark.parametrize("name", MODELS)
def test_a_neural_model_answers_as_it_scores(name):
    model = make(name)
    found = probing.neural(model, VOCAB)(CONTEXTS, PAIRS)
    assert found == pytest.approx(one_by_one(model, CONTEXTS, PAIRS), abs=1e-9)
    assert found.dtype == np.float64


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(WORDS[:2]), max_size=6),
            st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_shared_beginnings_change_nothing(asked):
    model = make("LSTM").eval()
    contexts, pairs = zip(*asked, strict=True)
    together = probing.neural(model, VOCAB)(contexts, pairs)
    alone = [
        probing.neural(model, VOCAB)([c], [p])[0]
        for c, p in zip(contexts, pairs, strict=True)
    ]
    assert together == pytest.approx(np.array(alone), abs=1e-9)


def test_more_contexts_than_rows(monkeypatch):
    model = make("GRU")
    expected = probing.neural(model, VOCAB)(CONTEXTS, PAIRS)
    monkeypatch.setattr("lmcourse.probing.scorers.ROWS", 2)
    assert probing.neural(model, VOCAB)(CONTEXTS, PAIRS) == pytest.approx(expected)


def test_a_beginning_is_read_once_and_only_what_is_asked_is_scored(monkeypatch):
    model, shapes = make("RNN"), []
    model.output.register_forward_hook(lambda *args: shapes.append(args[2].shape))
    probing.neural(model, VOCAB)(CONTEXTS, PAIRS)
    # Seven questions, six places; the model's output layer sees no others.
    assert shapes == [(1, 6, V)]


def test_a_model_without_an_output_layer_is_asked_too():
    model = make("LSTM")
    expected = probing.neural(model, VOCAB)(CONTEXTS, PAIRS)
    found = probing.neural(NoOutput(model), VOCAB)(CONTEXTS, PAIRS)
    assert found == pytest.approx(expected)


def test_asking_leaves_no_trace():
    model = make("LSTM").train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    probing.neural(model, VOCAB)(CONTEXTS, PAIRS)
    probing.gradient_by_distance(model, torch.tensor([[1, 2, 3, 4]]))
    assert model.training
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())
    assert all(weight.grad is None for weight in model.parameters())
    assert not model.output._forward_pre_hooks
    assert not model.embedding._forward_hooks


def test_hooks_go_even_if_the_model_fails():
    model = make("RNN")
    model.embedding.weight = nn.Parameter(model.embedding.weight[:2])  # no id above 1
    with pytest.raises(IndexError):
        probing.neural(model, VOCAB)(CONTEXTS, PAIRS)
    with pytest.raises(IndexError):
        probing.gradient_by_distance(model, torch.tensor([[5, 5]]))
    assert not model.output._forward_pre_hooks
    assert not model.embedding._forward_hooks


def test_two_unknown_words_are_a_tie():
    found = probing.neural(make("LSTM"), VOCAB)(CONTEXTS, PAIRS)
    assert found[-1, 0] == found[-1, 1]


STORIES = [
    *(["the", "cat", "sat", "."], ["the", "dog", "ran", "."], ["the", "<unk>", "sat"]),
    *(["the", "cat", "ran", "."], ["the", "cat", "sat", ".", "the", "dog", "sat"]),
]


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_an_ngram_model_answers_as_it_predicts(order):
    model = ngram.KneserNey(order).fit(STORIES)
    found = probing.ngram(model)(CONTEXTS, PAIRS)
    for row, words, pair in zip(found, CONTEXTS, PAIRS, strict=True):
        assert row == pytest.approx([model.log2_prob(word, words) for word in pair])


def test_what_an_ngram_model_holds_for_impossible_is_no_error():
    model = ngram.MaximumLikelihood(2).fit(STORIES)
    found = probing.ngram(model)([["the"]], [("cat", "ran")])
    assert found[0, 1] == -math.inf


def test_a_closed_vocabulary_says_which_word_it_lacks():
    model = ngram.KneserNey(2).fit([["the", "cat"]])
    with pytest.raises(ValueError, match="'gnu' is not among the 3 words"):
        probing.ngram(model)([["the"]], [("cat", "gnu")])


def test_the_storyteller_is_never_wrong():
    some = [pairs[n] for n, pairs in enumerate(littletown.probes().values())]
    assert (probing.accuracy(probing.storyteller(), some) == 1).all()
    right, wrong = probing.storyteller()([some[0].context], [some[0][2:4]])[0]
    assert littletown.next_word(some[0].context)[some[0].right] == pytest.approx(
        2**right
    )
    assert wrong == -math.inf


@pytest.mark.parametrize(
    ("contexts", "pairs", "said"),
    [
        ([["the"]], [], "1 contexts, 0 pairs"),
        ([["the"]], [("cat",)], "a right and a wrong word, got"),
        ("the cat", [("cat", "dog")], "contexts must be a list of lists"),
        ([["the"]], ["cat"], r"pairs\[0\] is the str 'cat'"),
    ],
)
def test_questions_of_another_form_are_refused(contexts, pairs, said):
    model = ngram.KneserNey(2).fit(STORIES)
    for scorer in (
        probing.ngram(model),
        probing.neural(make("RNN"), VOCAB),
        probing.storyteller(),
    ):
        with pytest.raises(ValueError, match=said):
            scorer(contexts, pairs)


@pytest.mark.parametrize("name", ["ngram", "neural", "storyteller"])
def test_no_question_has_no_answer(name):
    scorer = {
        "ngram": lambda: probing.ngram(ngram.KneserNey(2).fit(STORIES)),
        "neural": lambda: probing.neural(make("RNN"), VOCAB),
        "storyteller": probing.storyteller,
    }[name]()
    assert scorer([], []).shape == (0, 2)
    assert probing.accuracy(scorer, []).shape == (0,)


# --- how well -------------------------------------------------------------------------


def test_accuracy_counts_a_tie_as_half():
    scores = [(-1, -2), (-3, -2), (-2, -2), (-math.inf, -math.inf), (0, -math.inf)]
    probes = [Probe("kind", [str(n)], "a", "b", 2) for n in range(len(scores))]
    asked = []

    def scorer(contexts, pairs):
        asked.append((contexts, pairs))
        return np.array(scores)

    assert probing.accuracy(scorer, probes).tolist() == [1, 0, 0.5, 0.5, 1]
    assert asked == [([["0"], ["1"], ["2"], ["3"], ["4"]], [("a", "b")] * 5)]


def test_stretches_of_distance_by_hand():
    rows = probing.by_distance([1, 0, 1, 0.5], [2, 4, 5, 19], [2, 5, 10, 12, 20])
    assert rows == [
        {"low": 2, "high": 5, "distance": 3.0, "accuracy": 0.5, "count": 2},
        {"low": 5, "high": 10, "distance": 5.0, "accuracy": 1.0, "count": 1},
        {"low": 12, "high": 20, "distance": 19.0, "accuracy": 0.5, "count": 1},
    ]


@given(
    st.lists(st.tuples(st.sampled_from([0, 0.5, 1]), st.integers(2, 200)), min_size=1)
)
def test_no_probe_is_lost(asked):
    hits, distances = zip(*asked, strict=True)
    rows = probing.by_distance(hits, distances, [2, 3, 7, 50, math.inf])
    assert sum(row["count"] for row in rows) == len(hits)
    assert sum(row["count"] * row["accuracy"] for row in rows) == pytest.approx(
        sum(hits)
    )
    assert all(row["low"] <= row["distance"] < row["high"] for row in rows)


@pytest.mark.parametrize(
    ("hits", "distances", "edges", "said"),
    [
        ([1], [2, 3], [2, 9], "one distance a hit"),
        ([1], [9], [2, 9], "enclose all distances, 9 to 9; got 2 to 9"),
        ([1], [1], [2, 9], "enclose all distances"),
        ([1], [5], [2], "at least two and rise"),
        ([1], [5], [2, 9, 9], "at least two and rise"),
    ],
)
def test_stretches_that_do_not_fit_are_refused(hits, distances, edges, said):
    with pytest.raises(ValueError, match=said):
        probing.by_distance(hits, distances, edges)


# --- gates ----------------------------------------------------------------------------

IDS = [1, 2, 3, 5, 7, 2, 4]


@pytest.mark.parametrize("layer", [-1, 0, 1])
def test_the_trace_is_what_the_model_does(layer):
    model, seen = make("LSTM").train(), []
    model.layers[layer].register_forward_hook(lambda *args: seen.append(args[2]))
    trace = probing.gate_trace(model, IDS, layer=layer)
    seen.clear()
    with torch.no_grad():
        model.eval()(torch.tensor([IDS]))
    hidden, state = seen[0]
    assert trace["h"] == pytest.approx(hidden[0].numpy(), abs=1e-12)
    assert trace["c"][-1] == pytest.approx(state.c[0].numpy(), abs=1e-12)
    assert [*trace] == ["i", "f", "g", "o", "c", "h"]
    assert all(part.shape == (len(IDS), 4) for part in trace.values())


def test_the_trace_obeys_the_equations():
    t = probing.gate_trace(make("LSTM"), torch.tensor(IDS))
    before = np.vstack([np.zeros(4), t["c"][:-1]])
    assert t["c"] == pytest.approx(t["f"] * before + t["i"] * t["g"])
    assert t["h"] == pytest.approx(t["o"] * np.tanh(t["c"]))
    assert all((t[gate] > 0).all() and (t[gate] < 1).all() for gate in "ifo")


def test_a_step_of_ones_own_is_traced():
    def forgetful(x, state, W, U, b):
        h, c = rnn.lstm_step(x, state, W, U, b)
        return rnn.LSTMState(h, 0 * c)

    model = rnn.LSTMLanguageModel(V, 3, 4, step=forgetful)
    trace = probing.gate_trace(model, IDS)
    assert (trace["c"] == 0).all()
    assert (trace["h"] != 0).all()


@pytest.mark.parametrize(
    ("name", "ids", "layer", "said"),
    [
        ("GRU", IDS, -1, "an LSTM is needed, got GRULanguageModel"),
        ("Bengio", IDS, -1, "an LSTM is needed, got BengioLanguageModel"),
        ("LSTM", [IDS], -1, r"\(T,\) with T >= 1, got \(1, 7\)"),
        ("LSTM", torch.zeros(0, dtype=torch.int64), -1, r"got \(0,\)"),
        ("LSTM", [0.5, 1.0], -1, "ids must be integers"),
        ("LSTM", IDS, 2, "layer must be one of -2, -1, 0, 1; got 2"),
    ],
)
def test_what_cannot_be_traced_is_refused(name, ids, layer, said):
    with pytest.raises(ValueError, match=said):
        probing.gate_trace(make(name), ids, layer=layer)


def test_the_difference_at_a_token_by_hand():
    values = np.array([[0.9, 0.1], [0.1, 0.2], [0.7, 0.3], [0.3, 0.4]])
    found = probing.difference_at(values, ["a", ".", "b", "."], ".")
    assert found == pytest.approx([0.2 - 0.8, 0.3 - 0.2])
    for tokens in (["a"] * 4, ["."] * 4):
        with pytest.raises(ValueError, match="the text must have"):
            probing.difference_at(values, tokens, ".")


def test_a_quotation_is_open_from_its_first_mark_to_its_last():
    told = ["he", '"', "come", ",", '"', "and", '"', "go"]
    assert probing.quoting(told).tolist() == [0, 1, 1, 1, 0, 0, 1, 1]
    assert probing.quoting(["a", "|", "b"], "|").tolist() == [0, 1, 1]


@given(st.integers(0, 1000))
def test_correlation_is_numpys(seed):
    rng = np.random.default_rng(seed)
    values, signal = rng.standard_normal((9, 4)), rng.standard_normal(9)
    values[:, 3] = 0.1  # never moves
    found = probing.correlation(values, signal)
    expected = [np.corrcoef(values[:, unit], signal)[0, 1] for unit in range(3)]
    assert found == pytest.approx([*expected, 0])


def test_a_signal_must_change_and_fit():
    with pytest.raises(ValueError, match="must change"):
        probing.correlation(np.ones((3, 2)), [1, 1, 1])
    with pytest.raises(ValueError, match="a row for each of 2 tokens"):
        probing.correlation(np.ones((3, 2)), [1, 0])


# --- how far back ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "convolution"])
def test_the_gradient_is_the_slope(name):
    """Push each number of each embedded input a little, and see what the loss does."""
    model = make(name).eval()
    ids, size = torch.tensor([[1, 2, 3, 2, 5, 4], [1, 5, 2, 2, 3, 7]]), 1e-6
    T, E = ids.shape[1] - 1, model.embedding.weight.shape[1]

    def loss(push):
        hook = model.embedding.register_forward_hook(lambda _, __, out: out + push)
        with torch.no_grad():
            logs = model(ids[:, :-1], None)[0][:, -1].log_softmax(1)
        hook.remove()
        return -logs[torch.arange(2), ids[:, -1]]

    slopes = torch.zeros(2, T, E, dtype=torch.float64)
    for t in range(T):
        for e in range(E):
            push = torch.zeros(1, T, E, dtype=torch.float64)
            push[:, t, e] = size
            slopes[:, t, e] = (loss(push) - loss(-push)) / (2 * size)
    expected = slopes.norm(dim=2).mean(0).flip(0).numpy()
    found = probing.gradient_by_distance(model, ids)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-9)
    assert found.shape == (T,)


def test_the_gradient_of_a_window_is_the_slope():
    """Each token occurs once, so pushing its row of the table pushes one input."""
    model, ids, size = make("Bengio"), torch.tensor([[5, 3, 7, 4, 6, 2]]), 1e-6
    table = model.embedding.weight

    def loss(row, e, push):
        with torch.no_grad():
            table[row, e] += push
            logs = model(ids[:, :-1], None)[0][0, -1].log_softmax(0)
            table[row, e] -= push
        return -logs[ids[0, -1]].item()

    expected = [
        math.hypot(
            *(
                (loss(row, e, size) - loss(row, e, -size)) / (2 * size)
                for e in range(table.shape[1])
            )
        )
        for row in ids[0, :-1].flip(0)
    ]
    found = probing.gradient_by_distance(model, ids)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-9)
    assert np.flatnonzero(found).tolist() == [0, 1, 2], "a 4-gram model sees three"


def test_before_the_beginning_of_a_text_nothing_counts():
    model = make("Bengio")  # the mark of the beginning hides what came before it
    found = probing.gradient_by_distance(model, torch.tensor([[3, 4, 1, 2, 5]]))
    assert np.flatnonzero(found).tolist() == [0, 1]
    short = probing.gradient_by_distance(model, torch.tensor([[3, 4]]))
    assert short.shape == (1,)


def test_beyond_a_window_there_is_no_gradient():
    model = make("convolution")  # sees four tokens
    found = probing.gradient_by_distance(model, torch.randint(2, V, (3, 9)))
    assert (found[:4] > 0).all()
    assert (found[4:] == 0).all()


def test_frozen_embeddings_have_a_gradient_too():
    model, ids = make("RNN"), torch.tensor([[1, 2, 3]])
    expected = probing.gradient_by_distance(model, ids)
    with torch.no_grad():
        model.requires_grad_(False)
        assert probing.gradient_by_distance(model, ids) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "ids", "said"),
    [
        ("RNN", torch.tensor([1, 2]), r"\(B, T \+ 1\) with T >= 1, got \(2,\)"),
        ("RNN", torch.tensor([[1]]), r"got \(1, 1\)"),
    ],
)
def test_gradients_need_a_past(name, ids, said):
    with pytest.raises(ValueError, match=said):
        probing.gradient_by_distance(make(name), ids)


def test_gradients_need_one_embedding():
    class Slow(rnn.RNNLanguageModel):
        def forward(self, ids, state=None):
            for t in range(ids.shape[1]):
                logits, state = super().forward(ids[:, t : t + 1], state)
            return logits, state

    with pytest.raises(ValueError, match="at once, all of them"):
        probing.gradient_by_distance(Slow(V, 3, 4), torch.tensor([[1, 2, 3]]))
