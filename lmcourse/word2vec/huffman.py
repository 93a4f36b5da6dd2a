"""Hierarchical softmax: a word is a way down a tree (chapter 4).

In place of one choice among V words there are about log2 V choices between left and
right. The tree is Huffman's, so that frequent words have short ways.

Sources: Huffman (1952), doi:10.1109/JRPROC.1952.273898; Mikolov et al. (2013b),
arXiv:1310.4546, section 2.1 and equation 3, after Morin & Bengio (2005).

Shape letters: V words of the vocabulary, B pairs of a batch, E embedding size,
L length of the longest way.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from torch import Tensor
from torch.nn.functional import logsigmoid


@dataclass(frozen=True)
class Huffman:
    """The way from the root to each word.

    Attributes
    ----------
    paths : list of V int64 ndarrays
        The inner nodes on the way, the root first; numbered from 0 to V - 2, the root
        last, as in word2vec.c.
    turns : list of V int64 ndarrays
        Which way to go at each of them, +1 or -1. word2vec.c writes 0 and 1.
    """

    paths: list[np.ndarray]
    turns: list[np.ndarray]

    def padded(self) -> tuple[np.ndarray, np.ndarray]:
        """Return all ways in one table, for batches.

        Returns
        -------
        nodes, turns : int64 ndarrays of shape (V, L)
            Behind the end of a way the turn is 0, and the node, which is 0 too, means
            nothing.
        """
        shape = len(self.paths), max(map(len, self.paths))
        nodes, turns = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for word, (path, turn) in enumerate(zip(self.paths, self.turns, strict=True)):
            nodes[word, : len(path)] = path
            turns[word, : len(turn)] = turn
        return nodes, turns


def huffman(counts) -> Huffman:
    """Build the tree: join the two rarest, again and again.

    No other binary tree has a shorter mean way, weighted by the counts.

    Parameters
    ----------
    counts : sequence of V numbers
        At least 0; the vocabulary may have one word, whose way is empty.

    Returns
    -------
    Huffman
        The rarer of two joined subtrees is at +1; of equal ones, the older.

    Raises
    ------
    ValueError
        If there is no word, or a count is below 0 or not finite.
    """
    counts = np.asarray(counts)
    if counts.ndim != 1 or not len(counts):
        raise ValueError(f"counts must have the shape (V,), got {counts.shape}")
    if counts.dtype.kind not in "iuf":
        raise ValueError(f"counts must be numbers, got {counts.dtype}")
    if not (np.isfinite(counts).all() and counts.min() >= 0):
        raise ValueError("counts must be finite and not below 0")
    size = len(counts)
    heap = [(count, node) for node, count in enumerate(counts.tolist())]
    heapq.heapify(heap)
    parent, turn = np.zeros((2, 2 * size - 1), np.int64)  # words first, then nodes
    for node in range(size, 2 * size - 1):
        (a, rarer), (b, other) = heapq.heappop(heap), heapq.heappop(heap)
        parent[[rarer, other]] = node
        turn[[rarer, other]] = 1, -1
        heapq.heappush(heap, (a + b, node))

    ways = [(np.zeros(0, np.int64),) * 2] * (2 * size - 1)
    for node in range(2 * size - 3, -1, -1):  # a parent has a higher number: it is done
        path, turns = ways[parent[node]]
        ways[node] = np.append(path, parent[node] - size), np.append(turns, turn[node])
    paths, turns = zip(*ways[:size], strict=True)
    return Huffman(list(paths), list(turns))


def hierarchical_loss(v: Tensor, nodes: Tensor, turns: Tensor) -> Tensor:
    """Return -log p of a word: the turns on its way are independent choices.

    Mikolov et al. (2013b), equation 3: p(w) = prod_j sigma(turn_j * node_j . v). Since
    sigma(x) + sigma(-x) = 1, the words' probabilities sum to one without a sum over
    the vocabulary. (word2vec.c learns nothing at a node whose score is beyond 6.)

    Parameters
    ----------
    v : Tensor of shape (B, E)
        Of the words that are given.
    nodes : Tensor of shape (B, L, E)
        Of the inner nodes on the way to the word that is predicted.
    turns : Tensor of shape (B, L)
        +1 or -1, and 0 behind the end of the way.

    Returns
    -------
    Tensor of shape (B,)

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    fits = v.ndim == 2 and nodes.ndim == 3 and nodes.shape[:2] == turns.shape
    if not fits or (nodes.shape[0], nodes.shape[2]) != tuple(v.shape):
        raise ValueError(
            "v, nodes and turns must have the shapes (B, E), (B, L, E) and (B, L), got "
            f"{tuple(v.shape)}, {tuple(nodes.shape)} and {tuple(turns.shape)}"
        )
    scores = (nodes @ v[:, :, None]).squeeze(2)  # (B, L)
    return -(logsigmoid(turns * scores) * (turns != 0)).sum(1)
