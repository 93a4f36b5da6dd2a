"""What GloVe minimizes, and how it steps: pure functions (chapter 5).

Sources: Pennington, Socher & Manning (2014), doi:10.3115/v1/D14-1162, equations (8) and
(9); the authors' program ``glove.c`` for the step.

Shape letters: N pairs of words that met, E dimensions of a vector.
"""

import numpy as np


def weight(x: np.ndarray, x_max: float = 100.0, alpha: float = 0.75) -> np.ndarray:
    """Return how much each pair matters: (x / x_max)^alpha, at most 1; equation (9).

    Parameters
    ----------
    x : ndarray of any shape
        Counts, none below 0.
    x_max : float
        From here on all pairs matter alike.
    alpha : float

    Returns
    -------
    ndarray of the same shape
    """
    return (np.minimum(x, x_max) / x_max) ** alpha


def glove_loss(
    w: np.ndarray,
    c: np.ndarray,
    bw: np.ndarray,
    bc: np.ndarray,
    x: np.ndarray,
    x_max: float = 100.0,
    alpha: float = 0.75,
) -> float:
    """Return J of equation (8), summed over pairs that met.

    Parameters
    ----------
    w, c : ndarray of shape (N, E)
        The vector of each pair's word, and that of its context word.
    bw, bc : ndarray of shape (N,)
        Their biases.
    x : ndarray of shape (N,)
        Their counts. Where it is 0 the pair takes no part, since f(0) = 0.
    x_max, alpha : float
        As in ``weight``.

    Returns
    -------
    float
        ``glove.c`` reports half of it.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a count is below 0 or no number.
    """
    off = _off(w, c, bw, bc, x)
    return float((weight(x, x_max, alpha) * off**2).sum())


def glove_gradients(
    w: np.ndarray,
    c: np.ndarray,
    bw: np.ndarray,
    bc: np.ndarray,
    x: np.ndarray,
    x_max: float = 100.0,
    alpha: float = 0.75,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the derivatives of ``glove_loss`` by w, c, bw and bc.

    Parameters
    ----------
    w, c, bw, bc, x, x_max, alpha
        As in ``glove_loss``.

    Returns
    -------
    tuple of 4 ndarrays
        Of the shapes (N, E), (N, E), (N,) and (N,).

    Raises
    ------
    ValueError
        As in ``glove_loss``.
    """
    slope = 2 * weight(x, x_max, alpha) * _off(w, c, bw, bc, x)  # (N,)
    return slope[:, None] * c, slope[:, None] * w, slope, slope.copy()


def adagrad_step(
    theta: np.ndarray, squares: np.ndarray, gradient: np.ndarray, lr: float
) -> tuple[np.ndarray, np.ndarray]:
    """Take one step of AdaGrad as ``glove.c`` does.

    The step is lr * gradient / sqrt(squares), with the squares of the steps *before*
    this one, and what is added to them is (lr * gradient)^2. Duchi, Hazan & Singer
    (2011) add gradient^2, and add it first; ``squares`` that begin at 1 are what makes
    the order harmless.

    Parameters
    ----------
    theta, squares, gradient : ndarray of one shape
    lr : float

    Returns
    -------
    theta, squares : ndarray
        New ones; the arguments stay as they are.
    """
    step = lr * gradient
    return theta - step / np.sqrt(squares), squares + step**2


def _off(w, c, bw, bc, x) -> np.ndarray:
    w, c, bw, bc, x = map(np.asarray, (w, c, bw, bc, x))
    one_each = {v.shape for v in (bw, bc, x)} == {w.shape[:1]}
    if w.ndim != 2 or w.shape != c.shape or not one_each:
        shapes = ", ".join(str(v.shape) for v in (w, c, bw, bc, x))
        raise ValueError(
            f"w and c must have the shape (N, E), bw, bc and x (N,); got {shapes}"
        )
    if x.size and not x.min() >= 0:
        raise ValueError(f"x must be counts, none below 0; got {x.min()}")
    log = np.log(x, where=x > 0, out=np.zeros(x.shape))  # of 0: none
    return (w * c).sum(axis=1) + bw + bc - log
