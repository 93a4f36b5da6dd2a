"""Time byte-pair encoding: our fast trainer and encoder beside the others (chapter 1).

Run: python benchmarks/bpe.py. The text is tiny Shakespeare, about 1 MB. Both sides of
each ratio run in this process, on one thread, one after the other; of repeated runs the
fastest counts. Every encoder starts with an empty memory.
"""

import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"  # before Hugging Face's library loads
os.environ["RAYON_NUM_THREADS"] = "1"

import argparse
import time
from collections.abc import Callable
from typing import Any

import tiktoken
import tokenizers as hf

from lmcourse import datasets
from lmcourse.tokenizers import (
    BPETokenizer,
    count_pieces,
    gpt2,
    naive_bpe,
    train_bpe,
)
from lmcourse.tokenizers.bytelevel import PIECES


def seconds(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def report(what: str, ours: float, theirs: float, who: str, target: str) -> None:
    print(f"{what:<26} ours {ours:8.3f} s   {who:<12} {theirs:8.3f} s   ", end="")
    print(
        f"ours / theirs {ours / theirs:6.3f}   {who} takes {theirs / ours:6.1f} x",
        end="",
    )
    print(f"   target: {target}")


def train_with_hf(text: str, num_merges: int) -> hf.Tokenizer:
    tokenizer = hf.Tokenizer(hf.models.BPE())
    byte_level = hf.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = byte_level
    trainer = hf.trainers.BpeTrainer(
        vocab_size=256 + num_merges,
        initial_alphabet=byte_level.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def gpt2_of_hf() -> hf.Tokenizer:
    vocabulary, merges = (
        str(datasets.path("gpt2", split)) for split in ("vocabulary", "merges")
    )
    tokenizer = hf.Tokenizer(hf.models.BPE.from_file(vocabulary, merges))
    tokenizer.pre_tokenizer = hf.pre_tokenizers.ByteLevel(add_prefix_space=False)
    return tokenizer


def gpt2_of_tiktoken(same: BPETokenizer) -> tiktoken.Encoding:
    ranks = {token: i for i, token in enumerate(same.tokens)}
    return tiktoken.Encoding(
        "gpt2", pat_str=PIECES, mergeable_ranks=ranks, special_tokens={}
    )


def encoding(text: str, runs: int) -> None:
    ours, theirs = gpt2(), gpt2_of_hf()
    # A tokenizer for each run, made outside the clock, so that none has seen the text.
    fresh = iter([gpt2() for _ in range(runs)])
    cold, ids = seconds(lambda: next(fresh).encode(text), runs)
    fresh_hf = iter([gpt2_of_hf() for _ in range(runs)])
    cold_hf, ids_hf = seconds(lambda: next(fresh_hf).encode(text).ids, runs)
    assert ids == ids_hf, "the two encoders disagree"
    report("encode, first time", cold, cold_hf, "Hugging Face", "at most 1")
    ours.encode(text), theirs.encode(text)
    warm, _ = seconds(lambda: ours.encode(text), runs)
    warm_hf, _ = seconds(lambda: theirs.encode(text).ids, runs)
    report("encode, again", warm, warm_hf, "Hugging Face", "at most 1")
    peer = gpt2_of_tiktoken(ours)
    rust, ids_rust = seconds(lambda: peer.encode_ordinary(text), runs)
    assert ids == ids_rust, "the two encoders disagree"
    report("encode, first time", cold, rust, "tiktoken", "none")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--merges", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    merges, runs = arguments.merges, arguments.runs
    text = "".join(datasets.load("tiny-shakespeare", s) for s in ("train", "valid"))
    print(f"{len(text.encode()):,} bytes, {merges:,} merges, best of {runs} (naive: 1)")

    fast, found = seconds(lambda: train_bpe(count_pieces(text), merges), runs)
    hugging, _ = seconds(lambda: train_with_hf(text, merges), runs)
    report("train, from the text on", fast, hugging, "Hugging Face", "at most 3")
    naive, same = seconds(lambda: naive_bpe(count_pieces(text), merges), 1)
    assert found == same, "the two trainers disagree"
    report("train, from the text on", fast, naive, "naive", "naive at least 40 x")
    encoding(text, runs)


if __name__ == "__main__":
    main()
