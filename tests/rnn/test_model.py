"""Recurrent language models: causal, chunked, tied, and dropped out only upwards."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lmcourse import rnn

MODELS = [rnn.RNNLanguageModel, rnn.LSTMLanguageModel, rnn.GRULanguageModel]
V = 11
each = pytest.mark.parametrize("kind", MODELS)


def made(kind, E=4, H=5, seed=0, **options):
    torch.manual_seed(seed)
    return kind(V, E, H, **options).double()


def some(B=2, T=7, seed=1):
    return torch.randint(V, (B, T), generator=torch.Generator().manual_seed(seed))


@each
@given(st.lists(st.integers(1, 3), min_size=1, max_size=4), st.integers(1, 3))
def test_chunks_with_carried_state_equal_one_pass(kind, lengths, num_layers):
    model, ids = made(kind, num_layers=num_layers), some(T=sum(lengths))
    whole, _ = model(ids)
    parts, state = [], None
    for piece in ids.split(lengths, dim=1):
        logits, state = model(piece, state)
        parts.append(logits)
    assert len(state) == num_layers
    torch.testing.assert_close(torch.cat(parts, dim=1), whole)


@each
def test_models_are_causal(kind):
    model, ids = made(kind, num_layers=2), some()
    changed = ids.clone()
    changed[:, 4:] = (changed[:, 4:] + 1) % V
    before, after = model(ids)[0], model(changed)[0]
    assert torch.equal(before[:, :4], after[:, :4])
    assert (before[:, 4:] != after[:, 4:]).all()


@each
def test_rows_do_not_see_each_other(kind):
    model, ids = made(kind), some(B=3)
    torch.testing.assert_close(model(ids)[0][1:2], model(ids[1:2])[0])


def test_a_step_drives_the_model_and_learns():
    """A step of one's own is called once a time step and layer, and trains."""
    calls = []

    def mine(x, state, W, U, b):
        calls.append(None)
        return rnn.lstm_step(x, state, W, U, b)

    ids, results = some(), []
    for options in ({"step": mine}, {}):
        model = made(rnn.LSTMLanguageModel, num_layers=2, **options)
        logits, _ = model(ids)
        logits.logsumexp(2).sum().backward()
        results.append([logits, *(p.grad for p in model.parameters())])
    assert len(calls) == 2 * ids.shape[1]
    for a, b in zip(*results, strict=True):
        torch.testing.assert_close(a, b)


def test_tied_tables_are_one_and_train_from_both_ends():
    model = made(rnn.LSTMLanguageModel, E=5, H=5, tied=True)
    assert model.output.weight is model.embedding.weight
    assert len(list(model.parameters())) == 1 + 3 + 1
    assert model.embedding.weight.abs().max() <= 0.1
    ids = some()
    hidden, _ = model.layers[0](model.embedding(ids))
    torch.testing.assert_close(
        model(ids)[0], hidden @ model.embedding.weight.T + model.output.bias
    )
    # the gradient of the shared table is the sum of both tables' if they were apart
    apart = made(rnn.LSTMLanguageModel, E=5, H=5)
    apart.load_state_dict(model.state_dict())
    for m in (model, apart):
        m(ids)[0].square().sum().backward()
    both = apart.embedding.weight.grad + apart.output.weight.grad
    torch.testing.assert_close(model.embedding.weight.grad, both)
    before = model.output.weight.detach().clone()
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    assert model.output.weight is model.embedding.weight
    assert not torch.equal(model.embedding.weight, before)


@each
def test_dropout_is_only_on_the_way_up(kind):
    """One mask per layer's input and one for the output; none on what is carried."""
    torch.manual_seed(0)
    model, seen = made(kind, num_layers=2, dropout=0.4).train(), []
    model.dropout.register_forward_hook(lambda *a: seen.append((a[1][0], a[2])))
    hidden = []
    for layer in model.layers:
        layer.register_forward_hook(lambda *a: hidden.append((a[1][0], *a[2])))
    ids = some()
    model(ids)
    assert [tuple(x.shape) for x, _ in seen] == [(2, 7, 4), (2, 7, 5), (2, 7, 5)]
    for n, (x, shown, state) in enumerate(tuple(hidden)):
        torch.testing.assert_close(x, seen[n][1])  # a layer reads what was let through
        assert torch.equal(shown, seen[n + 1][0])  # what it shows goes up, thinned then
        alone, end = model.layers[n](x)  # and within it nothing is by chance
        torch.testing.assert_close(shown, alone)
        torch.testing.assert_close(state, end)
    dropped = torch.cat([(y == 0).flatten() for _, y in seen]).double().mean()
    assert 0.25 < dropped < 0.55


@each
def test_with_everything_dropped_the_output_is_the_bias(kind):
    model = made(kind, dropout=1.0).train()
    torch.nn.init.normal_(model.output.bias)
    logits, _ = model(some())
    torch.testing.assert_close(logits, model.output.bias.expand_as(logits))


@each
def test_eval_forgets_dropout(kind):
    model = made(kind, dropout=0.5)
    ids = some()
    assert not torch.equal(model(ids)[0], model(ids)[0])
    model.eval()
    assert torch.equal(model(ids)[0], model(ids)[0])
    plain = made(kind)
    plain.load_state_dict(model.state_dict())
    assert torch.equal(plain(ids)[0], model(ids)[0])


@each
def test_a_new_model_guesses_about_evenly(kind):
    logits, _ = made(kind, H=40)(some(20, 30))
    surprise = -logits.log_softmax(2).mean().item()
    assert surprise == pytest.approx(math.log(V), abs=0.1)


@each
@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (torch.zeros(4, dtype=torch.long), r"ids must be \(B, T\).*got \(4,\)"),
        (torch.zeros(2, 0, dtype=torch.long), r"ids must be \(B, T\).*got \(2, 0\)"),
        (torch.tensor([[0, V]]), "ids must be in 0, ..., 10, got 11"),
        (torch.tensor([[0, -1]]), "ids must be in 0, ..., 10, got -1"),
        (torch.zeros(2, 3), "ids must be an int64 Tensor.*got torch.float32"),
        ([[1, 2]], "ids must be an int64 Tensor.*got list"),
    ],
)
def test_bad_ids_are_refused(kind, ids, message):
    with pytest.raises(ValueError, match=message):
        made(kind)(ids)


@each
def test_a_state_of_another_model_or_batch_is_refused(kind):
    _, state = made(kind, num_layers=2)(some())
    with pytest.raises(ValueError, match="entry for each of the 1 layers, got 2"):
        made(kind)(some(), state)
    with pytest.raises(ValueError, match=r"state must have the shape \(3, 5\), got"):
        made(kind, num_layers=2)(some(B=3), state)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tied": True}, "tied embeddings need embed_dim == hidden_dim, got 4 and 5"),
        ({"dropout": 1.5}, "dropout must be at most 1"),
        ({"num_layers": 0}, "num_layers must be at least 1"),
        ({"E": 0}, "embed_dim must be at least 1"),
        ({"H": -1}, "hidden_dim must be at least 1"),
    ],
)
def test_bad_sizes_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        made(rnn.LSTMLanguageModel, **options)
