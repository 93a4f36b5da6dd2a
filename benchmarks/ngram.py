"""Time n-gram models: ours beside dictionaries, KenLM's query and NLTK (chapter 2).

Run: python benchmarks/ngram.py. The text is the Penn Treebank. Each side fits and
scores in a process of its own, one after the other, on one thread, so that the memory
of one is not charged to the other. Seconds are the processor's; memory is the peak of
the process, the text and Python itself included.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import argparse
import contextlib
import json
import math
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from sides import in_a_process, report

from lmcourse import datasets, runtime

# --- the same model in plain dictionaries ---------------------------------------------


def discounts_of(counts: dict) -> list[float]:
    n = Counter(counts.values())
    Y = n[1] / (n[1] + 2 * n[2])
    return [0.0] + [k - (k + 1) * Y * n[k + 1] / n[k] for k in (1, 2, 3)]


def dictionary_fit(sentences: list, order: int) -> tuple[list[dict], list[dict]]:
    """Return modified Kneser-Ney: P by n-gram and weight by context, per length."""
    counts: list[Counter] = [Counter() for _ in range(order)]
    for sentence in sentences:
        padded = ("<s>", *sentence, "</s>")
        for n in range(1, order + 1):
            counts[n - 1].update(padded[i : i + n] for i in range(len(padded) - n + 1))
    del counts[0][("<s>",)]
    for n in range(1, order):  # after how many different words?
        before = Counter(gram[1:] for gram in counts[n])
        for gram in counts[n - 1]:
            if gram[0] != "<s>":
                counts[n - 1][gram] = before[gram]
    probs: list[dict] = []
    weights: list[dict] = []
    for n, table in enumerate(counts, start=1):
        D = discounts_of(table)
        total: dict = defaultdict(int)
        taken: dict = defaultdict(float)
        for gram, count in table.items():
            total[gram[:-1]] += count
            taken[gram[:-1]] += D[min(count, 3)]
        weights.append({context: taken[context] / total[context] for context in total})
        uniform = 1 / len(counts[0])
        probs.append(
            {
                gram: (count - D[min(count, 3)]) / total[gram[:-1]]
                + weights[-1][gram[:-1]] * (probs[-1][gram[1:]] if n > 1 else uniform)
                for gram, count in table.items()
            }
        )
    return probs, weights


def dictionary_score(model: tuple, sentences: list, order: int) -> list[float]:
    probs, weights = model
    scores = []
    for sentence in sentences:
        padded = ("<s>", *sentence, "</s>")
        for end in range(2, len(padded) + 1):
            weight = 1.0
            for start in range(max(end - order, 0), end):
                gram = padded[start:end]
                n = len(gram)
                if gram in probs[n - 1]:
                    scores.append(math.log2(weight * probs[n - 1][gram]))
                    break
                weight *= weights[n - 1].get(gram[:-1], 1.0)
    return scores


# --- one side each, in its own process ------------------------------------------------


def texts() -> tuple[list, list]:
    return datasets.sentences("ptb", "train"), datasets.sentences("ptb", "test")


def side_ours(order: int) -> dict:
    from lmcourse.ngram import KneserNey

    train, test = texts()
    with runtime.stopwatch() as fitting:
        model = KneserNey(order).fit(train)
    with runtime.stopwatch() as scoring:
        scores = model.score(test)
    return result(fitting, scoring, scores.tolist())


def side_dictionary(order: int) -> dict:
    train, test = texts()
    with runtime.stopwatch() as fitting:
        model = dictionary_fit(train, order)
    with runtime.stopwatch() as scoring:
        scores = dictionary_score(model, test, order)
    return result(fitting, scoring, scores)


def result(fitting, scoring, scores: list[float]) -> dict:
    return {
        "fit": fitting.cpu_seconds,
        "score": scoring.cpu_seconds,
        "MB": runtime.peak_memory_mb(),
        "perplexity": 2 ** (-sum(scores) / len(scores)),
        "tokens": len(scores),
    }


# --- the report -----------------------------------------------------------------------


def fit_and_score(order: int) -> None:
    ours, theirs = (
        in_a_process(__file__, side, order=order) for side in ("ours", "dictionary")
    )
    print(
        f"Penn Treebank, modified Kneser-Ney, order {order}, test perplexity: "
        f"ours {ours['perplexity']:.3f}, dictionaries {theirs['perplexity']:.3f}"
    )
    for what, unit in (("fit", "s"), ("score", "s"), ("MB", "MB")):
        name = {"MB": "peak memory", "score": "score the test"}.get(what, what)
        report(name, ours[what], theirs[what], unit, "dictionaries")


def query_with_kenlm(order: int) -> None:
    import kenlm

    from lmcourse.ngram import KneserNey, read_arpa

    train, test = texts()
    model = KneserNey(order).fit(train)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "ptb.arpa")
        with runtime.stopwatch() as writing:
            model.to_arpa(path)
        with runtime.stopwatch() as reading:
            model = read_arpa(path)
        with runtime.stopwatch() as loading:
            peer = kenlm.Model(path)
        size = Path(path).stat().st_size / 2**20
    with runtime.stopwatch() as ours:
        scores = model.score(test)
    lines = [" ".join(sentence) for sentence in test]
    with runtime.stopwatch() as theirs:
        log10 = sum(peer.score(line) for line in lines)
    print(
        f"\nThe same model in KenLM, from our ARPA file of {size:.0f} MB (written in "
        f"{writing.cpu_seconds:.1f} s), test perplexity: ours "
        f"{2 ** -scores.mean():.3f}, KenLM {10 ** (-log10 / len(scores)):.3f}"
    )
    report("read the file", reading.cpu_seconds, loading.cpu_seconds, "s", "KenLM")
    report("score the test", ours.cpu_seconds, theirs.cpu_seconds, "s", "KenLM")


def predict_with_nltk(order: int, lines: int = 2000, tokens: int = 40) -> None:
    """NLTK's is another estimator (a fixed discount, other padding): time alone."""
    from nltk.lm import KneserNeyInterpolated
    from nltk.lm.preprocessing import padded_everygram_pipeline

    from lmcourse.ngram import KneserNey

    train, test = texts()
    train = train[:lines]
    known = {word for sentence in train for word in sentence}
    words = [word for sentence in test for word in sentence if word in known]
    with runtime.stopwatch() as our_fit:
        model = KneserNey(order, discounts=1).fit(train)
    with runtime.stopwatch() as their_fit:
        peer = KneserNeyInterpolated(order)
        peer.fit(*padded_everygram_pipeline(order, train))
    places = range(order - 1, order - 1 + tokens)
    with runtime.stopwatch() as ours:
        for i in places:
            model.log2_prob(words[i], words[i - order + 1 : i])
    with runtime.stopwatch() as theirs:
        for i in places:
            peer.score(words[i], words[i - order + 1 : i])
    print(f"\nNLTK on the first {lines:,} lines only, order {order}")
    report("fit", our_fit.cpu_seconds, their_fit.cpu_seconds, "s", "NLTK")
    ours_ms, theirs_ms = (1e3 * w.cpu_seconds / tokens for w in (ours, theirs))
    report("one P(word | context)", ours_ms, theirs_ms, "ms", "NLTK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--order", type=int, default=5)
    parser.add_argument("--side", choices=["ours", "dictionary"])
    arguments = parser.parse_args()
    if arguments.side:
        side = {"ours": side_ours, "dictionary": side_dictionary}[arguments.side]
        print(json.dumps(side(arguments.order)))
        return
    fit_and_score(arguments.order)
    for peer in (query_with_kenlm, predict_with_nltk):
        with contextlib.suppress(ModuleNotFoundError):
            peer(arguments.order if peer is query_with_kenlm else 3)


if __name__ == "__main__":
    main()
