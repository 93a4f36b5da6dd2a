"""The training loop equals a loop of five lines, and does what its recipe says."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import cross_entropy

from lmcourse import neural_lm, rnn
from lmcourse.batches import Batch, ContiguousBatches
from lmcourse.training import (
    Recipe,
    bits_per_token,
    detach,
    joined,
    learning_rate,
    next_token_loss,
    score,
    split,
    train,
)

V = 12
IDS = torch.randint(V, (300,), generator=torch.Generator().manual_seed(0))
BATCHES = ContiguousBatches(IDS, 5, 6)
assert_close = torch.testing.assert_close


def made(kind=rnn.LSTMLanguageModel, seed=0, **options):
    torch.manual_seed(seed)
    return kind(V, 4, 5, **options).double()


def numbers(model):
    return [p.detach().clone() for p in model.parameters()]


def recipe(steps=6, lr=0.1, **options):
    return Recipe(steps=steps, lr=lr, **{"optimizer": "sgd", "clip": None, **options})


# --- the schedule ---------------------------------------------------------------------


def test_schedule_by_hand():
    plan = Recipe(steps=12, lr=2.0, warmup=4, final=0.5)
    rates = [learning_rate(step, plan) for step in range(12)]
    assert rates[:5] == [0.5, 1.0, 1.5, 2.0, 2.0]  # the climb, and t = 0
    assert rates[8] == pytest.approx(1.5)  # half way down: cos(pi / 2) = 0
    assert rates[6] == pytest.approx(1 + (1 + math.sqrt(0.5)) / 2)  # t = 1/4
    assert rates[11] == pytest.approx(1 + (1 + math.cos(math.pi * 7 / 8)) / 2)
    constant = Recipe(steps=5, lr=2.0, final=1)
    assert [learning_rate(step, constant) for step in range(5)] == [2.0] * 5


@given(st.integers(1, 50), st.integers(0, 60), st.floats(0, 1))
def test_schedule_climbs_and_falls_and_keeps_its_bounds(steps, warmup, final):
    plan = Recipe(steps=steps, lr=1.0, warmup=warmup, final=final)
    rates = [learning_rate(step, plan) for step in range(steps)]
    top = min(warmup, steps)
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert all(0 < r <= 1 for r in rates[:top])
    assert all(final <= r <= 1 for r in rates[top:])


def test_the_rate_of_each_step_is_used():
    """In SGD without clipping the parameters move by the rate times the gradient."""
    asked = []

    def rate(step, plan):
        asked.append(step)
        return 0.0 if step < 3 else plan.lr

    model = made()
    before = numbers(model)
    train(model, BATCHES, recipe(steps=3), rate=rate)
    assert all(map(torch.equal, numbers(model), before))
    train(model, BATCHES, recipe(steps=4), rate=rate)
    assert not any(map(torch.equal, numbers(model), before))
    assert asked == [0, 1, 2, 0, 1, 2, 3]


# --- the loop -------------------------------------------------------------------------


@pytest.mark.parametrize("clip", [None, 0.3])
@pytest.mark.parametrize("kind", ["sgd", "adamw"])
def test_training_is_a_loop_of_five_lines(kind, clip):
    plan = recipe(8, 0.05, optimizer=kind, weight_decay=0.1, clip=clip, final=1)
    model, by_hand = made(), made()
    history = train(model, BATCHES, plan)
    make = {"sgd": torch.optim.SGD, "adamw": torch.optim.AdamW}[kind]
    optimizer = make(by_hand.parameters(), lr=0.05, weight_decay=0.1)
    state, losses = None, []
    for step in range(8):
        inputs, targets, _ = BATCHES[step]
        logits, state = by_hand(inputs, state)
        state = tuple(rnn.LSTMState(*(part.detach() for part in s)) for s in state)
        loss = cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        if clip:
            nn.utils.clip_grad_norm_(by_hand.parameters(), clip)
        optimizer.step()
        losses.append(loss.item() / math.log(2))
    assert all(map(torch.equal, numbers(model), numbers(by_hand)))
    assert history.train == [pytest.approx(math.fsum(losses) / 8, rel=1e-14)]
    assert not model.training


@pytest.mark.parametrize("parts", [2, 3, 5, 9])
@pytest.mark.parametrize(
    "kind", [rnn.LSTMLanguageModel, rnn.GRULanguageModel, "bengio", "conv"]
)
def test_accumulated_gradients_equal_the_large_batch(kind, parts):
    """To rounding, with five rows in 2, 3, 5 and more parts, and the state carried."""

    def new():
        torch.manual_seed(0)
        if kind == "bengio":
            return neural_lm.BengioLanguageModel(V, 4, 3, 5).double()
        if kind == "conv":
            return neural_lm.ConvLanguageModel(V, 4, 2, 2).double()
        return made(kind, num_layers=2)

    results = []
    for n in (1, parts):
        model = new()
        history = train(model, BATCHES, recipe(12, 0.5, parts=n, clip=0.5))
        results.append([*numbers(model), torch.tensor(history.train + history.norms)])
    for a, b in zip(*results, strict=True):
        assert_close(a, b, rtol=1e-12, atol=1e-13)


def test_clipping_bounds_the_step_and_tells_the_length_before():
    model = made()
    before = numbers(model)
    history = train(model, BATCHES, recipe(steps=1, lr=0.1, clip=0.01))
    moved = [a - b for a, b in zip(numbers(model), before, strict=True)]
    length = math.sqrt(sum(m.square().sum().item() for m in moved))
    assert history.norms[0] > 0.01
    assert length == pytest.approx(0.1 * 0.01, rel=1e-4)


def test_what_is_frozen_stays():
    model = made()
    model.embedding.weight.requires_grad_(False)
    before = numbers(model)
    train(model, BATCHES, recipe(optimizer="adamw", weight_decay=0.5))
    moved = [not torch.equal(a, b) for a, b in zip(numbers(model), before, strict=True)]
    assert moved == [False, *[True] * (len(before) - 1)]


@pytest.mark.parametrize("carry", [True, False])
def test_the_state_goes_on_until_the_text_begins_anew(carry):
    seen = []

    def loss(model, batch, state):
        seen.append(state)
        return next_token_loss(model, batch, state)

    train(made(), BATCHES, recipe(2 * len(BATCHES), carry=carry), loss=loss)
    fresh = [state is None for state in seen]
    if carry:
        assert fresh == [True, *[False] * (len(BATCHES) - 1)] * 2
        assert isinstance(seen[1][0], rnn.LSTMState)
        assert not any(t.requires_grad for state in seen if state for t in state[0])
    else:
        assert all(fresh)


def nodes(tensor):
    """Count what backward would walk through."""
    found, todo = set(), [tensor.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node not in found:
            found.add(node)
            todo += [before for before, _ in node.next_functions]
    return len(found)


def test_the_graph_does_not_grow_from_batch_to_batch():
    sizes, undetached, kept = [], [], [None]

    def loss(model, batch, state):
        value, after = next_token_loss(model, batch, state)
        sizes.append(nodes(value))
        longer, kept[0] = next_token_loss(model, batch, kept[0])
        undetached.append(nodes(longer))
        return value, after

    train(made(), BATCHES, recipe(5), loss=loss)
    assert len(set(sizes[1:])) == 1
    assert undetached == sorted(set(undetached)), "this one should have grown"


def test_looks_are_means_since_the_last_one():
    losses, seen = [], []

    def loss(model, batch, state):
        value, after = next_token_loss(model, batch, state)
        losses.append(value.item() / math.log(2))
        return value, after

    model = made()
    history = train(
        model,
        BATCHES,
        recipe(7, evaluate_every=3),
        loss=loss,
        watch=lambda h: seen.append((list(h.steps), h.seconds)),
    )
    assert history.steps == [3, 6, 7]
    means = [sum(losses[a:b]) / (b - a) for a, b in ((0, 3), (3, 6), (6, 7))]
    assert history.train == pytest.approx(means)
    assert len(history.norms) == 3
    assert min(history.norms) > 0
    assert [steps for steps, _ in seen] == [[3], [3, 6], [3, 6, 7]]
    assert 0 < seen[0][1] < seen[2][1] <= history.seconds
    assert (history.valid, history.best) == ([], -1)


# --- early stopping -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bits", "patience", "looks", "best"),
    [
        ([5, 4, 4.5, 4.2, 9, 9], 2, 4, 1),
        ([5, 4, 4, 4, 9, 9], 2, 4, 1),  # as good is no better
        ([5, 4, 4.5, 3, 3.5, 3.4], 2, 6, 3),
        ([5, 6, 7, 8, 9, 4], 0, 6, 5),
        ([5, 6, 7, 8, 9, 10], 0, 6, 0),
    ],
)
def test_stopping_keeps_the_best(bits, patience, looks, best):
    model, said, kept = made(), iter(bits), []

    def valid():
        assert not model.training
        kept.append(numbers(model))
        return next(said)

    plan = recipe(12, evaluate_every=2, patience=patience)
    history = train(model, BATCHES, plan, valid=valid)
    assert history.valid == bits[:looks]
    assert history.steps[-1] == 2 * looks
    assert history.best == best
    assert all(map(torch.equal, numbers(model), kept[best]))


# --- what goes wrong ------------------------------------------------------------------


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_divergence_stops_before_the_parameters_are_spoiled(bad):
    def loss(model, batch, state):
        value, after = next_token_loss(model, batch, state)
        seen.append(numbers(model))
        return value * (bad if len(seen) == 4 else 1), after

    model, seen = made(), []
    with pytest.raises(ValueError, match=r"in step 4 the loss is .*diverged"):
        train(model, BATCHES, recipe(), loss=loss)
    assert all(map(torch.equal, numbers(model), seen[3]))


def test_an_endless_gradient_stops_training_too():
    def loss(model, batch, state):
        value, after = next_token_loss(model, batch, state)
        return value + 0 * (model.output.bias.sum() * 0).sqrt(), after  # 0 / 0 behind

    model = made()
    before = numbers(model)
    with pytest.raises(ValueError, match="gradient's length nan"):
        train(model, BATCHES, recipe(), loss=loss)
    assert all(map(torch.equal, numbers(model), before))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 0}, "steps must be at least 1, got 0"),
        ({"lr": 0}, "lr must be above 0"),
        ({"lr": math.nan}, "lr must be finite"),
        ({"optimizer": "adam"}, "optimizer must be one of 'adamw', 'sgd'; got 'adam'"),
        ({"weight_decay": -1}, "weight_decay must be at least 0"),
        ({"warmup": -1}, "warmup must be at least 0"),
        ({"final": 2}, "final must be at most 1"),
        ({"clip": 0}, "clip must be above 0"),
        ({"parts": 0}, "parts must be at least 1"),
        ({"carry": "no"}, "carry must be one of True, False"),
        ({"evaluate_every": -1}, "evaluate_every must be at least 0"),
        ({"patience": 1}, "patience counts looks: set evaluate_every"),
        ({"checkpoint_every": 1.5}, "checkpoint_every must be an integer"),
    ],
)
def test_recipes_are_checked(options, message):
    with pytest.raises(ValueError, match=message):
        recipe(**options)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: train(made(), BATCHES, recipe(patience=1, evaluate_every=1)),
            "patience needs a validation text",
        ),
        (
            lambda: train(made(), BATCHES, recipe(checkpoint_every=1)),
            "checkpoint_every needs a file",
        ),
        (
            lambda: train(made(), BATCHES, recipe(), valid=lambda: math.nan),
            "valid must return a number of bits, got nan",
        ),
        (lambda: learning_rate(6, recipe(6)), "step must be in 0, ..., 5, got 6"),
        (lambda: bits_per_token(made(), IDS[:1]), r"N >= 2, got \(1,\)"),
        (lambda: bits_per_token(made(), IDS, rows=0), "rows must be at least 1"),
        (lambda: score(made(), [[1]], rows=0), "rows must be at least 1"),
        (lambda: score(made(), [[1, -100]]), "texts must be in 0, .*, got -100"),
        (lambda: score(made(), [[1, V]]), f"texts must be in 0, .*, got {V}"),
        (lambda: bits_per_token(made(), torch.tensor([1, -100])), "ids .* got -100"),
        (lambda: bits_per_token(made(), torch.ones(3)), "ids must be an int64 Tensor"),
        (
            lambda: train(made(), BATCHES, recipe(checkpoint_every=1), checkpoint=""),
            "checkpoint_every needs a file",
        ),
        (lambda: split(BATCHES[0], None, 0), "parts must be at least 1, got 0"),
        (lambda: detach({"h": IDS}), "a state is a Tensor, None, or .*, got dict"),
        (
            lambda: split(BATCHES[0], torch.zeros(2, 5, 4), 2),
            r"the batch has 5 rows, .* got \(2, 5, 4\)",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_silence_unless_a_bar_is_asked_for(capsys):
    train(made(), BATCHES, recipe())
    assert capsys.readouterr() == ("", "")
    train(made(), BATCHES, recipe(), valid=lambda: 3.25, progress=True)
    assert "valid 3.250" in "".join(capsys.readouterr())


# --- carried states -------------------------------------------------------------------

tensors = st.integers(0, 9).map(lambda n: torch.full((5, 2), float(n)))
states = st.recursive(
    st.none() | tensors,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(tuple)
        | st.tuples(inner, inner).map(lambda pair: rnn.LSTMState(*pair))
    ),
    max_leaves=5,
)


def same(a, b):
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, tuple):
        return type(a) is type(b) and all(map(same, a, b))
    return a is b


@given(states, st.integers(1, 7))
def test_splitting_and_joining_a_state_gives_it_back(state, parts):
    batch = Batch(torch.arange(10).view(5, 2), torch.zeros(5, 2), first=True)
    pieces = split(batch, state, parts)
    assert len(pieces) == min(parts, 5)
    sizes = [len(piece.inputs) for piece, _ in pieces]
    assert max(sizes) - min(sizes) <= 1
    assert torch.equal(torch.cat([piece.inputs for piece, _ in pieces]), batch.inputs)
    assert all(piece.first for piece, _ in pieces)
    assert same(joined([part for _, part in pieces]), state)


@given(states)
def test_detaching_keeps_the_form(state):
    assert same(detach(state), state)
    x = torch.ones(2, requires_grad=True) * 2
    assert not detach((x, None))[0].requires_grad


# --- scoring --------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3, 64])
def test_score_reads_each_text_alone(rows):
    model = made(dropout=0.5)
    texts = [IDS[a : a + n].tolist() for a, n in ((0, 7), (20, 1), (30, 9), (50, 4))]
    assert model.training
    found = score(model, texts, before=1, rows=rows)
    assert model.training
    model.eval()
    for text, got in zip(texts, found, strict=True):
        logits, _ = model(torch.tensor([[1, *text[:-1]]]))
        logs = logits[0].log_softmax(1)[range(len(text)), text] / math.log(2)
        assert got.dtype == torch.float64
        assert_close(got, logs)
    assert score(model, []) == []


@pytest.mark.parametrize("length", [2, 65, 66, 150])
def test_bits_of_a_long_text_are_those_of_one_pass(length):
    model, ids = made(), IDS[:length]
    logits, _ = model(ids[None, :-1])
    whole = cross_entropy(logits[0], ids[1:]).item() / math.log(2)
    assert bits_per_token(model, ids) == pytest.approx(whole, rel=1e-12)
    assert model.training


@pytest.mark.parametrize("half", [torch.bfloat16, torch.float16])
def test_a_model_in_half_precision_is_summed_in_full(half):
    ids = IDS.repeat(200)  # a sum of their nats is beyond float16
    model, coarse = made().float(), made().to(half)
    assert bits_per_token(coarse, ids, rows=100) == pytest.approx(
        bits_per_token(model, ids, rows=100), rel=1e-3
    )


def test_small_ids_are_as_good():
    assert bits_per_token(made(), IDS.int()) == bits_per_token(made(), IDS)


@given(st.integers(2, 40), st.integers(1, 12))
def test_bits_of_a_text_in_rows_count_every_token_once(length, rows):
    model, ids = made(), IDS[:length]
    size = -(-(length - 1) // rows)
    total = 0.0
    for start in range(0, length - 1, size):
        piece = ids[start : start + size + 1]
        total += bits_per_token(model, piece) * (len(piece) - 1)
    wanted = total / (length - 1)
    assert bits_per_token(model, ids, rows) == pytest.approx(wanted, rel=1e-12)
