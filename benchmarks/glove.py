"""Time counting and GloVe: ours beside a dictionary, and dense NumPy (chapter 5).

Run: python benchmarks/glove.py [--text wikitext-2 --min-count 50]. Each side runs in a
process of its own, one after the other, on one thread, so that the memory of one is not
charged to the other. Seconds are the processor's; memory is the peak of the process,
the text and Python itself included.

The dictionary makes the same counts in a double loop. The dense version takes the same
steps in the same order as ours, but on a full table of V x V cells, most of which are
empty: f(0) = 0 makes them harmless, and they are computed all the same.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import argparse
import json

import numpy as np
from sides import in_a_process, report

from lmcourse import datasets, glove, littletown, runtime

DIM, WINDOW, X_MAX, ALPHA, LR, CLIP = 100, 10, 10.0, 0.75, 0.05, 100.0

# --- the same work in plain Python and in dense NumPy ---------------------------------


def dictionary_counts(sentences: list, window: int) -> dict:
    counts: dict = {}
    for ids in sentences:
        for here, i in enumerate(ids):
            for there in range(max(0, here - window), here):
                j, worth = ids[there], 1 / (here - there)
                counts[i, j] = counts.get((i, j), 0.0) + worth
                counts[j, i] = counts.get((j, i), 0.0) + worth
    return counts


def dense_epochs(X: np.ndarray, epochs: int) -> list[float]:
    V, cells = len(X), np.count_nonzero(X)
    rng = np.random.default_rng(0)
    W, C = (((rng.random((V, DIM + 1)) - 0.5) / DIM).astype("f4") for _ in range(2))
    GW, GC = np.ones_like(W), np.ones_like(C)
    log = np.log(np.where(X > 0, X, 1))
    f = np.minimum(X / X_MAX, 1) ** ALPHA
    losses = []
    for _ in range(epochs):
        row_place, column_place = rng.permutation(V), rng.permutation(V)
        column_at = np.argsort(column_place)
        total = 0.0
        for diagonal in range(V):
            j = column_at[(row_place + diagonal) % V]  # the partner of each row
            i = np.arange(V)
            w, c = W, C[j]
            off = (w[:, :-1] * c[:, :-1]).sum(1) + w[:, -1] + c[:, -1] - log[i, j]
            slope = f[i, j] * off
            total += 0.5 * float(slope @ off)
            gw, gc = slope[:, None] * c, slope[:, None] * w
            gw[:, -1] = gc[:, -1] = slope
            gw, gc = LR * np.clip(gw, -CLIP, CLIP), LR * np.clip(gc, -CLIP, CLIP)
            W = w - gw / np.sqrt(GW)
            C[j] = c - gc / np.sqrt(GC[j])
            GW += gw**2
            GC[j] += gc**2
        losses.append(total / cells)
    return losses


# --- one side each, in its own process ------------------------------------------------


def numbered_text(text: str, min_count: int) -> tuple[list, list]:
    if text == "littletown":
        return glove.numbered(littletown.load("train"), min_count)
    return glove.numbered(datasets.sentences(text, "train"), min_count)


def count_ours(words: list, ids: list, epochs: int) -> dict:
    with runtime.stopwatch() as watch:
        X = glove.cooccurrences(ids, len(words), WINDOW)
    return result(watch, X.nnz, float(X.sum()))


def count_dictionary(words: list, ids: list, epochs: int) -> dict:
    with runtime.stopwatch() as watch:
        counts = dictionary_counts(ids, WINDOW)
    return result(watch, len(counts), sum(counts.values()))


def train_ours(words: list, ids: list, epochs: int) -> dict:
    X = glove.cooccurrences(ids, len(words), WINDOW)
    model = glove.GloVe(DIM, WINDOW, X_MAX, ALPHA, epochs, LR)
    with runtime.stopwatch() as watch:
        model.fit_counts(X, words)
    return result(watch, X.nnz, model.losses[-1])


def train_dense(words: list, ids: list, epochs: int) -> dict:
    X = glove.cooccurrences(ids, len(words), WINDOW).toarray().astype("f4")
    with runtime.stopwatch() as watch:
        losses = dense_epochs(X, epochs)
    return result(watch, np.count_nonzero(X), losses[-1])


SIDES = {f.__name__: f for f in (count_ours, count_dictionary, train_ours, train_dense)}


def result(watch, cells: int, check: float) -> dict:
    return {
        "seconds": watch.cpu_seconds,
        "MB": runtime.peak_memory_mb(),
        "cells": int(cells),
        "check": check,
    }


# --- the report -----------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", default="littletown")
    parser.add_argument("--min-count", type=int, default=littletown.MIN_COUNT)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--side", choices=SIDES)
    arguments = parser.parse_args()
    words, ids = numbered_text(arguments.text, arguments.min_count)
    if arguments.side:
        print(json.dumps(SIDES[arguments.side](words, ids, arguments.epochs)))
        return
    options = {k: v for k, v in vars(arguments).items() if k != "side"}
    print(f"{arguments.text}: {sum(map(len, ids)):,} tokens of {len(words):,} words")
    for work, peer in (("count", "dictionary"), ("train", "dense")):
        ours, theirs = (
            in_a_process(__file__, f"{work}_{side}", **options)
            for side in ("ours", peer)
        )
        what = "sum" if work == "count" else f"loss of epoch {arguments.epochs}"
        print(
            f"\n{work}: {ours['cells']:,} of {len(words) ** 2:,} cells, {what}: ours "
            f"{ours['check']:.7g}, {peer} {theirs['check']:.7g}"
        )
        report("CPU", ours["seconds"], theirs["seconds"], "s", peer)
        report("peak memory", ours["MB"], theirs["MB"], "MB", peer)
        if work == "train":
            speed = arguments.epochs * ours["cells"] / ours["seconds"]
            print(f"ours visits {speed:,.0f} cells a CPU second")


if __name__ == "__main__":
    main()
