"""The checks of chapter 5 deserve trust: mistakes are known, honest code passes."""

import math
import subprocess
import sys
from collections import Counter, defaultdict

import numpy as np
import pytest

from lmcourse import glove
from lmcourse.checks import glove as checks
from lmcourse.checks.core import prove
from lmcourse.glove import by_hand

# --- other honest ways ----------------------------------------------------------------


def count_to_both_sides(sentences, window):
    X = defaultdict(float)
    for words in sentences:
        for i, word in enumerate(words):
            for j in range(max(0, i - window), min(len(words), i + window + 1)):
                if i != j:
                    X[word, words[j]] += 1 / abs(i - j)
    return X


def count_by_distance(sentences, window):
    X = Counter()
    for d in range(1, window + 1):
        for words in sentences:
            for pair in zip(words, words[d:], strict=False):
                X[pair] += 1.0 / d
                X[pair[::-1]] += 1.0 / d
    return dict(X)


def weight_with_where(x, x_max, alpha):
    return np.where(x < x_max, (x / x_max) ** alpha, 1.0)


def weight_with_loop(x, x_max, alpha):
    return np.array([min(1.0, math.pow(value / x_max, alpha)) for value in x])


def loss_with_loop(w, c, bw, bc, x, x_max, alpha):
    total = 0.0
    for n, count in enumerate(x):
        if count > 0:
            f = (count / x_max) ** alpha if count < x_max else 1
            total += f * (w[n] @ c[n] + bw[n] + bc[n] - math.log(count)) ** 2
    return total


def loss_of_those_that_met(w, c, bw, bc, x, x_max, alpha):
    met = x > 0
    off = np.einsum("ne,ne->n", w, c)[met] + (bw + bc)[met] - np.log(x[met])
    return np.dot(weight_with_where(x[met], x_max, alpha), off * off)


def gradients_with_loop(w, c, bw, bc, x, x_max, alpha):
    dw, dc, db = np.zeros_like(w), np.zeros_like(c), np.zeros_like(bw)
    for n in np.flatnonzero(x):
        f = min(1, (x[n] / x_max) ** alpha)
        db[n] = 2 * f * (w[n] @ c[n] + bw[n] + bc[n] - math.log(x[n]))
        dw[n], dc[n] = db[n] * c[n], db[n] * w[n]
    return dw, dc, db, db


def gradients_with_torch(w, c, bw, bc, x, x_max, alpha):
    import torch

    leaves = [torch.tensor(part, requires_grad=True) for part in (w, c, bw, bc)]
    met = torch.tensor(x > 0)
    f = torch.tensor(weight_with_where(x, x_max, alpha))[met]
    score = (leaves[0] * leaves[1]).sum(1) + leaves[2] + leaves[3]
    loss = (f * (score[met] - torch.tensor(x)[met].log()) ** 2).sum()
    return tuple(g.numpy() for g in torch.autograd.grad(loss, leaves))


def step_with_rate(theta, squares, gradient, lr):
    rate = lr / squares**0.5
    return theta - rate * gradient, squares + lr * lr * gradient * gradient


def step_by_step(theta, squares, gradient, lr):
    theta, squares = theta.copy(), squares.copy()
    for place in np.ndindex(theta.shape):
        step = lr * gradient[place]
        theta[place] -= step / math.sqrt(squares[place])
        squares[place] += step * step
    return theta, squares


def score_from_odds(pair, word, context, total, negatives):
    return math.log(pair / (negatives * word * context / total))


def score_from_probabilities(pair, word, context, total, negatives):
    p = pair / (pair + negatives * word * context / total)
    return np.log(p) - np.log(1 - p)


def ppmi_with_logs(X, shift, smoothing):
    contexts = X.sum(axis=0) ** smoothing
    log = np.log(np.where(X > 0, X, 1e-300))
    log = log - np.log(X.sum(axis=1))[:, None] - np.log(contexts / contexts.sum())
    return (log - shift).clip(min=0)


def ppmi_with_loop(X, shift, smoothing):
    smooth = [sum(column) ** smoothing for column in X.T]
    table = np.zeros(X.shape)
    for i, j in zip(*np.nonzero(X), strict=True):
        ratio = X[i, j] / X[i].sum() * sum(smooth) / smooth[j]
        table[i, j] = max(0.0, math.log(ratio) - shift)
    return table


def svd_with_scipy(M, dim, power):
    from scipy.linalg import svd

    U, S, _ = svd(M)
    return -U[:, :dim] @ np.diag(S[:dim] ** power)


