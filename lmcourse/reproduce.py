"""Experiments on real text: run by a command, stored with everything they depend on.

``lmcourse reproduce NAME`` runs one and writes ``results/NAME.json``; lessons and the
book show that file beside the published figures. Nobody types a number by hand.
"""

import json
import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

from lmcourse import runtime, validate


@dataclass(frozen=True)
class Experiment:
    """What can be reproduced: a name, what it needs, and the function that runs it."""

    name: str
    function: Callable[[], Iterable[Mapping[str, Any]]]
    about: str
    needs: tuple[str, ...]
    published: tuple[Mapping[str, Any], ...]
    seed: int
    ladder: bool


_EXPERIMENTS: dict[str, Experiment] = {}


def experiment(
    name: str,
    needs: Iterable[str] = (),
    about: str = "",
    published: Iterable[Mapping[str, Any]] = (),
    seed: int = 0,
    ladder: bool = False,
) -> Callable:
    """Register the function below as an experiment.

    Parameters
    ----------
    name : str
        Of the experiment, and of its file in ``results/``.
    needs : iterable of str
        Datasets of the catalogue, without which it does not start.
    about : str
        One line: what is measured.
    published : iterable of mapping
        Rows from the literature; each one has a ``source``.
    seed : int
        Set before the function runs.
    ladder : bool
        Whether the rows are rungs of the ladder (see `lmcourse.ladder.Rung`).

    Returns
    -------
    callable
        A decorator. The function takes nothing and returns or yields rows: dicts of
        str, numbers and None, all with the same keys.

    Raises
    ------
    ValueError
        If the name is taken, or a published row names no source.
    """
    published = tuple(published)
    if name in _EXPERIMENTS:
        raise ValueError(f"there is an experiment {name!r} already")
    for row in published:
        if not row.get("source"):
            raise ValueError(f"published rows of {name!r} need a source, got {row}")

    def register(function: Callable) -> Callable:
        _EXPERIMENTS[name] = Experiment(
            name, function, about, tuple(needs), published, seed, ladder
        )
        return function

    return register


def names() -> list[str]:
    """Return the names of all experiments."""
    return sorted(_EXPERIMENTS)


def info(name: str) -> Experiment:
    """Return the experiment of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists those there are.
    """
    return _EXPERIMENTS[validate.one_of("experiment", name, names())]


