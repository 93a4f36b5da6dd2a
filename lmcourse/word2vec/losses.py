"""The losses of skip-gram and CBOW, and two gradients by hand (chapter 4).

Every word has two vectors, since it plays two roles: a row of V where it is given, a
row of U where it is predicted (v and v' in the papers). With one matrix for both, the
score of a word beside itself would be v . v, never low, and yet words hardly ever stand
beside themselves (Goldberg & Levy 2014, arXiv:1402.3722, in their first footnote).

Sources: Mikolov et al. (2013b), arXiv:1310.4546, equations 2 and 4; for CBOW Mikolov et
al. (2013a), arXiv:1301.3781, section 3.1; derivatives as in Rong (2014),
arXiv:1411.2738. Losses are those formulas with a minus, one number a pair, in nats.

Shape letters: B pairs of a batch, V words of the vocabulary, E embedding size,
K negatives a pair, C places for context words.
"""

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

# --- skip-gram with the full softmax ------------------------------------------------


def softmax_loss(V: Tensor, U: Tensor, center: Tensor, context: Tensor) -> Tensor:
    """Return -log p(context | center), the softmax over the whole vocabulary.

    Mikolov et al. (2013b), equation 2: p(o | i) is exp(u_o . v_i) divided by the
    sum of exp(u_w . v_i) over all words w.

    Parameters
    ----------
    V, U : Tensor of shape (V, E)
        The vectors of words that are given, and of words that are predicted.
    center, context : int64 Tensor of shape (B,)

    Returns
    -------
    Tensor of shape (B,)

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    scores = _scores(V, U, center, context)  # (B, V)
    right = scores.gather(1, context[:, None]).squeeze(1)  # (B,)
    return scores.logsumexp(1) - right


def softmax_gradients(
    V: Tensor, U: Tensor, center: Tensor, context: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the derivatives of ``softmax_loss``, summed over the pairs.

    The error of each score is e = p - 1 for the context word and e = p for all others
    (Rong 2014, section 1, there for one pair). The rest is the product rule.

    Parameters
    ----------
    V, U, center, context
        As in ``softmax_loss``.

    Returns
    -------
    dV, dU : Tensor of shape (V, E)

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    error = _scores(V, U, center, context).softmax(1)  # (B, V)
    error[torch.arange(len(context)), context] -= 1
    dV = torch.zeros_like(V).index_add(0, center, error @ U)  # a word may return
    return dV, error.T @ V[center]


# --- skip-gram with negative sampling -----------------------------------------------


def negative_sampling_loss(v: Tensor, u: Tensor, n: Tensor) -> Tensor:
    """Tell the observed word from K words of noise: -(Mikolov et al. 2013b, eq. 4).

    -log sigma(u . v) - sum_k log sigma(-n_k . v). A sum over the K negatives: they
    stand for the expectation under the noise in the paper, which is there K times.

    Parameters
    ----------
    v : Tensor of shape (B, E)
        Of the words that are given.
    u : Tensor of shape (B, E)
        Of the words observed beside them.
    n : Tensor of shape (B, K, E)
        Of the words of noise.

    Returns
    -------
    Tensor of shape (B,)

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    positive, negative = _pair_scores(v, u, n)
    return -logsigmoid(positive) - logsigmoid(-negative).sum(1)


def negative_sampling_gradients(
    v: Tensor, u: Tensor, n: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the derivatives of ``negative_sampling_loss``, summed over the pairs.

    The error of a score is sigma(score) - label, where the label is 1 for the observed
    word and 0 for noise (Rong 2014, section 3.2). word2vec.c subtracts them times the
    learning rate, but knows sigma only from a table, and calls it 0 or 1 beyond 6.

    Parameters
    ----------
    v, u, n
        As in ``negative_sampling_loss``.

    Returns
    -------
    dv, du : Tensor of shape (B, E)
    dn : Tensor of shape (B, K, E)

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    positive, negative = _pair_scores(v, u, n)
    positive_error = (positive.sigmoid() - 1)[:, None]  # (B, 1)
    negative_error = negative.sigmoid()[:, :, None]  # (B, K, 1)
    dv = positive_error * u + (negative_error * n).sum(1)
    return dv, positive_error * v, negative_error * v[:, None]


# --- CBOW ---------------------------------------------------------------------------


def cbow_hidden(V: Tensor, contexts: Tensor, mask: Tensor) -> Tensor:
    """Average the vectors of the context words that are there.

    Mikolov et al. (2013a), section 3.1: the order of the words plays no role. The
    gradient of a mean reaches each word divided by their number. word2vec.c forgets
    that: it hands each of them the whole (Irsoy et al. 2021, arXiv:2012.15332).

    Parameters
    ----------
    V : Tensor of shape (V, E)
    contexts : int64 Tensor of shape (B, C)
        Near the ends of a sentence some places are empty; any id below V may stand
        there.
    mask : Tensor of shape (B, C)
        True, or 1, where there is a word.

    Returns
    -------
    Tensor of shape (B, E)
        Zeros for a row without any word: nothing is learned from it.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    if contexts.ndim != 2 or contexts.shape != mask.shape:
        raise ValueError(
            "contexts and mask must have one shape (B, C), got "
            f"{tuple(contexts.shape)} and {tuple(mask.shape)}"
        )
    weight = mask.to(V.dtype)[:, :, None]  # (B, C, 1)
    return (V[contexts] * weight).sum(1) / weight.sum(1).clamp(min=1)


def cbow_loss(
    V: Tensor,
    U: Tensor,
    contexts: Tensor,
    mask: Tensor,
    center: Tensor,
    negatives: Tensor,
) -> Tensor:
    """Tell the word in the middle from noise, given the mean of the words around it.

    Parameters
    ----------
    V, U : Tensor of shape (V, E)
    contexts, mask
        As in ``cbow_hidden``.
    center : int64 Tensor of shape (B,)
    negatives : int64 Tensor of shape (B, K)
        Words of noise, none of them the center.

    Returns
    -------
    Tensor of shape (B,)

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    return negative_sampling_loss(
        cbow_hidden(V, contexts, mask), U[center], U[negatives]
    )


# --- scores -------------------------------------------------------------------------


def _scores(V: Tensor, U: Tensor, center: Tensor, context: Tensor) -> Tensor:
    """Return u_w . v for each given word and all words w, (B, V)."""
    if V.ndim != 2 or U.ndim != 2 or V.shape[1] != U.shape[1]:
        raise ValueError(
            "V and U must be tables of the same width E, got the shapes "
            f"{tuple(V.shape)} and {tuple(U.shape)}"
        )
    if center.ndim != 1 or center.shape != context.shape:
        raise ValueError(
            "center and context must have one shape (B,), got "
            f"{tuple(center.shape)} and {tuple(context.shape)}"
        )
    return V[center] @ U.T


def _pair_scores(v: Tensor, u: Tensor, n: Tensor) -> tuple[Tensor, Tensor]:
    """Return u . v, (B,), and n_k . v, (B, K)."""
    fits = v.ndim == 2 and n.ndim == 3 and v.shape == u.shape
    if not fits or (n.shape[0], n.shape[2]) != tuple(v.shape):
        raise ValueError(
            "v and u must have the shape (B, E) and n (B, K, E), got "
            f"{tuple(v.shape)}, {tuple(u.shape)} and {tuple(n.shape)}"
        )
    return (v * u).sum(1), (n @ v[:, :, None]).squeeze(2)
