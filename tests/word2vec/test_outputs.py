"""The fast steps move what the readable losses say, pair by pair."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import logsigmoid

from lmcourse.word2vec import (
    hierarchical_loss,
    huffman,
    negative_sampling_gradients,
    negative_sampling_loss,
    softmax_gradients,
    softmax_loss,
)
from lmcourse.word2vec.outputs import (
    MOST,
    NOISE,
    FullSoftmax,
    HierarchicalSoftmax,
    NegativeSampling,
    ask,
    damp,
)

COUNTS = np.array([9, 7, 4, 4, 2, 1, 1])
B, INPUTS, TARGETS, V, E = 3, 4, 5, len(COUNTS), 6
LR = 0.005  # too low to be damped

MAKERS = [
    lambda: NegativeSampling(COUNTS, E, 2, np.random.default_rng(5)),
    lambda: HierarchicalSoftmax(COUNTS, E),
    lambda: FullSoftmax(COUNTS, E),
]

seeds = st.integers(0, 2**31)


@pytest.fixture
def float64():
    """Make what the tests build precise enough to compare closely."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture
def batch(float64):
    """Return inputs, targets (words repeat) and which of them are pairs."""
    generator = torch.Generator().manual_seed(1)
    v = torch.randn(B, INPUTS, E, generator=generator)
    targets = torch.randint(0, V, (B, TARGETS), generator=generator)
    mask = (torch.rand(B, INPUTS, TARGETS, generator=generator) < 0.5).double()
    mask[0, 1] = 0  # an input without any target
    return v, targets, mask


def moved(output, seed=2):
    """Fill the table of an output; return a copy from before its step."""
    generator = torch.Generator().manual_seed(seed)
    output.weight = torch.randn(output.weight.shape, generator=generator)
    return output.weight.clone()


def pairs(v, targets, mask):
    """Return the input vectors and targets of all pairs, and where they stand."""
    b, i, o = mask.nonzero(as_tuple=True)
    return v[b, i], targets[b, o], (b, i)


def close(a, b):
    torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-9)


# --- ask ----------------------------------------------------------------------------


def test_ask_goes_against_the_gradient(batch):
    v, rows, _ = batch
    table = torch.randn(V, E, generator=torch.Generator().manual_seed(3))
    weight = torch.rand(B, INPUTS, TARGETS, generator=torch.Generator().manual_seed(4))
    label = (weight > 0.4).double()
    before = table.clone().requires_grad_()
    leaf = v.clone().requires_grad_()
    score = (leaf[:, :, None] * before[rows][:, None]).sum(3)
    each = torch.where(label == 1, -logsigmoid(score), -logsigmoid(-score))
    total = (weight * each).sum()
    total.backward()

    change, pull, loss = ask(table, v, rows, weight, label, LR, measure=True)
    assert len(rows.unique()) < rows.numel()  # rows repeat
    close(change, -leaf.grad)
    close(table, before.detach() - LR * before.grad)
    close(pull, (weight @ (before[rows] ** 2).sum(2)[..., None])[..., 0] / 4)
    assert loss == pytest.approx(total.item())


def test_a_question_of_no_weight_moves_nothing(batch):
    v, rows, mask = batch
    table = torch.randn(V, E, generator=torch.Generator().manual_seed(3))
    before = table.clone()
    change, pull, loss = ask(table, v, rows, 0 * mask, mask, LR, measure=True)
    assert (change == 0).all()
    assert (pull == 0).all()
    assert loss == 0
    assert table.equal(before)


def test_huge_scores_stay_finite(batch):
    v, rows, mask = batch
    table = torch.full((V, E), 1e3)
    change, _, loss = ask(table, 1e3 * v, rows, mask, mask, LR, measure=True)
    assert change.isfinite().all()
    assert table.isfinite().all()
    assert np.isfinite(loss)


# --- negative sampling --------------------------------------------------------------


