"""Choose the next word: temperature, top-k, nucleus (chapters 2 and 12).

Each function takes one probability vector p of shape (V,) and returns a new one, so
they can be chained; ``reshape`` chains them in the usual order. Weights that do not sum
to one are normalized.

Sources: temperature from Ackley, Hinton & Sejnowski (1985),
doi:10.1207/s15516709cog0901_7; top-k sampling from Fan, Lewis & Dauphin (2018),
arXiv:1805.04833; nucleus sampling from Holtzman et al. (2019), arXiv:1904.09751.
"""

import numpy as np

from lmcourse.validate import number, positive_int


def apply_temperature(p: np.ndarray, temperature: float) -> np.ndarray:
    """Sharpen (below 1) or flatten (above 1) a distribution.

    Parameters
    ----------
    p : ndarray of shape (V,)
    temperature : float
        Above 0. The result is proportional to ``p ** (1 / temperature)``: towards 0
        only the likeliest word is left, towards infinity all possible ones are equal.

    Returns
    -------
    ndarray of shape (V,), summing to one
    """
    p = _distribution(p)
    temperature = number("temperature", temperature, above=0)
    if temperature == 1:
        return p
    with np.errstate(divide="ignore"):
        logits = np.log(p) - np.log(p.max())  # the largest is 0, so nothing overflows
    with np.errstate(over="ignore", under="ignore"):
        return _distribution(np.exp(logits / temperature))


def keep_top_k(p: np.ndarray, k: int) -> np.ndarray:
    """Keep the k likeliest words, the first ones in a tie, and drop the others.

    Parameters
    ----------
    p : ndarray of shape (V,)
    k : int
        At least 1; from V on, nothing changes.

    Returns
    -------
    ndarray of shape (V,), summing to one
    """
    p = _distribution(p)
    return _only(p, _likeliest_first(p)[: positive_int("k", k)])


def keep_nucleus(p: np.ndarray, top_p: float) -> np.ndarray:
    """Keep the fewest likeliest words that hold at least ``top_p`` of the mass.

    Parameters
    ----------
    p : ndarray of shape (V,)
    top_p : float
        Above 0 and at most 1; 1 keeps all.

    Returns
    -------
    ndarray of shape (V,), summing to one
    """
    p = _distribution(p)
    top_p = number("top_p", top_p, above=0, at_most=1)
    if top_p == 1:
        return p
    order = _likeliest_first(p)
    # A sum of tenths may fall short of 0.8 by a rounding error: that is not a word.
    needed = np.searchsorted(np.cumsum(p[order]), top_p - 1e-12) + 1
    return _only(p, order[:needed])


def reshape(
    p: np.ndarray,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> np.ndarray:
    """Apply temperature, then top-k, then nucleus; None leaves a step out.

    Parameters
    ----------
    p : ndarray of shape (V,)
    temperature : float
    top_k : int, optional
    top_p : float, optional

    Returns
    -------
    ndarray of shape (V,), summing to one
    """
    p = apply_temperature(p, temperature)
    if top_k is not None:
        p = keep_top_k(p, top_k)
    if top_p is not None:
        p = keep_nucleus(p, top_p)
    return p


def draw(p: np.ndarray, rng: np.random.Generator) -> int:
    """Draw one index; a word of probability 0 is never drawn.

    Parameters
    ----------
    p : ndarray of shape (V,)
    rng : numpy.random.Generator
        One number is taken from it.

    Returns
    -------
    int
    """
    cumulative = np.cumsum(_distribution(p))
    return int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))


def _likeliest_first(p: np.ndarray) -> np.ndarray:
    return np.argsort(-p, kind="stable")


def _only(p: np.ndarray, kept: np.ndarray) -> np.ndarray:
    rest = np.zeros_like(p)
    rest[kept] = p[kept]
    return _distribution(rest)


def _distribution(p: np.ndarray) -> np.ndarray:
    p = np.asarray(p, dtype=np.float64)
    if p.ndim != 1 or not len(p):
        raise ValueError(f"p must be a vector with an entry per word, got {p.shape}")
    total = p.sum()
    if not np.isfinite(total) or p.min() < 0:
        raise ValueError("p must hold finite numbers, none below 0")
    if total == 0:
        raise ValueError("every word has probability 0 here: there is none to choose")
    return p / total
