"""Experiments of chapter 2: n-grams on the Penn Treebank and in Littletown."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from lmcourse import runtime
from lmcourse.reproduce.core import experiment

_MIKOLOV = "Mikolov (2012), Statistical Language Models Based on Neural Networks, PhD"


@experiment(
    "ptb-ngrams",
    needs=["ptb"],
    about="perplexity of n-gram models on the Penn Treebank, 10,000 words, test",
    published=[
        {"model": model, "order": order, "perplexity": perplexity, "source": _MIKOLOV}
        for model, order, perplexity in (
            ("Kneser-Ney", 3, 148.3),
            ("Kneser-Ney", 5, 141.2),
        )
    ],
)
def _ptb_ngrams() -> Iterable[dict]:
    from lmcourse import datasets, ngram

    train, valid, test = (
        datasets.sentences("ptb", split) for split in ("train", "valid", "test")
    )
    models = [("unigrams, counted", ngram.MaximumLikelihood(1))]
    models += [("add-k, k = 0.01", ngram.AddK(order, 0.01)) for order in (2, 3)]
    models += [("Jelinek-Mercer", ngram.JelinekMercer(order)) for order in (3, 5)]
    models += [
        ("Kneser-Ney, one discount", ngram.KneserNey(order, discounts=1))
        for order in (3, 5)
    ]
    models += [
        ("Kneser-Ney, modified", ngram.KneserNey(order)) for order in (2, 3, 4, 5, 6, 7)
    ]
    for name, model in models:
        heldout = [valid] if isinstance(model, ngram.JelinekMercer) else []
        with runtime.stopwatch() as watch:
            model.fit(train, *heldout)
        yield {
            "model": name,
            "order": model.order,
            "perplexity": model.perplexity(test),
            "valid_perplexity": model.perplexity(valid),
            "ngrams": sum(model.num_ngrams()),
            "cpu_seconds": round(watch.cpu_seconds, 2),
        }


@experiment(
    "littletown-ngrams",
    about="n-gram models of words on Littletown's test text",
    ladder=True,
)
def _littletown_ngrams() -> Iterable[Mapping[str, Any]]:
    from lmcourse import littletown, metrics, ngram
    from lmcourse.ladder import measured
    from lmcourse.vocab import Vocab

    train, valid, test = map(littletown.load, ("train", "valid", "test"))
    vocab = Vocab.from_sentences(train, min_count=littletown.MIN_COUNT)
    train_unk, valid_unk, test_unk = map(vocab.replace_unknown, (train, valid, test))
    rare = sorted({word for story in train for word in story if word not in vocab})
    speller = metrics.Speller(rare, known=vocab)
    models = {
        "trigram, add 0.001": ngram.AddK(3, 0.001),
        "5-gram, Jelinek-Mercer": ngram.JelinekMercer(5),
        "bigram, Kneser-Ney": ngram.KneserNey(2),
        "trigram, Kneser-Ney": ngram.KneserNey(3),
        "5-gram, Kneser-Ney": ngram.KneserNey(5),
        "7-gram, Kneser-Ney": ngram.KneserNey(7),
    }
    for name, model in models.items():
        heldout = [valid_unk] if isinstance(model, ngram.JelinekMercer) else []
        with runtime.stopwatch() as watch:
            model.fit(train_unk, *heldout)
        paid = metrics.spelled_bits(model.score(test_unk), test, vocab, speller)
        cost = round(watch.cpu_seconds, 2), sum(model.num_ngrams())
        yield asdict(measured(name, "02", paid.sum(), test, *cost))
