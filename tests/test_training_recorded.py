"""A recorded loss trains to the same numbers as the plain one, where there is a GPU."""

import pytest
import torch

from lmcourse import neural_lm, rnn
from lmcourse.batches import ContiguousBatches
from lmcourse.training import Recipe, captured, next_token_loss, train

V = 12
IDS = torch.randint(V, (300,), generator=torch.Generator().manual_seed(0))
RECIPE = Recipe(steps=30, lr=0.5, optimizer="sgd", evaluate_every=5)
gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")


def made(kind=rnn.LSTMLanguageModel, **options):
    torch.manual_seed(0)
    return kind(V, 4, 5, num_layers=2, **options).double()


def test_without_a_gpu_there_is_no_recording():
    with pytest.raises(ValueError, match=r"only a GPU can replay .* on cpu"):
        captured(made(), ContiguousBatches(IDS, 5, 6)[0])


@pytest.fixture
def no_gpu_needed(monkeypatch):
    """Let the loss be called where it would be replayed: all but the recording."""
    monkeypatch.setattr("lmcourse.training.recorded._demand_gpu", lambda batch: None)
    monkeypatch.setattr(
        torch.cuda, "make_graphed_callables", lambda whole, arguments: whole
    )


@pytest.mark.usefixtures("no_gpu_needed")
@pytest.mark.parametrize(
    "make",
    [
        made,
        lambda: made(rnn.GRULanguageModel),
        lambda: neural_lm.ConvLanguageModel(V, 4, 2, 2).double(),
        lambda: neural_lm.BengioLanguageModel(V, 4, 3, 5).double(),  # begins with ids
    ],
)
def test_what_is_replayed_begins_as_the_model_does(make):
    batches = ContiguousBatches(IDS, 5, 6)
    torch.manual_seed(0)
    plain = make()
    replayed = make()
    replayed.load_state_dict(plain.state_dict())
    wanted = train(plain, batches, RECIPE)
    got = train(replayed, batches, RECIPE, loss=captured(replayed, batches[0]))
    assert got.train == pytest.approx(wanted.train, rel=1e-12)


@gpu
@pytest.mark.parametrize(
    "kind", [rnn.RNNLanguageModel, rnn.LSTMLanguageModel, rnn.GRULanguageModel]
)
def test_recording_trains_to_the_same_numbers(kind):
    batches = ContiguousBatches(IDS.cuda(), 5, 6)  # 9 batches, so the text begins anew
    plain, replayed = made(kind).cuda(), made(kind).cuda()
    wanted = train(plain, batches, RECIPE)
    got = train(replayed, batches, RECIPE, loss=captured(replayed, batches[0]))
    assert got.train == pytest.approx(wanted.train, rel=1e-9)
    assert got.norms == pytest.approx(wanted.norms, rel=1e-9)
    torch.testing.assert_close(
        dict(replayed.named_parameters()), dict(plain.named_parameters())
    )


@gpu
def test_recording_draws_new_dropout_each_time():
    batch = ContiguousBatches(IDS.cuda(), 5, 6)[0]
    model = made(dropout=0.5).cuda()
    loss = captured(model, batch)
    _, state = loss(model, batch, None)
    values = {loss(model, batch, state)[0].item() for _ in range(5)}
    assert len(values) == 5
    model.eval()
    assert next_token_loss(model, batch, None)[0].item() not in values


@gpu
def test_recording_refuses_what_it_does_not_fit():
    batches = ContiguousBatches(IDS.cuda(), 5, 6)
    model = made().cuda()
    loss = captured(model, batches[0])
    with pytest.raises(ValueError, match=r"shape \(5, 6\), got \(5, 7\)"):
        loss(model, ContiguousBatches(IDS.cuda(), 5, 7)[0], None)
    with pytest.raises(ValueError, match="is one model"):
        loss(made().cuda(), batches[0], None)
    model.eval()
    with pytest.raises(ValueError, match=r"in train.. mode"):
        loss(model, batches[0], None)
