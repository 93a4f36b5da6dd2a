"""The checks of chapter 4 deserve trust: mistakes are known, honest code passes."""

import heapq
import math
from collections import deque

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from lmcourse import word2vec
from lmcourse.checks import word2vec as checks
from lmcourse.checks.core import prove
from lmcourse.checks.mistakes import word2vec_losses as losses
from lmcourse.checks.mistakes import word2vec_models as models
from lmcourse.checks.mistakes import word2vec_windows as windows
from lmcourse.vectors import WordVectors

# --- other honest ways ---------------------------------------------------------------


def pairs_with_loops(ids, window):
    centers, contexts = [], []
    for t, word in enumerate(ids):
        for c in range(t - window, t + window + 1):
            if 0 <= c < len(ids) and c != t:
                centers.append(word)
                contexts.append(ids[c])
    return centers, contexts


def pairs_with_slices(ids, window):
    found = []
    for t in range(len(ids)):
        near = ids[max(0, t - window) : t] + ids[t + 1 : t + window + 1]
        found += [(ids[t], word) for word in near]
    return np.array([a for a, _ in found], int), np.array([b for _, b in found], int)


def keep_with_where(counts, threshold):
    f = counts / counts.sum()
    return np.where(f > threshold, (threshold / f) ** 0.5, 1.0)


def keep_as_the_rest(counts, threshold):
    f = np.asarray(counts, float) / np.sum(counts)
    discard = np.clip(1 - np.sqrt(threshold / f), 0, None)
    return 1 - discard


def noise_with_loop(counts, power):
    total = sum(float(c) ** power for c in counts)
    return np.array([float(c) ** power / total for c in counts])


def noise_with_shares(counts, power):
    q = np.exp(power * np.log(counts / counts.sum()))
    return q / np.sum(q)


def cosine_with_loop(a, b):
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    length = math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(y * y for y in b))
    return float(dot / length) if length > 0 else 0.0


def cosine_of_units(a, b):
    if not np.any(a) or not np.any(b):
        return 0
    return float(np.dot(a / np.linalg.norm(a), b / np.linalg.norm(b)))


def negatives_row_by_row(noise, context, u):
    drawn = []
    for word, numbers in zip(context, u, strict=True):
        q = noise.copy()
        q[word] = 0
        q /= q.sum()
        drawn.append(np.searchsorted(np.cumsum(q), numbers, side="right"))
    return np.stack(drawn)


def negatives_by_walking(noise, context, u):
    out = np.zeros(u.shape, dtype=int)
    for b, row in enumerate(u):
        rest = 1 - noise[context[b]]
        for k, number in enumerate(row):
            for word, p in enumerate(noise):
                if word != context[b]:
                    number -= p / rest
                    if number < 0:
                        out[b, k] = word
                        break
    return out


def softmax_with_cross_entropy(V, U, center, context):
    return functional.cross_entropy(V[center] @ U.T, context, reduction="none")


def softmax_pair_by_pair(V, U, center, context):
    found = []
    for i, o in zip(center.tolist(), context.tolist(), strict=True):
        scores = U @ V[i]
        scores = scores - scores.max()
        found.append(torch.log(torch.exp(scores).sum()) - scores[o])
    return torch.stack(found)


def negative_with_softplus(v, u, n):
    positive = torch.einsum("be,be->b", v, u)
    negative = torch.einsum("be,bke->bk", v, n)
    return functional.softplus(-positive) + functional.softplus(negative).sum(-1)


def negative_with_labels(v, u, n):
    words = torch.cat([u[:, None], n], 1)
    scores = (words * v[:, None]).sum(-1)
    labels = torch.zeros_like(scores)
    labels[:, 0] = 1
    loss = functional.binary_cross_entropy_with_logits(scores, labels, reduction="none")
    return loss.sum(1)


def gradients_with_labels(v, u, n):
    words = torch.cat([u[:, None], n], 1)
    error = torch.sigmoid(torch.einsum("be,bke->bk", v, words))
    error[:, 0] -= 1
    dv = torch.einsum("bk,bke->be", error, words)
    dwords = error[:, :, None] * v[:, None]
    return dv, dwords[:, 0], dwords[:, 1:]


def gradients_by_autograd(v, u, n):
    parts = [x.detach().clone().requires_grad_() for x in (v, u, n)]
    return torch.autograd.grad(negative_with_softplus(*parts).sum(), parts)


