"""Time FastText: ours beside gensim's and beside plain skip-gram (chapter 5).

Run: python benchmarks/fasttext.py, with LMCOURSE_DATA set. The text is WikiText-2
train. Each side trains in a process of its own, one after the other, on one thread,
with the same dimension, window, negatives, n-grams, buckets, subsampling and rate.
Seconds are the processor's, from the sentences to the vectors of all words; memory is
the peak of the process, the text and Python itself included. WordSim-353 says what the
seconds bought; on Rare Words, words never seen get a vector from their n-grams.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import argparse
import json
from functools import partial

import numpy as np
from sides import in_a_process

from lmcourse import datasets, runtime
from lmcourse.vectors import WordVectors, evaluate_similarity

DIM, WINDOW, NEGATIVES, LOW, HIGH, BUCKETS = 100, 5, 5, 3, 6, 200_000
THRESHOLD, RATE, MIN_COUNT = 1e-3, 0.05, 5
SIDES = "ours", "gensim", "skip-gram"


def train_ours(sentences: list, epochs: int, seed: int, buckets: int) -> tuple:
    import torch

    from lmcourse.fasttext import SubwordTable
    from lmcourse.word2vec import Word2Vec

    torch.set_num_threads(1)
    options = {}
    if buckets:
        options["table"] = partial(SubwordTable, buckets=buckets, low=LOW, high=HIGH)
    model = Word2Vec(
        dim=DIM,
        window=WINDOW,
        negatives=NEGATIVES,
        threshold=THRESHOLD,
        min_count=MIN_COUNT,
        epochs=epochs,
        lr=RATE,
        seed=seed,
        **options,
    ).fit(sentences)
    any_word = model.input.vector if buckets else None
    return model.vectors, any_word


def train_gensim(sentences: list, epochs: int, seed: int) -> tuple:
    from gensim.models import FastText

    model = FastText(
        sentences,
        vector_size=DIM,
        window=WINDOW,
        negative=NEGATIVES,
        ns_exponent=0.75,
        sg=1,
        min_n=LOW,
        max_n=HIGH,
        bucket=BUCKETS,
        sample=THRESHOLD,
        min_count=MIN_COUNT,
        alpha=RATE,
        min_alpha=RATE / 250,
        epochs=epochs,
        seed=seed,
        workers=1,
    )
    words = model.wv.index_to_key
    vectors = WordVectors(words, model.wv[words])
    return vectors, model.wv.get_vector


def train(side: str, epochs: int, seed: int, buckets: int) -> dict:
    sentences = datasets.sentences("wikitext-2", "train")
    with runtime.stopwatch() as watch:
        if side == "gensim":
            vectors, any_word = train_gensim(sentences, epochs, seed)
        else:
            buckets = buckets if side == "ours" else 0
            vectors, any_word = train_ours(sentences, epochs, seed, buckets)
    return {
        "seconds": watch.cpu_seconds,
        "words": epochs * sum(map(len, sentences)),
        "MB": runtime.peak_memory_mb(),
        **scores(vectors, any_word),
    }


def scores(vectors: WordVectors, any_word) -> dict:
    """Correlate; words without a vector get one from their n-grams, if they can."""
    found = {}
    for name in ("wordsim-353", "rare-words"):
        pairs = datasets.similarities(name)
        found[name] = evaluate_similarity(vectors, pairs)[:5]
        if any_word:
            words = sorted({word for pair in pairs for word in pair[:2]})
            matrix = np.stack([any_word(word) for word in words])
            every = evaluate_similarity(WordVectors(words, matrix), pairs)
            found[name + ", all"] = every[:5]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--buckets", type=int, default=BUCKETS)
    parser.add_argument("--side", choices=SIDES)
    arguments = parser.parse_args()
    options = {k: v for k, v in vars(arguments).items() if k != "side"}
    if arguments.side:
        print(json.dumps(train(arguments.side, **options)))
        return
    print(f"WikiText-2, {arguments.epochs} epochs, E = {DIM}, window {WINDOW}")
    speed = {}
    for side in SIDES:
        got = in_a_process(__file__, side, **options)
        speed[side] = got["words"] / got["seconds"]
        print(
            f"{side:<10} {got['seconds']:7.1f} s  {speed[side]:9,.0f} words/s  "
            f"{got['MB']:6.0f} MB"
        )
        for name in [key for key in got if "-" in key]:
            rho, low, high, covered, total = got[name]
            print(
                f"{'':<12}{name:<18} rho {rho:.3f} [{low:.3f}, {high:.3f}]  "
                f"{covered} of {total} pairs"
            )
    print(
        f"ours / gensim {speed['ours'] / speed['gensim']:.2f}, "
        f"ours / skip-gram {speed['ours'] / speed['skip-gram']:.2f}"
    )


if __name__ == "__main__":
    main()