def noise_of(output, batches):
    """Return the noise that the output will draw next, without drawing it."""
    rng = np.random.default_rng()
    rng.bit_generator.state = output._rng.bit_generator.state
    edges = np.cumsum(COUNTS**0.75 / (COUNTS**0.75).sum())
    drawn = rng.random((batches, NOISE)) * edges[-1]
    return torch.from_numpy(np.searchsorted(edges, drawn, side="right"))


def test_negative_sampling_sums_the_pairs(batch):
    """Each noise word counts negatives / NOISE, and nothing where it is the target."""
    v, targets, mask = batch
    output = NegativeSampling(COUNTS, E, 5, np.random.default_rng(0))
    U = moved(output)
    noise = noise_of(output, B)
    wanted, rows = torch.zeros_like(v), torch.zeros_like(U)
    pull, total = torch.zeros(B, INPUTS), 0.0
    for b, i, o in mask.nonzero().tolist():
        target = targets[b, o]
        each = noise[b][noise[b] != target]
        for n in each:  # one negative at a time, and the positive apart
            p = v[b, i][None], U[target][None], U[n][None, None]
            dv, _, dn = negative_sampling_gradients(*p)
            only = negative_sampling_gradients(*p[:2], p[2][:, :0])
            share = 5 / NOISE
            wanted[b, i] -= share * (dv - only[0])[0]
            rows[n] -= share * dn[0, 0]
            loss = negative_sampling_loss(*p)
            total += share * float(loss - negative_sampling_loss(*p[:2], p[2][:, :0]))
        wanted[b, i] -= only[0][0]
        rows[target] -= only[1][0]
        total += float(negative_sampling_loss(*p[:2], p[2][:, :0]))
        pull[b, i] += (U[target] ** 2).sum() / 4
        pull[b, i] += share * (U[each] ** 2).sum() / 4
    change, got, loss = output.step(v, targets, mask, LR, measure=True)
    close(change, wanted)
    close(output.weight, U + LR * rows)
    close(got, pull)
    assert loss == pytest.approx(total)


def test_noise_follows_its_distribution(float64):
    output = NegativeSampling(COUNTS, 1, 5, np.random.default_rng(0))
    drawn = noise_of(output, 1000).flatten()
    share = np.bincount(drawn.numpy(), minlength=V) / len(drawn)
    wanted = COUNTS**0.75 / (COUNTS**0.75).sum()
    assert abs(share - wanted).max() < 5 * (0.25 / len(drawn)) ** 0.5


def test_noise_that_is_the_target_counts_for_other_pairs_only(float64):
    """A vocabulary of one word has nothing but its own targets as noise."""
    output = NegativeSampling(np.array([3]), E, 5, np.random.default_rng(0))
    before = moved(output)
    v, targets, mask = (
        torch.ones(1, 1, E),
        torch.zeros(1, 1).long(),
        torch.ones(1, 1, 1),
    )
    _, pull, _ = output.step(v, targets, mask, LR, measure=False)
    torch.testing.assert_close(pull[0, 0], (before**2).sum() / 4)  # the target alone


# --- the tree -----------------------------------------------------------------------


def test_the_tree_follows_its_loss(batch):
    v, targets, mask = batch
    output = HierarchicalSoftmax(COUNTS, E)
    before = moved(output).requires_grad_()
    nodes, turns = map(torch.from_numpy, huffman(COUNTS).padded())
    leaf = v.clone().requires_grad_()
    given_, aims, _ = pairs(leaf, targets, mask)
    total = hierarchical_loss(given_, before[nodes[aims]], turns[aims]).sum()
    total.backward()
    change, pull, loss = output.step(v, targets, mask, LR, measure=True)
    close(change, -leaf.grad)
    close(output.weight, before.detach() - LR * before.grad)
    squares = ((before.detach()[nodes] ** 2).sum(2) * (turns != 0)).sum(1)  # (V,)
    close(pull, (mask @ squares[targets][..., None])[..., 0] / 4)
    assert loss == pytest.approx(total.item())


