"""Time Word2Vec: ours beside gensim's, and what equal seconds buy (chapter 4).

Run: python benchmarks/word2vec.py, with LMCOURSE_DATA set; --all adds CBOW and the
tree. The text is WikiText-2 train, lower-cased, without its empty lines. Each side
trains in a process of its own, one after the other, on one thread, with the same
dimension, window, negatives, subsampling and minimal count. Seconds are the
processor's, from the sentences to the vectors, the vocabulary included; words are the
raw tokens times the epochs; memory is the peak of the process, the text and Python
itself included. WordSim-353 says what the seconds bought: gensim gets the better of
its two learning rates, ours has its default and as many epochs as fit into gensim's
seconds.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import argparse
import json
from statistics import mean

from sides import in_a_process

from lmcourse import datasets, runtime
from lmcourse.vectors import Similarity, WordVectors, evaluate_similarity

DIM, WINDOW, NEGATIVES, THRESHOLD, MIN_COUNT = 100, 5, 5, 1e-3, 5
EPOCHS, SEEDS, RATES = 3, 3, (0.025, 0.05)
KINDS = ("skipgram", "negative"), ("cbow", "negative"), ("skipgram", "hierarchical")


def text() -> list[list[str]]:
    lines = datasets.sentences("wikitext-2", "train")
    return [[word.lower() for word in line] for line in lines if line]


# --- one side each, in its own process ------------------------------------------------


def side_ours(sentences: list, run: argparse.Namespace) -> WordVectors:
    from lmcourse.word2vec import Word2Vec

    runtime.set_threads(1)
    model = Word2Vec(
        dim=DIM,
        window=WINDOW,
        negatives=NEGATIVES,
        model=run.model,
        output=run.output,
        threshold=THRESHOLD,
        min_count=MIN_COUNT,
        epochs=run.epochs,
        lr=run.rate,
        seed=run.seed,
    )
    return model.fit(sentences).vectors


def side_gensim(sentences: list, run: argparse.Namespace) -> WordVectors:
    from gensim.models import Word2Vec

    tree = run.output == "hierarchical"
    rate = run.rate or RATES[-1]
    model = Word2Vec(
        sentences,
        vector_size=DIM,
        window=WINDOW,
        negative=0 if tree else NEGATIVES,
        hs=int(tree),
        sg=int(run.model == "skipgram"),
        sample=THRESHOLD,
        min_count=MIN_COUNT,
        epochs=run.epochs,
        alpha=rate,
        min_alpha=rate / 250,
        seed=run.seed + 1,  # it refuses 0
        workers=1,
    )
    return WordVectors(model.wv.index_to_key, model.wv.vectors)


def train(run: argparse.Namespace) -> dict:
    sentences = text()
    side = {"ours": side_ours, "gensim": side_gensim}[run.side]
    with runtime.stopwatch() as watch:
        vectors = side(sentences, run)
    pairs = [
        Similarity(a.lower(), b.lower(), score)
        for a, b, score in datasets.similarities("wordsim-353")
    ]
    rho, low, high, covered, total = evaluate_similarity(vectors, pairs)[:5]
    return {
        "seconds": watch.cpu_seconds,
        "speed": run.epochs * sum(map(len, sentences)) / watch.cpu_seconds,
        "MB": runtime.peak_memory_mb(),
        "rho": rho,
        "shown": f"rho {rho:.3f} [{low:.3f}, {high:.3f}], {covered} of {total} pairs",
    }


# --- the report -----------------------------------------------------------------------


def compare(model: str, output: str) -> dict[str, dict]:
    """Time both sides over the same text at the same rate."""
    print(f"\n{model}, {output}, {EPOCHS} epochs")
    results = {}
    for side in ("ours", "gensim"):
        got = in_a_process(__file__, side, model=model, output=output, epochs=EPOCHS)
        print(
            f"{side:<7}{got['seconds']:7.1f} s {got['speed']:9,.0f} words/s "
            f"{got['MB']:6.0f} MB   {got['shown']}",
            flush=True,
        )
        results[side] = got
    ours, theirs = results["ours"], results["gensim"]
    print(
        f"ours / gensim: words per second {ours['speed'] / theirs['speed']:.2f}, "
        f"memory {ours['MB'] / theirs['MB']:.2f}",
        flush=True,
    )
    return results


def several(side: str, **options) -> list[dict]:
    return [in_a_process(__file__, side, seed=seed, **options) for seed in range(SEEDS)]


def equal_seconds(timed: dict[str, dict]) -> None:
    """Give both sides the same seconds, with several seeds, and compare the vectors."""
    ratio = timed["ours"]["speed"] / timed["gensim"]["speed"]
    epochs = max(1, int(EPOCHS * ratio))
    plans = [("gensim", EPOCHS, rate) for rate in RATES] + [("ours", epochs, RATES[-1])]
    rho: dict[str, float] = {}
    print(f"\nskip-gram in equal seconds, {SEEDS} seeds")
    for side, count, rate in plans:
        runs = several(side, epochs=count, rate=rate)
        found = mean(run["rho"] for run in runs)
        rho[side] = max(found, rho.get(side, -1))
        print(
            f"{side:<7} rate {rate:<5}  {count} epochs  "
            f"{mean(run['seconds'] for run in runs):6.1f} s  rho {found:.3f} ("
            + ", ".join(f"{run['rho']:.3f}" for run in runs)
            + ")",
            flush=True,
        )
    print(f"ours - gensim: rho {rho['ours'] - rho['gensim']:+.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="CBOW and the tree too")
    parser.add_argument("--side", choices=["ours", "gensim"])
    parser.add_argument("--model", default="skipgram")
    parser.add_argument("--output", default="negative")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--rate", type=float, help="of gensim .05 if omitted")
    parser.add_argument("--seed", type=int, default=0)
    run = parser.parse_args()
    if run.side:
        print(json.dumps(train(run)))
        return
    print(f"WikiText-2, E = {DIM}, window {WINDOW}, {NEGATIVES} negatives")
    timed = compare(*KINDS[0])
    for kind in KINDS[1:] if run.all else ():
        compare(*kind)
    equal_seconds(timed)


if __name__ == "__main__":
    main()
