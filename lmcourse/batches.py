"""Cut a text into batches for training (chapters 6 to 8).

Shape letters: N tokens of the text, B rows of a batch, T tokens of a row.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from lmcourse import validate
from lmcourse.vocab import EOS, Vocab


class Batch(NamedTuple):
    """What a model reads, what it should predict, and whether a new text begins."""

    inputs: Tensor  # (B, T) ids
    targets: Tensor  # (B, T) the ids one place later
    first: bool  # the rows do not continue those of the batch before


def encode_text(sentences: Iterable[Sequence[str]], vocab: Vocab) -> Tensor:
    """Write sentences or stories one after the other, each ended by ``</s>``.

    Parameters
    ----------
    sentences : list of list of str
    vocab : Vocab
        With ``</s>``, and with ``<unk>`` if there may be unknown words.

    Returns
    -------
    int64 Tensor of shape (N,)
    """
    if EOS not in vocab:
        raise ValueError(f"vocab must contain {EOS}, which ends each sentence")
    joined = [w for s in validate.sentences(sentences) for w in (*s, EOS)]
    return torch.tensor(vocab.encode(joined), dtype=torch.int64)


class ContiguousBatches:
    """B rows of one long text, T tokens at a time: each batch continues the last.

    The text is cut into B long pieces, one a row. Batch k holds the k-th stretch of T
    tokens of every piece, so a model that keeps its state from batch to batch reads
    each piece as one text. After the last stretch it begins anew.

    Batch k depends on k alone: whoever stops after any step can go on with the next.

    Parameters
    ----------
    ids : int64 Tensor of shape (N,)
        The first token is read only: it predicts the second.
    batch_size, num_steps : int
        B and T. What does not fill a stretch at the end of a piece is left over: fewer
        than T tokens of each piece, and fewer than B at the end of the text.

    Examples
    --------
    >>> batches = ContiguousBatches(torch.arange(9), batch_size=2, num_steps=2)
    >>> batches[0].inputs.tolist(), batches[1].inputs.tolist()
    ([[0, 1], [4, 5]], [[2, 3], [6, 7]])
    """

    def __init__(self, ids: Tensor, batch_size: int, num_steps: int):
        validate.positive_int("batch_size", batch_size)
        self.num_steps = validate.positive_int("num_steps", num_steps)
        if ids.ndim != 1 or ids.dtype != torch.int64:
            raise ValueError(
                f"ids must be int64 of shape (N,), got {ids.dtype} of shape "
                f"{tuple(ids.shape)}"
            )
        length = (len(ids) - 1) // batch_size
        if length < num_steps:
            raise ValueError(
                f"{batch_size} rows of {num_steps} tokens need at least "
                f"{batch_size * num_steps + 1} tokens, got {len(ids)}"
            )
        self._inputs = ids[: batch_size * length].view(batch_size, length)
        self._targets = ids[1 : batch_size * length + 1].view(batch_size, length)

    def __len__(self) -> int:
        """Return the number of batches in one pass over the text."""
        return self._inputs.shape[1] // self.num_steps

    def __getitem__(self, step: int) -> Batch:
        """Return batch ``step``, counted on and on over any number of passes."""
        k = validate.positive_int("step", step, minimum=0) % len(self)
        here = slice(k * self.num_steps, (k + 1) * self.num_steps)
        return Batch(self._inputs[:, here], self._targets[:, here], first=k == 0)

    def __iter__(self) -> Iterator[Batch]:
        """Go through the text once."""
        return (self[k] for k in range(len(self)))


def padded(
    sentences: Sequence[Sequence[int]], before: int, padding: int = 0
) -> tuple[Tensor, Tensor, Tensor]:
    """Put texts of different lengths into rows, to be scored each from its beginning.

    Parameters
    ----------
    sentences : list of list of int
        Ids, ends included.
    before : int
        Id that stands before each beginning, as ``</s>`` does.
    padding : int
        Id that fills the rows up.

    Returns
    -------
    inputs, targets : int64 Tensors of shape (B, T)
    mask : bool Tensor of shape (B, T)
        False where there is only padding.
    """
    if not sentences or not all(len(s) for s in sentences):
        raise ValueError("there must be at least one text, and none may be empty")
    lengths = np.array([len(s) for s in sentences])
    mask = torch.from_numpy(np.arange(lengths.max()) < lengths[:, None])  # (B, T)
    targets = torch.full(mask.shape, padding)
    targets[mask] = torch.tensor([i for s in sentences for i in s])
    inputs = torch.full(mask.shape, padding)
    inputs[:, 0] = before
    inputs[:, 1:][mask[:, 1:]] = targets[:, :-1][mask[:, 1:]]
    return inputs, targets, mask