def step_by_autograd(V, U, center, context, negatives, lr):
    V, U = (x.detach().clone().requires_grad_() for x in (V, U))
    negative_with_softplus(V[center], U[context], U[negatives]).sum().backward()
    return (V - lr * V.grad).detach(), (U - lr * U.grad).detach()


def step_pair_by_pair(V, U, center, context, negatives, lr):
    new_V, new_U = V.clone(), U.clone()
    for i, o, noise in zip(center, context, negatives, strict=True):
        dv = torch.zeros_like(V[i])
        for word, label in [(o, 1.0), *((w, 0.0) for w in noise)]:
            error = torch.sigmoid(U[word] @ V[i]) - label
            dv += error * U[word]
            new_U[word] -= lr * error * V[i]
        new_V[i] -= lr * dv
    return new_V, new_U


def hidden_row_by_row(V, contexts, mask):
    rows = []
    for ids, there in zip(contexts, mask, strict=True):
        words = V[ids[there]]
        rows.append(words.mean(0) if len(words) else torch.zeros_like(V[0]))
    return torch.stack(rows)


def hidden_with_matrix(V, contexts, mask):
    share = mask.double() / mask.double().sum(1, keepdim=True).clamp(min=1)
    return torch.einsum("bc,bce->be", share, V[contexts])


def cbow_with_softplus(V, U, contexts, mask, center, negatives):
    h = hidden_row_by_row(V, contexts, mask)
    return negative_with_softplus(h, U[center], U[negatives])


def cbow_with_labels(V, U, contexts, mask, center, negatives):
    words = torch.cat([center[:, None], negatives], 1)
    scores = torch.bmm(U[words], hidden_with_matrix(V, contexts, mask)[:, :, None])
    sign = torch.ones_like(scores)
    sign[:, 1:] = -1
    return -nn.LogSigmoid()(sign * scores).sum((1, 2))


def codes_with_heap(counts):
    codes = [""] * len(counts)
    heap = [(c, [w]) for w, c in enumerate(counts)]
    heapq.heapify(heap)
    while len(heap) > 1:
        (a, left), (b, right) = heapq.heappop(heap), heapq.heappop(heap)
        for word in left:
            codes[word] = "0" + codes[word]
        for word in right:
            codes[word] = "1" + codes[word]
        heapq.heappush(heap, (a + b, left + right))
    return codes


def codes_with_two_queues(counts):
    """As word2vec.c does: words in order, and pairs, which come in order anyway."""
    words = deque(sorted((c, (w,)) for w, c in enumerate(counts)))
    pairs, codes = deque(), dict.fromkeys(range(len(counts)), "")

    def least():
        queue = min((q for q in (words, pairs) if q), key=lambda q: q[0][0])
        return queue.popleft()

    while len(words) + len(pairs) > 1:
        (a, rare), (b, other) = least(), least()
        codes |= {w: "0" + codes[w] for w in rare}
        codes |= {w: "1" + codes[w] for w in other}
        pairs.append((a + b, rare + other))
    return [codes[w] for w in range(len(counts))]


def way_node_by_node(v, nodes, turns):
    found = []
    for vector, path, way in zip(v, nodes, turns, strict=True):
        loss = torch.zeros((), dtype=v.dtype)
        for node, turn in zip(path, way.tolist(), strict=True):
            if turn:
                loss = loss - functional.logsigmoid(turn * (node @ vector))
        found.append(loss)
    return torch.stack(found)


def way_with_labels(v, nodes, turns):
    scores = torch.bmm(nodes, v[:, :, None]).squeeze(-1)
    labels = (turns > 0).to(scores.dtype)
    loss = functional.binary_cross_entropy_with_logits(scores, labels, reduction="none")
    return torch.where(turns == 0, torch.zeros_like(loss), loss).sum(1)


def analogy_with_loop(matrix, a, b, c):
    unit = [row / math.sqrt(row @ row) for row in matrix]
    target = unit[b] - unit[a] + unit[c]
    others = [d for d in range(len(matrix)) if d not in (a, b, c)]
    return max(others, key=lambda d: unit[d] @ target / math.sqrt(target @ target))