@dataclass(frozen=True, repr=False)
class Result:
    """A stored result: what was measured, beside what was published."""

    record: Mapping[str, Any]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What this machine measured, the published rows not among them."""
        return self.record["rows"]

    @property
    def published(self) -> list[dict[str, Any]]:
        """Rows from the literature, each with its source."""
        return self.record["published"]

    def row(self, **wanted: Any) -> dict[str, Any]:
        """Return the one measured row that has these values, as in ``row(order=5)``.

        Raises
        ------
        ValueError
            If none fits, or several do.
        """
        found = [r for r in self.rows if wanted.items() <= r.items()]
        if len(found) != 1:
            raise ValueError(f"{len(found)} rows of {self.record['name']} fit {wanted}")
        return found[0]

    def table(self) -> str:
        """Return measured and published rows as text, and how they came about."""
        cells = self._cells()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip()
            for line in cells
        ]
        return "\n".join([*lines, "", self.provenance()])

    def provenance(self) -> str:
        """Say in one sentence where the figures come from."""
        record = self.record
        code = f"commit {record['commit'][:10]}" if record["commit"] else "a release"
        if record["dirty"]:
            code += " with uncommitted changes"
        return (
            f"Measured by `{record['command']}` at {code}, seed {record['seed']}, in "
            f"{record['seconds']:.0f} s on {record['machine']['processor']}."
        )

    def _cells(self) -> list[list[str]]:
        rows = list(self.rows)
        if self.published:  # else all are ours, and the column would only say so
            rows = [{"source": "this course", **row} for row in rows] + self.published
        keys = list(dict.fromkeys(key for row in rows for key in row))
        keys.sort(key=lambda key: key == "source")  # to the end; the rest stay in order
        cells = [[_cell(row.get(key)) for key in keys] for row in rows]
        return [[key.replace("_", " ") for key in keys], *cells]

    __str__ = __repr__ = table

    def _repr_html_(self) -> str:
        def line(cells, tag):
            inside = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)
            return f"<tr>{inside}</tr>"

        head, *body = self._cells()
        lines = "".join(line(cells, "td") for cells in body)
        return (
            f"<table><thead>{line(head, 'th')}</thead><tbody>{lines}</tbody></table>"
            f"<p><small>{escape(self.provenance())}</small></p>"
        )


def run(name: str, folder: Path | None = None) -> Result:
    """Run an experiment and store its result.

    Parameters
    ----------
    name : str
    folder : Path, optional
        Where to write ``NAME.json``; ``runtime.results_folder()`` if omitted.

    Returns
    -------
    Result

    Raises
    ------
    ValueError
        If there is no such experiment, or its rows cannot be stored.
    OSError
        If its data is not here and cannot be had; the message says how to get it.
    """
    chosen = info(name)
    if chosen.needs:
        from lmcourse import datasets

        for dataset in chosen.needs:
            datasets.verify(dataset)
    commit = _git("rev-parse", "HEAD")  # now: there may be another after a long run
    runtime.seed_everything(chosen.seed)
    with runtime.stopwatch() as watch:
        rows = [_plain(name, row) for row in chosen.function()]
    record = {
        "name": name,
        "about": chosen.about,
        "command": f"lmcourse reproduce {name}",
        "commit": commit,
        "dirty": _dirty(),
        "machine": runtime.machine(),
        "seconds": _rounded(watch.seconds),
        "cpu_seconds": _rounded(watch.cpu_seconds),
        "seed": chosen.seed,
        "ladder": chosen.ladder,
        "rows": rows,
        "published": [dict(row) for row in chosen.published],
    }
    folder = runtime.results_folder() if folder is None else Path(folder)
    runtime.write_atomic(folder / f"{name}.json", _layout(record).encode())
    return Result(record)


def stored(name: str, folder: Path | None = None) -> Result:
    """Read a result that was stored earlier.

    Raises
    ------
    ValueError
        If it was never stored; the message names the command that makes it.
    """
    folder = runtime.results_folder() if folder is None else Path(folder)
    path = folder / f"{name}.json"
    if not path.is_file():
        known = sorted(p.stem for p in folder.glob("*.json"))
        raise ValueError(
            f"no stored result {name!r} (there is {', '.join(known) or 'none yet'}); "
            f"make it with: lmcourse reproduce {name}"
        )
    return Result(json.loads(path.read_text(encoding="utf-8")))


def _plain(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Turn NumPy numbers into Python's, and refuse what JSON cannot keep."""
    plain = {}
    for key, value in row.items():
        value = value.item() if hasattr(value, "item") else value
        if isinstance(value, float):
            value = _rounded(validate.number(f"{name}: {key}", value))
        if not isinstance(value, str | int | float | None):
            kind = type(value).__name__
            raise ValueError(f"{name}: {key} must be text or a number, got {kind}")
        plain[key] = value
    return plain


def _rounded(value: float) -> float:
    return float(f"{value:.7g}")  # the eighth digit differs between processors


def _layout(record: Mapping[str, Any]) -> str:
    """Write JSON with one line a row, so that a change shows as one line."""

    def dump(value):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    parts = []
    for key, value in record.items():
        if isinstance(value, list) and value:
            inside = ",\n".join(f"  {dump(item)}" for item in value)
            parts.append(f" {dump(key)}: [\n{inside}\n ]")
        else:
            parts.append(f" {dump(key)}: {dump(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _git(*arguments: str) -> str | None:
    """Ask git about the checkout; None if there is no checkout, or no git."""
    checkout = runtime._PACKAGE.parent
    if not (checkout / "pyproject.toml").is_file():
        return None
    command = ["git", *arguments]
    try:
        done = subprocess.run(
            command, cwd=checkout, capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _dirty() -> bool:
    """Tell whether the code that is loaded now was changed since its commit."""
    loaded = (m for name, m in sys.modules.items() if name.startswith("lmcourse"))
    files = [file for m in loaded if (file := getattr(m, "__file__", None))]
    return bool(_git("status", "--porcelain", "--", *files, str(runtime.data_folder())))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,d}" if isinstance(value, int) and value > 9999 else str(value)


# --- the experiments ----------------------------------------------------------------
# A model is imported where it is used, so that listing the names loads none of them.

# Chapter 1: text and tokens.


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
    from collections import Counter
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
    from lmcourse.tokenizers import BPETokenizer
    from lmcourse.vocab import EOS, Vocab

    train, test = littletown.load("train"), littletown.load("test")
    words = sum(len(story) + 1 for story in test)

    def rung(name, bits, watch, parameters):
        return {
            "model": f"unigram of {name}",
            "chapter": "01",
            "bits_per_char": metrics.bits_per_char(bits.sum(), test),
            "bits_per_word": bits.sum() / words,
            "perplexity": 2 ** (bits.sum() / words),
            "seconds": watch.cpu_seconds,
            "parameters": parameters,
        }

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


# --- chapter 2: n-grams ---------------------------------------------------------------

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


@experiment(
    "littletown-letters",
    about="Littletown's test text, letter by letter, and its exact floor",
    ladder=True,
)
def _littletown_letters() -> Iterable[Mapping[str, Any]]:
    from lmcourse import littletown
    from lmcourse.ladder import FLOOR, measured

    test = littletown.load("test")
    text = _lines(test)
    with runtime.stopwatch() as watch:
        counts = Counter(_lines(littletown.load("train")))
    uniform = len(text) * math.log2(len(counts))
    yield asdict(measured("every letter alike", "00", uniform, test, 0.0, 1))
    total = counts.total()
    bits = sum(n * -math.log2(counts[c] / total) for c, n in Counter(text).items())
    cost = watch.cpu_seconds, len(counts)
    yield asdict(measured("letters by frequency", "00", bits, test, *cost))
    yield asdict(measured(FLOOR, "00", -littletown.floor("test").sum(), test))


@experiment(
    "letters",
    needs=["tiny-shakespeare"],
    about="bits per letter if the last n - 1 letters are known; 27 letters",
    published=[
        {
            "text": "English, 1951",
            "n = 0": 4.76,
            "n = 1": 4.03,
            "n = 2": 3.32,
            "n = 3": 3.1,
            "source": "Shannon (1951), Prediction and entropy of printed English",
        }
    ],
)
def _letters() -> Iterable[Mapping[str, Any]]:
    from lmcourse import datasets, littletown

    texts = {
        "tiny Shakespeare": datasets.load("tiny-shakespeare"),
        "Littletown": _lines(littletown.load("train")),
    }
    for name, text in texts.items():
        plain = " ".join(re.findall("[a-z]+", text.lower()))  # 26 letters and the space
        blocks = [0.0, *(_block_entropy(plain, n) for n in (1, 2, 3))]
        row = {f"n = {n}": blocks[n] - blocks[n - 1] for n in (1, 2, 3)}
        yield {"text": name, "n = 0": math.log2(27), **row, "letters": len(plain)}


def _block_entropy(text: str, n: int) -> float:
    """Return the entropy of a text's runs of n letters, in bits."""
    counts = Counter(text[i : i + n] for i in range(len(text) - n + 1))
    total = counts.total()
    return -sum(k / total * math.log2(k / total) for k in counts.values())


def _lines(stories: Iterable[list[str]]) -> str:
    """Write each story on a line: as many characters as the ladder divides by."""
    return "".join(" ".join(story) + "\n" for story in stories)