def test_a_tree_has_a_row_for_each_inner_node():
    assert HierarchicalSoftmax(COUNTS, E).weight.shape == (V - 1, E)


# --- the whole vocabulary -----------------------------------------------------------


def test_full_softmax_sums_the_pairs(batch):
    v, targets, mask = batch
    output = FullSoftmax(COUNTS, E)
    U = moved(output)
    vectors, aims, (b, i) = pairs(v, targets, mask)
    places = torch.arange(len(vectors))  # each pair is a row of a table of its own
    dV, dU = softmax_gradients(vectors, U, places, aims)
    wanted = torch.zeros_like(v).index_put_((b, i), -dV, accumulate=True)
    change, pull, loss = output.step(v, targets, mask, LR, measure=True)
    close(change, wanted)
    close(output.weight, U - LR * dU)
    expected = (v @ U.T).softmax(2) @ (U**2).sum(1)
    wanted = (mask @ (U[targets] ** 2).sum(2)[..., None])[..., 0]
    close(pull, mask.sum(2) * expected + wanted)
    total = softmax_loss(vectors, U, places, aims).sum()
    assert loss == pytest.approx(total.item())


@pytest.mark.parametrize("make", MAKERS)
def test_what_is_not_measured_is_zero_and_moves_the_same(batch, make):
    one, other = make(), make()
    moved(one)
    moved(other)
    change, pull, loss = one.step(*batch, LR, measure=True)
    same, same_pull, zero = other.step(*batch, LR, measure=False)
    assert loss > 0
    assert zero == 0
    assert change.equal(same)
    assert pull.equal(same_pull)
    assert one.weight.equal(other.weight)


@pytest.mark.parametrize("make", MAKERS)
def test_a_mask_without_pairs_moves_nothing(batch, make):
    v, targets, mask = batch
    output = make()
    before = moved(output)
    change, pull, loss = output.step(v, targets, 0 * mask, LR, measure=True)
    assert (change == 0).all()
    assert (pull == 0).all()
    assert loss == 0
    close(output.weight, before)


# --- damp ---------------------------------------------------------------------------


def draw_changes(seed, scale):
    generator = torch.Generator().manual_seed(seed)
    change = torch.randn(2, 8, 3, generator=generator)
    rows = torch.randint(0, 4, (2, 8), generator=generator)
    return change, rows, scale * torch.rand(2, 8, generator=generator)


@given(seeds, st.floats(0, 1e4))
def test_damp_never_lengthens_or_turns(seed, scale):
    change, rows, pull = draw_changes(seed, scale)
    factor = damp(LR, change, rows, pull, 4) / change
    torch.testing.assert_close(factor, factor[..., :1].expand_as(factor))
    assert (factor <= LR * (1 + 1e-6)).all()
    assert (factor > 0).all()


@given(seeds, st.floats(0, MOST / LR / 16))
def test_damp_leaves_few_questions_alone(seed, scale):
    change, rows, pull = draw_changes(seed, scale)
    assert damp(LR, change, rows, pull, 4).equal(LR * change)


@given(seeds, st.floats(0, 1e4))
def test_damp_leaves_each_row_the_questions_it_may_have(seed, scale):
    """The rate times the questions that get through is min(all, MOST), row by row."""
    change, rows, pull = draw_changes(seed, scale)
    through = pull * (damp(LR, change, rows, pull, 4) / change)[..., 0]
    for row in range(4):
        total, left = pull[rows == row].sum(), through[rows == row].sum()
        wanted = (LR * total).clamp(max=MOST)
        torch.testing.assert_close(left, wanted, rtol=1e-4, atol=1e-4)


def test_damp_by_hand():
    change, rows = torch.ones(1, 3, 2), torch.tensor([[0, 0, 1]])
    pull = torch.tensor([[3 * MOST, MOST, 2 * MOST]])
    got = damp(0.5, change, rows, pull, 2)
    assert got[0, :, 0].tolist() == [0.25, 0.25, 0.5]