def analogy_by_distance(matrix, a, b, c):
    unit = matrix / np.sqrt((matrix**2).sum(1))[:, None]
    target = unit[b] - unit[a] + unit[c]
    far = ((unit - target) ** 2).sum(1)  # least where the product is largest
    far[[a, b, c]] = np.inf
    return np.argmin(far)


PROOFS = {
    "skipgram_pairs": (
        windows.SKIPGRAM_PAIRS,
        [checks.skipgram_pairs, pairs_with_loops, pairs_with_slices],
    ),
    "keep_probability": (
        windows.KEEP_PROBABILITY,
        [word2vec.keep_probability, keep_with_where, keep_as_the_rest],
    ),
    "noise_distribution": (
        windows.NOISE_DISTRIBUTION,
        [word2vec.noise_distribution, noise_with_loop, noise_with_shares],
    ),
    "cosine": (windows.COSINE, [checks.cosine, cosine_with_loop, cosine_of_units]),
    "negative_samples": (
        windows.NEGATIVE_SAMPLES,
        [word2vec.negative_samples, negatives_row_by_row, negatives_by_walking],
    ),
    "analogy": (
        windows.ANALOGY,
        [checks.analogy, analogy_with_loop, analogy_by_distance],
    ),
    "softmax_loss": (
        losses.SOFTMAX_LOSS,
        [word2vec.softmax_loss, softmax_with_cross_entropy, softmax_pair_by_pair],
    ),
    "negative_sampling_loss": (
        losses.NEGATIVE_SAMPLING_LOSS,
        [word2vec.negative_sampling_loss, negative_with_softplus, negative_with_labels],
    ),
    "negative_sampling_gradients": (
        losses.NEGATIVE_SAMPLING_GRADIENTS,
        [
            word2vec.negative_sampling_gradients,
            gradients_with_labels,
            gradients_by_autograd,
        ],
    ),
    "training_step": (
        losses.TRAINING_STEP,
        [checks.training_step, step_by_autograd, step_pair_by_pair],
    ),
    "cbow_hidden": (
        models.CBOW_HIDDEN,
        [word2vec.cbow_hidden, hidden_row_by_row, hidden_with_matrix],
    ),
    "cbow_loss": (
        models.CBOW_LOSS,
        [word2vec.cbow_loss, cbow_with_softplus, cbow_with_labels],
    ),
    "huffman_codes": (
        models.HUFFMAN_CODES,
        [checks.huffman_codes, codes_with_heap, codes_with_two_queues],
    ),
    "hierarchical_loss": (
        models.HIERARCHICAL_LOSS,
        [word2vec.hierarchical_loss, way_node_by_node, way_with_labels],
    ),
}


@pytest.mark.parametrize("exercise", PROOFS)
def test_every_known_mistake_is_rejected_under_its_own_hint(exercise):
    mistakes, honest = PROOFS[exercise]
    prove(getattr(checks, f"check_{exercise}"), mistakes, honest)


def test_every_check_is_proven():
    named = {n for n, f in vars(checks).items() if n.startswith("check_")}
    assert named - {"check_build_vectors"} == {f"check_{name}" for name in PROOFS}


# --- the references of the checks are those of the package ----------------------------


@given(st.integers(0, 2**31))
def test_analogy_is_that_of_word_vectors(seed):
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((9, 4)).astype(np.float32)
    words = [f"w{i}" for i in range(9)]
    a, b, c = rng.permutation(9)[:3].tolist()
    best, _ = WordVectors(words, matrix).analogy(*(words[i] for i in (a, b, c)))[0]
    assert best == words[checks.analogy(matrix.astype(float), a, b, c)]
    near = WordVectors(words, matrix).similarity(words[a], words[b])
    assert near == pytest.approx(checks.cosine(matrix[a], matrix[b]), abs=1e-6)


@given(st.integers(0, 2**31))
def test_a_training_step_goes_down(seed):
    draw = torch.Generator().manual_seed(seed)
    V, U = (torch.randn(5, 3, generator=draw, dtype=torch.float64) for _ in "VU")
    center, context = torch.tensor([0, 0, 4]), torch.tensor([1, 2, 1])
    negatives = torch.tensor([[3, 3], [1, 0], [2, 4]])

    def loss(V, U):
        rows = V[center], U[context], U[negatives]
        return word2vec.negative_sampling_loss(*rows).sum()

    moved = checks.training_step(V, U, center, context, negatives, 1e-3)
    assert loss(*moved) < loss(V, U)


