"""Experiments of chapters 4 and 5: word vectors of two million real words."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from lmcourse import runtime
from lmcourse.reproduce.core import experiment

SECONDS = 60  # of the processor, for each model


@experiment(
    "wikitext2-vectors",
    needs=["wikitext-2", "wordsim-353", "simlex-999", "google-analogies"],
    about="word vectors of WikiText-2 in lower case, 100 numbers a word, equal time",
)
def _wikitext2_vectors() -> Iterable[dict]:
    from lmcourse import datasets
    from lmcourse.fasttext import SubwordTable
    from lmcourse.glove import GloVe, PPMIVectors
    from lmcourse.word2vec import Word2Vec

    lines = datasets.sentences("wikitext-2", "train")
    text = [[word.lower() for word in line] for line in lines if line]
    often = {"min_count": 5}
    subwords = partial(SubwordTable, buckets=200_000)
    makers: dict[str, Callable[[Any], Any]] = {
        "skip-gram": lambda n: Word2Vec(epochs=n, **often),
        "CBOW": lambda n: Word2Vec(model="cbow", epochs=n, **often),
        "FastText": lambda n: Word2Vec(epochs=n, table=subwords, **often),
        "GloVe": lambda n: GloVe(window=5, epochs=n, lr=0.1, **often),
        "PPMI and SVD": lambda n: PPMIVectors(**often),
    }
    for name, make in makers.items():
        once = name == "PPMI and SVD"
        epochs = None if once else _epochs_in_time(make, text)
        with runtime.stopwatch() as watch:
            vectors = make(epochs).fit(text).vectors
        yield {
            "model": name,
            "epochs": epochs,
            "cpu_seconds": round(watch.cpu_seconds, 1),
        } | judged(vectors)


def _epochs_in_time(make: Callable[[int], Any], text: list) -> int:
    """Find how many epochs fit into the time, from what one and two take."""
    taken = []
    for epochs in (1, 2):
        with runtime.stopwatch() as watch:
            make(epochs).fit(text)
        taken.append(watch.cpu_seconds)
    one, two = taken
    fixed, each = 2 * one - two, max(two - one, 0.05 * one)
    return max(1, int((SECONDS - fixed) / each))


def judged(vectors: Any) -> dict[str, float | int]:
    """Score English vectors on the two lists and the analogies, in lower case."""
    from lmcourse import datasets
    from lmcourse.vectors import (
        Analogy,
        Similarity,
        evaluate_analogies,
        evaluate_similarity,
    )

    found: dict[str, float | int] = {}
    for name, short in (("wordsim-353", "wordsim"), ("simlex-999", "simlex")):
        pairs = [
            Similarity(a.lower(), b.lower(), score)
            for a, b, score in datasets.similarities(name)
        ]
        score = evaluate_similarity(vectors, pairs)
        found[short] = score.rho
        found |= {f"{short}_low": score.low, f"{short}_high": score.high}
        found |= {f"{short}_covered": score.covered, f"{short}_total": score.total}
    asked = [
        Analogy(relation, *(word.lower() for word in words))
        for relation, *words in datasets.analogies("google-analogies")
    ]
    score = evaluate_analogies(vectors, asked)
    found |= {"google": score.accuracy, "google_low": score.low}
    found |= {"google_high": score.high, "google_covered": score.covered}
    return found | {"google_total": score.total}


@experiment(
    "chinese-pieces",
    needs=["cmrc-2018", "wordsim-240", "wordsim-297"],
    about="whole words or their characters: word vectors of 340,000 words of Chinese",
)
def _chinese_pieces() -> Iterable[dict]:
    from lmcourse import datasets
    from lmcourse.fasttext import SubwordTable
    from lmcourse.text import chinese_words
    from lmcourse.vectors import WordVectors, evaluate_similarity
    from lmcourse.word2vec import Word2Vec, WordTable

    sentences = [
        [word for word in chinese_words(sentence) if word.strip()]
        for paragraph in datasets.paragraphs("cmrc-2018", "all")
        for sentence in paragraph.replace("。", "。\n").split("\n")
    ]
    pieces = partial(SubwordTable, buckets=100_000)
    tables = {
        "skip-gram": (WordTable, 20),
        "FastText, 3 to 6 characters": (partial(pieces, low=3, high=6), 20),
        "FastText, 1 to 2 characters": (partial(pieces, low=1, high=2), 20),
        "FastText, 1 character": (partial(pieces, low=1, high=1), 20),
    }
    for name, (table, epochs) in tables.items():
        with runtime.stopwatch() as watch:
            model = Word2Vec(dim=100, epochs=epochs, table=table).fit(sentences)
        for gold in ("wordsim-240", "wordsim-297"):
            pairs = datasets.similarities(gold)
            vectors = {"seen": model.vectors}
            if name != "skip-gram":  # the words never seen, too
                words = sorted({word for pair in pairs for word in pair[:2]})
                known = [word for word in words if model.input.rows(word)]
                every = [model.input.vector(word) for word in known]
                vectors["all"] = WordVectors(known, every)
            for which, found in vectors.items():
                score = evaluate_similarity(found, pairs)
                yield {
                    "model": name,
                    "list": gold,
                    "words": which,
                    "rho": score.rho,
                    "low": score.low,
                    "high": score.high,
                    "covered": score.covered,
                    "total": score.total,
                    "cpu_seconds": round(watch.cpu_seconds, 1),
                }


@experiment(
    "wikitext2-analogies",
    needs=["wikitext-2", "google-analogies"],
    about="Google's analogies after two million words, by how often their words occur",
)
def _wikitext2_analogies() -> Iterable[dict]:
    from lmcourse import datasets
    from lmcourse.vectors import Analogy, evaluate_analogies
    from lmcourse.word2vec import Word2Vec

    lines = datasets.sentences("wikitext-2", "train")
    text = [[word.lower() for word in line] for line in lines if line]
    with runtime.stopwatch() as watch:
        model = Word2Vec(min_count=5, epochs=8).fit(text)
    often = dict(zip(model.words, model.counts.tolist(), strict=True))
    asked = [
        Analogy(relation, *(word.lower() for word in words))
        for relation, *words in datasets.analogies("google-analogies")
    ]
    rarest = [min(often.get(word, 0) for word in q[1:]) for q in asked]
    bands = [(5, 19), (20, 49), (50, 99), (100, 199), (200, 10**6)]
    for low, high in bands:
        inside = [q for q, n in zip(asked, rarest, strict=True) if low <= n <= high]
        score = evaluate_analogies(model.vectors, inside)
        yield {
            "rarest_word_occurs": f"{low} to {high}" if high < 10**6 else f"{low}+",
            "questions": len(inside),
            "accuracy": score.accuracy,
            "low": score.low,
            "high": score.high,
            "cpu_seconds": round(watch.cpu_seconds, 1),
        }
