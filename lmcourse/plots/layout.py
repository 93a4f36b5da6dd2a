"""Where words go on a map: two directions out of many, and no label over another.

N words, E embedding size. What is drawn with these is the same on every machine, but
for rounding.
"""

import numpy as np

_GRAIN = 2  # places are looked for on a grid of so many units


def project(rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Look at points from the side from which they differ most.

    Parameters
    ----------
    rows : array of shape (N, E)

    Returns
    -------
    points : array of shape (N, 2)
        The centered rows along their two `directions`.
    share : float
        How much of the variance these two directions hold, from 0 to 1.
    """
    centered = np.asarray(rows, dtype=float) - np.mean(rows, axis=0, dtype=float)
    points = centered @ directions(rows).T
    return points, float((points**2).sum() / (centered**2).sum().clip(1e-12))


def directions(rows: np.ndarray) -> np.ndarray:
    """Return the two directions in which points differ most.

    Parameters
    ----------
    rows : array of shape (N, E)
        At least two rows of at least two numbers.

    Returns
    -------
    array of shape (2, E)
        The first two principal components, at length 1 and at a right angle. Their
        signs are chosen so that the point farthest from the middle lies to the right,
        or on top.

    Source: Pearson (1901), "On lines and planes of closest fit to systems of points in
    space", doi:10.1080/14786440109462720; by the singular values of the centered rows.
    """
    rows = np.asarray(rows, dtype=float)
    if rows.ndim != 2 or min(rows.shape) < 2:
        raise ValueError(
            "rows must have at least two rows and two columns, got the shape "
            f"{rows.shape}"
        )
    centered = rows - rows.mean(0)
    found = np.linalg.svd(centered, full_matrices=False)[2][:2]
    points = centered @ found.T
    farthest = points[np.abs(points).argmax(0), [0, 1]]
    return found * np.where(farthest < 0, -1.0, 1.0)[:, None]


def fill(
    points: np.ndarray, sizes: np.ndarray, width: float, height: float
) -> np.ndarray:
    """Stretch points over a sheet so that boxes around them stay on it.

    Parameters
    ----------
    points : array of shape (N, 2)
    sizes : array of shape (N, 2)
        Width and height of each box.
    width, height : float
        Of the sheet.

    Returns
    -------
    array of shape (N, 2)
        The middle of each box.
    """
    room = np.array([width, height]) - sizes.max(0)
    low, high = points.min(0), points.max(0)
    spans = np.where(high > low, high - low, 1.0)
    middle = np.where(high > low, (points - low) / spans, 0.5)
    return middle * room + sizes.max(0) / 2


def spread(
    centers: np.ndarray, sizes: np.ndarray, width: float, height: float
) -> np.ndarray:
    """Give each box the free place nearest to where it belongs.

    The first box stays where it is; one that would cover an earlier one moves aside.

    Parameters
    ----------
    centers, sizes : arrays of shape (N, 2)
    width, height : float
        Of the sheet, which no box leaves.

    Returns
    -------
    array of shape (N, 2)
        A box for which there is no room at all stays where it belongs.
    """
    columns, rows = int(width // _GRAIN), int(height // _GRAIN)
    taken = np.zeros((rows, columns), dtype=int)
    x, y = np.arange(columns), np.arange(rows)[:, None]
    moved = np.array(centers, dtype=float)
    for i in range(len(moved)):
        wide, tall = np.minimum(np.ceil(sizes[i] / _GRAIN).astype(int), taken.T.shape)
        corner = centers[i] / _GRAIN - np.array([wide, tall]) / 2
        inside = np.zeros((rows + 1, columns + 1), dtype=int)
        inside[1:, 1:] = taken.cumsum(0).cumsum(1)  # what lies above and to the left
        filled = (
            inside[tall:, wide:]
            - inside[:-tall, wide:]
            - inside[tall:, :-wide]
            + inside[:-tall, :-wide]
        )
        far = (x - corner[0]) ** 2 + (y - corner[1]) ** 2
        far = np.where(filled == 0, far[: filled.shape[0], : filled.shape[1]], np.inf)
        top, left = np.unravel_index(far.argmin(), far.shape)
        if np.isfinite(far[top, left]):
            moved[i] = (np.array([left, top]) + np.array([wide, tall]) / 2) * _GRAIN
            taken[top : top + tall, left : left + wide] = 1
    return moved


def inner_first(points: np.ndarray) -> np.ndarray:
    """Return the order of points from the middle of a map outward, shape (N,)."""
    return np.argsort(((points - points.mean(0)) ** 2).sum(1), kind="stable")