def test_the_mistakes_of_the_issue_are_known():
    """The famous wrong formulas, each where a reader of its hint would look for it."""
    hints = " ".join(
        hint for mistakes, _ in PROOFS.values() for hint in mistakes
    ).lower()
    for famous in (
        "one matrix for both roles",
        "predict a word from itself",
        "the negatives are drawn evenly",
        "drawn as its own negative",
        "the sign of the negative scores is missing",
        "this goes by rank",
    ):
        assert famous in hints, famous


def test_a_lost_gradient_is_told():
    def detached(v, u, n):
        return word2vec.negative_sampling_loss(v.detach(), u, n)

    hint = checks.check_negative_sampling_loss(detached).hint
    assert hint.startswith("Right numbers, lost gradient"), hint


def test_changing_the_tables_in_place_is_told():
    def in_place(V, U, center, context, negatives, lr):
        new = checks.training_step(V, U, center, context, negatives, lr)
        V.copy_(new[0])
        return V, new[1]

    assert "changed in place" in checks.check_training_step(in_place).hint


# --- the open exercise ---------------------------------------------------------------


def units(matrix):
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def counted(sentences, words):
    """Say of each word what stood on each place around it more often than by chance."""
    number = {word: i for i, word in enumerate(words)}
    X = np.zeros((len(words), 4, len(words)))
    for sentence in sentences:
        ids = [number[word] for word in sentence]
        for place, step in enumerate((-2, -1, 1, 2)):
            for t in range(max(0, -step), min(len(ids), len(ids) - step)):
                X[ids[t], place, ids[t + step]] += 1
    X = X.reshape(len(words), -1)
    chance = X.sum(1, keepdims=True) * word2vec.noise_distribution(X.sum(0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(np.maximum(np.nan_to_num(X / chance), 1))


def tuned(sentences, **changed):
    settings = {"dim": 50, "window": 1, "threshold": None, "epochs": 20} | changed
    return word2vec.Word2Vec(**settings).fit(sentences).vectors


def joined(sentences):
    """Count and predict: the two err at different places."""
    vectors = tuned(sentences)
    rows = units(counted(sentences, vectors.words)), 0.7 * vectors.unit
    return dict(zip(vectors.words, np.hstack(rows), strict=True))


def test_two_models_are_better_than_one(capsys):
    assert checks.check_build_vectors(joined, seed=3).passed
    assert "Word2Vec has 0." in capsys.readouterr().out


@pytest.mark.parametrize("changed", [{}, {"window": 2}, {"seed": 1, "dim": 80}])
def test_no_setting_of_the_lesson_is_enough(changed):
    def build(sentences):
        return tuned(sentences, **changed)

    assert "is below" in checks.check_build_vectors(build, seed=3).hint


def spoiled(change):
    """Return a builder whose vectors are changed."""

    def build(sentences):
        words = {word for sentence in sentences for word in sentence}
        return change({word: np.arange(3.0) for word in words})

    return build


def unfinished(sentences):
    raise NotImplementedError


def without_one(vectors):
    return dict(list(vectors.items())[1:])


@pytest.mark.parametrize(
    ("build", "part"),
    [
        (unfinished, "Not written yet"),
        (lambda sentences: 1 / 0, "ZeroDivisionError"),
        (lambda sentences: exit(), "SystemExit"),
        (lambda: None, "TypeError"),
        (lambda sentences: None, "not NoneType"),
        (spoiled(without_one), "1 words of the stories have no vector"),
        (spoiled(lambda v: v | {"w0": np.arange(2.0)}), "All vectors need one shape"),
        (spoiled(lambda v: v | {"w0": np.full(3, np.nan)}), "nan or infinite"),
        (spoiled(lambda v: dict.fromkeys(v, 1.0)), "All vectors need one shape"),
        (spoiled(lambda v: v), "has no order"),
    ],
)
def test_what_is_wrong_with_vectors_is_told(build, part):
    result = checks.check_build_vectors(build)
    assert not result.passed
    assert part in result.hint, result.hint


def test_the_words_cannot_be_read():
    secret, key = checks._enciphered(0)
    other = checks._enciphered(1)[1]
    assert {word for story in secret for word in story} == set(key.values())
    shared = set(key) & set(other)
    assert sum(key[word] == other[word] for word in shared) < len(shared) / 10
