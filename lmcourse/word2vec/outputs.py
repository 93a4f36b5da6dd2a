"""Three ways to predict a word, ready for training in blocks (chapter 4).

Each owns a table of vectors and moves them; what the input vectors should move by, it
returns. Negative sampling and the tree are both made of yes-or-no questions to rows of
a table, so they share one step: the errors of all questions are one matrix.

Sources: as in ``losses`` and ``huffman``. That the windows of a block share their noise
is Ji et al. (2016), arXiv:1604.04661; each noise word then counts for several.

Shape letters: B blocks, I inputs of a block, O targets of a block, V words, E embedding
size, K noise words of a block, L longest way in the tree, R rows asked in a block.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from lmcourse.word2vec.huffman import huffman
from lmcourse.word2vec.windows import noise_distribution

NOISE = 32  # noise words of a block
MOST = 2.0  # the rate times the pull on a row in one step; see damp


class NegativeSampling:
    """Tell each target from words of noise: ``losses.negative_sampling_loss``.

    Parameters
    ----------
    counts : ndarray of shape (V,)
    dim : int
    negatives : int
        For each pair. A block draws `NOISE` words that all its pairs share, each with
        the weight negatives / `NOISE`; one that is a pair's own target has none there.
    rng : numpy Generator
    """

    def __init__(
        self, counts: np.ndarray, dim: int, negatives: int, rng: np.random.Generator
    ):
        self.weight = torch.zeros(len(counts), dim)  # (V, E)
        self.negatives, self._rng = negatives, rng
        self._noise = np.cumsum(noise_distribution(counts))

    def step(
        self, v: Tensor, targets: Tensor, mask: Tensor, lr: float, measure: bool
    ) -> tuple[Tensor, Tensor, float]:
        """Move the output vectors; return how the inputs should move.

        Parameters
        ----------
        v : Tensor of shape (B, I, E)
        targets : int64 Tensor of shape (B, O)
        mask : Tensor of shape (B, I, O)
            1.0 where an input has to predict a target.
        lr : float
        measure : bool
            Whether the loss is wanted, which takes a while.

        Returns
        -------
        change : Tensor of shape (B, I, E)
            Minus the gradient of the loss, not yet times ``lr``.
        pull : Tensor of shape (B, I)
            How hard the targets pull at each input; see `damp`.
        loss : float
            In nats, summed over the pairs; 0 if not measured.
        """
        drawn = self._rng.random((len(targets), NOISE)) * self._noise[-1]
        drawn = np.minimum(
            drawn, np.nextafter(self._noise[-1], 0)
        )  # in spite of rounding
        noise = torch.from_numpy(np.searchsorted(self._noise, drawn, side="right"))
        itself = (targets[:, :, None] == noise[:, None]).to(mask.dtype)  # (B, O, K)
        pairs = mask.sum(2, keepdim=True) - mask @ itself  # (B, I, K)
        rows = torch.cat([targets, noise], 1)  # (B, O + K)
        weight = torch.cat([mask, pairs * (self.negatives / NOISE)], 2)
        label = torch.zeros(rows.shape[1])
        label[: targets.shape[1]] = 1
        return ask(self.weight, v, rows, weight, label, lr, measure)


class HierarchicalSoftmax:
    """Find each target by yes-or-no questions down a tree: ``hierarchical_loss``.

    Parameters
    ----------
    counts : ndarray of shape (V,)
    dim : int
    """

    def __init__(self, counts: np.ndarray, dim: int):
        nodes, turns = map(torch.from_numpy, huffman(counts).padded())
        self._nodes, self._turns = nodes, turns.float()  # (V, L)
        self.weight = torch.zeros(max(1, len(counts) - 1), dim)  # an inner node a row

    def step(
        self, v: Tensor, targets: Tensor, mask: Tensor, lr: float, measure: bool
    ) -> tuple[Tensor, Tensor, float]:
        """Move the vectors of the inner nodes; as ``NegativeSampling.step``."""
        rows = self._nodes[targets].flatten(1)  # (B, O L)
        turns = self._turns[targets].flatten(1)
        weight = mask.repeat_interleave(self._nodes.shape[1], dim=2)
        weight = weight * (turns != 0).float()[:, None]
        label = (turns[:, None] + 1) / 2  # (B, 1, O L)
        return ask(self.weight, v, rows, weight, label, lr, measure)


class FullSoftmax:
    """Score the whole vocabulary for each input: ``losses.softmax_loss``.

    Parameters
    ----------
    counts : ndarray of shape (V,)
    dim : int
    """

    def __init__(self, counts: np.ndarray, dim: int):
        self.weight = torch.zeros(len(counts), dim)

    def step(
        self, v: Tensor, targets: Tensor, mask: Tensor, lr: float, measure: bool
    ) -> tuple[Tensor, Tensor, float]:
        """Move all output vectors; as ``NegativeSampling.step``."""
        flat, asking = v.flatten(0, 1), mask.flatten(0, 1)  # (B I, E), (B I, O)
        p = (flat @ self.weight.T).softmax(1)  # (B I, V)
        aims = targets.repeat_interleave(v.shape[1], dim=0)  # (B I, O)
        wanted = torch.zeros_like(p).scatter_add_(1, aims, asking)
        expected = asking.sum(1, keepdim=True) * p
        loss = -(wanted * p.clamp(min=1e-30).log()).sum().item() if measure else 0.0
        error, both = wanted - expected, wanted + expected  # (B I, V)
        change = (error @ self.weight).view_as(v)
        pull = (both @ _squared(self.weight)).view(v.shape[:2])
        rate = (MOST / (both.T @ _squared(flat))).clamp(max=lr)  # (V,)
        self.weight += rate[:, None] * (error.T @ flat)
        return change, pull, loss


def ask(
    table: Tensor,
    v: Tensor,
    rows: Tensor,
    weight: Tensor,
    label: Tensor,
    lr: float,
    measure: bool,
) -> tuple[Tensor, Tensor, float]:
    """Ask rows of a table yes-or-no questions about each input, and move the rows.

    The loss of one question is -log sigma(score) if the answer is yes (label 1) and
    -log sigma(-score) if it is no, times its weight; the error of its score is
    sigma(score) - label (Rong 2014, arXiv:1411.2738, section 3.2).

    Parameters
    ----------
    table : Tensor of shape (rows, E)
        Changed in place.
    v : Tensor of shape (B, I, E)
    rows : int64 Tensor of shape (B, R)
    weight : Tensor of shape (B, I, R)
        How often each question is asked.
    label : Tensor
        1 for yes, 0 for no, of a shape that fits (B, I, R).
    lr : float
    measure : bool

    Returns
    -------
    change, pull, loss
        As ``NegativeSampling.step`` has them.
    """
    u = table.index_select(0, rows.flatten()).view(*rows.shape, -1)  # (B, R, E)
    score = v @ u.mT  # (B, I, R)
    loss = 0.0
    if measure:
        loss = -(weight * logsigmoid((2 * label - 1) * score)).sum().item()
    error = weight * (label - score.sigmoid())  # (B, I, R)
    pull = (weight.mT @ _squared(v)[..., None])[..., 0] / 4  # (B, R)
    step = damp(lr, error.mT @ v, rows, pull, len(table))
    change = error @ u  # (B, I, E), before the rows move
    table.index_add_(0, rows.flatten(), step.flatten(0, 1))
    return change, (weight @ _squared(u)[..., None])[..., 0] / 4, loss


def damp(lr: float, change: Tensor, rows: Tensor, pull: Tensor, size: int) -> Tensor:
    """Return ``lr * change``, less of it for rows that are pulled at too hard.

    One after another, each of a hundred updates sees what the ones before it did; added
    up from one point, they overshoot. The loss of a yes-or-no question curves by at
    most a quarter of the squared length of the vector that the row meets, and a step
    of gradient descent lowers the loss as long as the rate times the sum of these, the
    pull, is below 2. So it is at most `MOST`.

    Parameters
    ----------
    lr : float
    change : Tensor of shape (B, R, E)
        Minus the gradient.
    rows : int64 Tensor of shape (B, R)
    pull : Tensor of shape (B, R)
        At least 0.
    size : int
        Rows of the table.

    Returns
    -------
    Tensor of shape (B, R, E)
    """
    total = torch.zeros(size).index_add_(0, rows.flatten(), pull.flatten())
    return change * (MOST / total[rows]).clamp(max=lr)[..., None]


def _squared(vectors: Tensor) -> Tensor:
    """Return the squared length of each vector: (..., E) -> (...)."""
    return (vectors * vectors).sum(-1)
