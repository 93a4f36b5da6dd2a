"""Experiments of chapter 1: what text is made of, and how it is cut."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

from lmcourse import runtime
from lmcourse.reproduce.core import experiment


@experiment(
    "gpt2-tokens", needs=["gpt2"], about="how GPT-2's 50,000 merges cut short texts"
)
def _gpt2_tokens() -> Iterable[dict]:
    from lmcourse.tokenizers import gpt2

    tokenizer = gpt2()
    for text in (
        "Mia put the red ball in the basket.",
        "mia put the red ball in the basket.",
        "Don't worry, it's unbelievable!",
        "antidisestablishmentarianism",
        "2026 + 17 = 2043",
        "        return x",
        "SolidGoldMagikarp",
        "naïve café",
        "妈妈把红色的球放进了篮子里。",
        "🙂👍🏽",
    ):
        yield {
            "text": text,
            "cut": "|".join(tokenizer.pieces(text)).replace(" ", "␣"),
            "characters": len(text),
            "bytes": len(text.encode()),
            "tokens": len(tokenizer.encode(text)),
        }


def _real_corpora() -> Iterable[tuple[str, str, list[list[str]], list[list[str]]]]:
    """Yield name, unit, and training and test text as lists of tokens."""
    from lmcourse import datasets
    from lmcourse.text import split, words

    def lines(text):
        return [found for line in text.split("\n") if (found := words(line))]

    for name, title in (("ptb", "Penn Treebank"), ("wikitext-2", "WikiText-2")):
        parts = (datasets.sentences(name, part) for part in ("train", "test"))
        yield title, "words", *parts
    parts = (lines(datasets.load("tiny-shakespeare", p)) for p in ("train", "valid"))
    yield "tiny Shakespeare", "words", *parts
    poems = [list("".join(poem.lines)) for poem in datasets.poems("tang-poems")]
    yield "Tang poems", "characters", *split(poems, (0.9, 0.1))


@experiment(
    "text-statistics",
    needs=["ptb", "wikitext-2", "tiny-shakespeare", "tang-poems", "gpt2"],
    about="words of real text: how many, how rare, how new; and what GPT-2 makes of it",
    published=[
        {
            "corpus": corpus,
            "tokens": tokens,
            "types": types,
            "unk_%": unk,
            "source": "Merity et al. 2016, arXiv:1609.07843, table 1",
        }
        for corpus, tokens, types, unk in (
            ("Penn Treebank", 887_521, 10_000, 4.8),
            ("WikiText-2", 2_088_628, 33_278, 2.6),
        )
    ],
)
def _text_statistics() -> Iterable[dict]:
    from itertools import chain

    from lmcourse.tokenizers import gpt2

    tokenizer = gpt2()
    for corpus, unit, train, test in _real_corpora():
        counts = Counter(chain.from_iterable(train))
        later = list(chain.from_iterable(test))
        sample = ("" if unit == "characters" else " ").join(later)
        yield {
            "corpus": corpus,
            "unit": unit,
            "tokens": counts.total(),
            "line_ends": len(train),
            "types": len(counts),
            "once_%": 100 * sum(n == 1 for n in counts.values()) / len(counts),
            "unk_%": 100 * counts["<unk>"] / (counts.total() + len(train)),
            "new_in_test_%": 100 * sum(w not in counts for w in later) / len(later),
            "characters_per_token": len(sample) / len(tokenizer.encode(sample)),
        }


@experiment(
    "vocabulary-growth",
    needs=["ptb", "wikitext-2", "tiny-shakespeare", "tang-poems"],
    about="how many types a reader has met after so many tokens",
)
def _vocabulary_growth() -> Iterable[dict]:
    from itertools import chain

    from lmcourse.text import heaps

    for corpus, unit, train, _ in _real_corpora():
        tokens = list(chain.from_iterable(train))
        for read, types in zip(*heaps(tokens, points=30), strict=True):
            if read >= 100:
                yield {"corpus": corpus, "unit": unit, "read": read, "types": types}


@experiment(
    "littletown-unigrams",
    about="pieces and words drawn one by one, on Littletown's test text",
    ladder=True,
)
def _littletown_unigrams() -> Iterable[dict]:
    import numpy as np

    from lmcourse import littletown, metrics
    from lmcourse.ladder import measured
    from lmcourse.tokenizers import BPETokenizer
    from lmcourse.vocab import EOS, Vocab

    train, test = littletown.load("train"), littletown.load("test")

    def rung(name, bits, watch, parameters):
        cost = watch.cpu_seconds, parameters
        return asdict(measured(f"unigram of {name}", "01", bits.sum(), test, *cost))

    def surprise(ids, size):
        counts = np.bincount(ids, minlength=size) + 1
        return -np.log2(counts / counts.sum())

    texts = ["".join(" ".join(s) + "\n" for s in part) for part in (train, test)]
    with runtime.stopwatch() as watch:
        tokenizer = BPETokenizer.train(texts[0], vocab_size=2000)
        bits = surprise(tokenizer.encode(texts[0]), tokenizer.vocab_size)
    yield rung("BPE pieces", bits[tokenizer.encode(texts[1])], watch, len(bits))
    with runtime.stopwatch() as watch:
        vocab = Vocab.from_sentences(train, min_count=littletown.MIN_COUNT)
        ids = vocab.encode([word for story in train for word in (*story, EOS)])
        bits = surprise(ids, len(vocab))
        rare = sorted({word for story in train for word in story if word not in vocab})
        speller = metrics.Speller(rare, known=vocab)
    paid = bits[vocab.encode([word for story in test for word in (*story, EOS)])]
    paid = metrics.spelled_bits(-paid, test, vocab, speller)
    yield rung("words", paid, watch, len(bits))