def svd_with_eigenvectors(M, dim, power):
    values, vectors = np.linalg.eigh(M @ M.T)
    values, vectors = values[::-1][:dim], vectors[:, ::-1][:, :dim]
    return vectors * np.maximum(values, 0) ** (power / 2)


PROOFS = {
    "cooccurrences": [
        by_hand.cooccurrences,
        count_to_both_sides,
        count_by_distance,
    ],
    "glove_weight": [glove.weight, weight_with_where, weight_with_loop],
    "glove_loss": [glove.glove_loss, loss_with_loop, loss_of_those_that_met],
    "glove_gradients": [
        glove.glove_gradients,
        gradients_with_loop,
        gradients_with_torch,
    ],
    "adagrad_step": [glove.adagrad_step, step_with_rate, step_by_step],
    "best_score": [by_hand.best_score, score_from_odds, score_from_probabilities],
    "ppmi": [by_hand.ppmi, ppmi_with_logs, ppmi_with_loop],
    "svd_vectors": [by_hand.svd_vectors, svd_with_scipy, svd_with_eigenvectors],
}


@pytest.mark.parametrize("name", PROOFS)
def test_a_check_deserves_trust(name):
    mistakes = getattr(checks, f"MISTAKES_{name.upper()}")
    prove(getattr(checks, f"check_{name}"), mistakes, PROOFS[name])


@pytest.mark.parametrize("name", PROOFS)
def test_a_value_that_is_no_function_is_told(name):
    assert "without calling it" in getattr(checks, f"check_{name}")(3.0).hint


def test_a_check_of_every_exercise_is_proven():
    names = {name for name in vars(checks) if name.startswith("check_")}
    assert names == {f"check_{name}" for name in PROOFS} | {"check_guess_vector"}


@pytest.mark.parametrize(
    ("check", "wrong", "part"),
    [
        (  # two mistakes at once have no name, but are found
            checks.check_glove_loss,
            lambda w, c, bw, bc, x, x_max, alpha: float(((w * c).sum(1) - x).sum()),
            "should be",
        ),
        (
            checks.check_adagrad_step,
            lambda theta, squares, gradient, lr: theta,
            "should return (theta, squares)",
        ),
        (
            checks.check_adagrad_step,
            lambda theta, squares, gradient, lr: (
                theta - lr * gradient / np.sqrt(squares),
                np.add(squares, (lr * gradient) ** 2, out=squares),
            ),
            "changed in place",
        ),
        (
            checks.check_svd_vectors,
            lambda M, dim, power: by_hand.svd_vectors(M, dim, power).T,
            "shape",
        ),
        (
            checks.check_glove_gradients,
            lambda w, c, bw, bc, x, x_max, alpha: (
                *glove.glove_gradients(w, c, bw, bc, x, x_max, alpha)[:3],
                0 * bc,
            ),
            "dbc",
        ),
    ],
)
def test_what_has_no_name_is_told_all_the_same(check, wrong, part):
    assert part in check(wrong).hint


def by_longest_ending(word, vectors):
    for start in range(len(word)):
        same = [w for w in vectors if w.endswith(word[start:])]
        if len(same) >= 2:
            return vectors.subset(same).unit.mean(axis=0)
    return vectors.unit.mean(axis=0)


def by_last_letters(word, vectors):
    same = np.array([w[-3:] == word[-3:] for w in vectors], dtype=float)
    return (same + 1e-6) @ vectors.unit


@pytest.mark.parametrize("seed", [0, 101])
@pytest.mark.parametrize("guess", [by_longest_ending, by_last_letters])
def test_a_vector_from_the_ending_passes(guess, seed, capsys):
    assert checks.check_guess_vector(guess, seed=seed).passed
    assert "of the names are nearest to their kind" in capsys.readouterr().out


def unfinished(word, vectors):
    raise NotImplementedError


@pytest.mark.parametrize(
    ("guess", "part"),
    [
        (unfinished, "Not written yet"),
        (lambda word, vectors: vectors[word], "It stops with ValueError"),
        (lambda word, vectors: 1.0, "should return the shape (50,), not ()"),
        (lambda word, vectors: np.full(50, np.nan), "not finite"),
        (lambda word, vectors: np.zeros(50), "point nowhere"),
        (lambda word, vectors: vectors.unit.mean(axis=0), "only 0.25"),
        (lambda word, vectors: vectors["Mia"], "only 0.25"),
    ],
)
def test_what_is_wrong_with_a_guess_is_told(guess, part):
    assert part in checks.check_guess_vector(guess).hint


def test_the_chapter_never_loads_torch():
    code = "import sys, lmcourse.checks.glove; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr
