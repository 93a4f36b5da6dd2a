"""The tree is optimal, and its words' probabilities sum to one."""

import heapq
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lmcourse.word2vec import hierarchical_loss, huffman

counts = st.lists(st.integers(0, 1000), min_size=1, max_size=20)


def cost(tree, counts):
    """Return the number of turns over a whole text."""
    return sum(c * len(path) for c, path in zip(counts, tree.paths, strict=True))


@given(counts)
def test_no_tree_is_cheaper(counts):
    heap, optimum = list(counts), 0
    heapq.heapify(heap)
    while len(heap) > 1:  # every join costs each of its words one more turn
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        optimum += joined
        heapq.heappush(heap, joined)
    assert cost(huffman(counts), counts) == optimum


@given(counts)
def test_the_mean_way_is_within_one_turn_of_the_entropy(counts):
    """Shannon's bound, known without any tree."""
    counts = [c + 1 for c in counts]
    p = np.array(counts) / sum(counts)
    entropy = -(p * np.log2(p)).sum()
    mean = cost(huffman(counts), counts) / sum(counts)
    assert entropy - 1e-9 <= mean < entropy + 1


@given(counts)
def test_it_is_one_binary_tree(counts):
    """All ways start at the root, no word lies on another's way, no branch is open."""
    tree = huffman(counts)
    codes = {tuple(turns.tolist()) for turns in tree.turns}
    assert len(codes) == len(counts)
    assert sum(2.0 ** -len(code) for code in codes) == 1  # Kraft's equality
    where = {}  # a prefix of turns leads to one node, and each node has one prefix
    for path, turns in zip(tree.paths, tree.turns, strict=True):
        for depth, node in enumerate(path.tolist()):
            prefix = tuple(turns[:depth].tolist())
            assert where.setdefault(prefix, node) == node
    assert len(set(where.values())) == len(where) == len(counts) - 1
    assert where.get((), len(counts) - 2) == len(counts) - 2


def test_by_hand():
    tree = huffman([4, 1, 2])
    assert [path.tolist() for path in tree.paths] == [[1], [1, 0], [1, 0]]
    assert [turns.tolist() for turns in tree.turns] == [[-1], [1, 1], [1, -1]]
    nodes, turns = tree.padded()
    assert nodes.tolist() == [[1, 0], [1, 0], [1, 0]]
    assert turns.tolist() == [[-1, 0], [1, 1], [1, -1]]


def test_one_word_needs_no_turn():
    nodes, turns = huffman([3]).padded()
    assert nodes.shape == turns.shape == (1, 0)
    v = torch.randn(1, 4)
    assert hierarchical_loss(v, torch.zeros(1, 0, 4), torch.zeros(1, 0)).item() == 0


@given(counts, st.integers(0, 2**31))
def test_probabilities_of_all_words_sum_to_one(counts, seed):
    generator = torch.Generator().manual_seed(seed)
    nodes, turns = map(torch.from_numpy, huffman(counts).padded())
    U = torch.randn(max(1, len(counts) - 1), 4, generator=generator).double()
    v = torch.randn(4, generator=generator).double().expand(len(counts), 4)
    p = torch.exp(-hierarchical_loss(v, U[nodes], turns))
    assert p.sum().item() == pytest.approx(1, abs=1e-12)


def test_loss_is_equation_3():
    v = torch.tensor([[1.0, 2.0]], dtype=torch.float64)
    nodes = torch.tensor([[[0.5, 0.0], [0.0, 1.0], [9.0, 9.0]]], dtype=torch.float64)
    turns = torch.tensor([[1, -1, 0]])
    p = 1 / (1 + math.exp(-0.5)) * 1 / (1 + math.exp(2))
    assert hierarchical_loss(v, nodes, turns).item() == pytest.approx(-math.log(p))


def test_gradient_is_that_of_turns_that_are_labels():
    """Rong (2014), section 3.1: sigma(score) - t, where t is 1 for the turn +1."""
    generator = torch.Generator().manual_seed(0)
    v = torch.randn(3, 4, generator=generator).double().requires_grad_()
    nodes = torch.randn(3, 2, 4, generator=generator).double().requires_grad_()
    turns = torch.tensor([[1, -1], [-1, 0], [1, 1]])
    hierarchical_loss(v, nodes, turns).sum().backward()
    scores = torch.einsum("ble,be->bl", nodes, v)
    error = ((scores.sigmoid() - (turns == 1).double()) * (turns != 0)).detach()
    close = {"rtol": 1e-10, "atol": 1e-10}
    dv = torch.einsum("bl,ble->be", error, nodes)
    torch.testing.assert_close(v.grad, dv.detach(), **close)
    dnodes = torch.einsum("bl,be->ble", error, v)
    torch.testing.assert_close(nodes.grad, dnodes.detach(), **close)


@pytest.mark.parametrize("counts", [[], [[1, 2]], [1, -1], [1, math.inf]])
def test_counts_that_are_none_are_refused(counts):
    with pytest.raises(ValueError, match="counts must"):
        huffman(counts)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"\(B, L, E\)"):
        hierarchical_loss(torch.zeros(2, 3), torch.zeros(2, 4, 3), torch.zeros(2, 3))


@pytest.mark.parametrize("counts", [["a", "b"], [None, 1], [1j]])
def test_what_is_no_number_is_no_count(counts):
    with pytest.raises(ValueError, match="counts must be numbers, got"):
        huffman(counts)
