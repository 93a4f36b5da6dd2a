"""Batches: every token where it belongs, whatever the sizes."""

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from lmcourse.batches import ContiguousBatches, encode_text, padded
from lmcourse.vocab import Vocab


def test_sentences_are_written_one_after_the_other():
    vocab = Vocab(["the", "cat"])
    ids = encode_text([["the", "cat"], [], ["dog"]], vocab)
    assert ids.tolist() == [2, 3, 1, 1, 0, 1]
    assert ids.dtype == torch.int64


sizes = st.tuples(st.integers(2, 60), st.integers(1, 5), st.integers(1, 7))


@given(sizes)
def test_each_row_reads_one_piece_of_the_text(size):
    N, B, T = size
    assume((N - 1) // B >= T)
    ids = torch.arange(N) * 3
    batches = ContiguousBatches(ids, B, T)
    length = (N - 1) // B
    assert len(batches) == length // T
    inputs = torch.cat([batch.inputs for batch in batches], dim=1)
    targets = torch.cat([batch.targets for batch in batches], dim=1)
    for row in range(B):
        piece = ids[row * length : row * length + len(batches) * T]
        assert torch.equal(inputs[row], piece)
        assert torch.equal(targets[row], piece + 3)  # one place later
    left = N - 1 - inputs.numel()
    assert left <= B * (T - 1) + B - 1


@given(sizes, st.integers(0, 100))
def test_a_batch_depends_on_its_number_alone(size, k):
    N, B, T = size
    assume((N - 1) // B >= T)
    ids = torch.randint(9, (N,), generator=torch.Generator().manual_seed(0))
    batches = ContiguousBatches(ids, B, T)
    again = batches[k % len(batches)]
    for a, b in zip(batches[k], again, strict=True):
        assert torch.equal(torch.as_tensor(a), torch.as_tensor(b))
    assert batches[k].first == (k % len(batches) == 0)


def test_going_through_the_batches_ends():
    batches = ContiguousBatches(torch.arange(20), 2, 3)
    assert [batch.first for batch in batches] == [True, False, False]


texts = st.lists(st.lists(st.integers(2, 9), min_size=1, max_size=6), min_size=1)


@given(texts)
def test_padding_keeps_every_text(texts):
    inputs, targets, mask = padded(texts, before=1)
    assert inputs.dtype == targets.dtype == torch.int64
    assert mask.shape == inputs.shape == (len(texts), max(map(len, texts)))
    for n, text in enumerate(texts):
        assert targets[n, mask[n]].tolist() == text
        assert inputs[n, mask[n]].tolist() == [1, *text[:-1]]
        assert not targets[n, ~mask[n]].any()
        assert not inputs[n, ~mask[n]].any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: encode_text([["a"]], Vocab(["a"], ["<unk>"])), "vocab must contain"),
        (lambda: encode_text("a b", Vocab(["a"])), "sentences must be a list of lists"),
        (lambda: ContiguousBatches(torch.arange(9), 0, 2), "batch_size must be at"),
        (lambda: ContiguousBatches(torch.arange(9), 2, 0), "num_steps must be at"),
        (lambda: ContiguousBatches(torch.zeros(9), 1, 2), "ids must be int64"),
        (
            lambda: ContiguousBatches(torch.zeros(3, 3, dtype=torch.long), 1, 2),
            r"of shape \(N,\), got torch.int64 of shape \(3, 3\)",
        ),
        (
            lambda: ContiguousBatches(torch.arange(8), 2, 4),
            "2 rows of 4 tokens need at least 9 tokens, got 8",
        ),
        (lambda: ContiguousBatches(torch.arange(9), 2, 4)[-1], "step must be at least"),
        (lambda: padded([], 1), "at least one text"),
        (lambda: padded([[1], []], 1), "none may be empty"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
