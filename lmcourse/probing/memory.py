"""How well a model remembers: accuracy on probes, against distance."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lmcourse.littletown import Probe
from lmcourse.probing.scorers import Scorer


def accuracy(scorer: Scorer, probes: Sequence[Probe]) -> np.ndarray:
    """Ask about each probe whether the right word is the likelier one.

    Parameters
    ----------
    scorer : callable
        See `neural`, `ngram` and `storyteller`.
    probes : sequence of Probe
        Such as those of one kind of ``littletown.probes()``.

    Returns
    -------
    float64 array of shape (N,)
        1 for right, 0 for wrong, 0.5 for a tie: a coin would have to be tossed. So
        chance is 0.5, and the mean is the accuracy.
    """
    probes = list(probes)
    scores = scorer([p.context for p in probes], [(p.right, p.wrong) for p in probes])
    right, wrong = np.asarray(scores, dtype=float).reshape(-1, 2).T
    return np.where(right == wrong, 0.5, right > wrong)


def by_distance(
    hits: Sequence[float], distances: Sequence[int], edges: Sequence[float]
) -> list[dict[str, float]]:
    """Average hits over stretches of distance.

    Parameters
    ----------
    hits : sequence of float, length N
        From `accuracy`.
    distances : sequence of int, length N
        Of the same probes.
    edges : sequence of float
        Rising; a stretch holds ``low <= distance < high`` for two edges in a row. The
        last may be ``math.inf``.

    Returns
    -------
    list of dict
        ``low``, ``high``, the mean ``distance``, ``accuracy`` and ``count``, for each
        stretch that has probes.

    Raises
    ------
    ValueError
        If the edges do not rise, or a distance lies outside of them: no probe is
        dropped in silence.
    """
    hits, distances = np.asarray(hits, dtype=float), np.asarray(distances, dtype=float)
    if hits.ndim != 1 or hits.shape != distances.shape:
        raise ValueError(
            f"one distance a hit is needed: {hits.shape} hits, {distances.shape} "
            "distances"
        )
    edges = list(edges)
    if len(edges) < 2 or any(high <= low for low, high in pairwise(edges)):
        raise ValueError(f"edges must be at least two and rise, got {edges}")
    if len(hits) and not edges[0] <= distances.min() <= distances.max() < edges[-1]:
        raise ValueError(
            f"edges must enclose all distances, {distances.min():g} to "
            f"{distances.max():g}; got {edges[0]:g} to {edges[-1]:g}"
        )
    rows = []
    for low, high in pairwise(edges):
        inside = (low <= distances) & (distances < high)
        if inside.any():
            rows.append(
                {
                    "low": low,
                    "high": high,
                    "distance": float(distances[inside].mean()),
                    "accuracy": float(hits[inside].mean()),
                    "count": int(inside.sum()),
                }
            )
    return rows
