"""The neural models of the ladder, each with the recipe that trains it on Littletown.

Lessons train from here, ``lmcourse reproduce`` measures from here, so both mean the
same thing by "the LSTM" (from chapter 6 on). The sizes and rates were found by the
search that ``lmcourse reproduce littletown-search`` repeats.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor, nn

from lmcourse import littletown, metrics, neural_lm, rnn, training, validate
from lmcourse.batches import ContiguousBatches, encode_text
from lmcourse.ladder import Rung, measured
from lmcourse.training import History, Recipe
from lmcourse.vocab import EOS, Vocab


@dataclass(frozen=True)
class Plan:
    """How one model of the ladder is made.

    Parameters
    ----------
    title, chapter : str
        As on the ladder.
    build : callable
        Takes the number of words and returns a new model.
    recipe : Recipe
    batch_size, num_steps : int
        Rows of a batch, and tokens of each.
    """

    title: str
    chapter: str
    build: Callable[[int], nn.Module]
    recipe: Recipe
    batch_size: int = 16
    num_steps: int = 32


PLANS = {
    "bengio": Plan(
        "feed-forward, 4 words",
        "06",
        lambda V: neural_lm.BengioLanguageModel(V, 5, 64, 192),
        Recipe(steps=1300, lr=6e-3, warmup=30),
    ),
    "conv": Plan(
        "convolution, 16 words",
        "06",
        lambda V: neural_lm.ConvLanguageModel(V, 128, width=2, num_layers=4),
        Recipe(steps=1000, lr=6e-3, warmup=30),
    ),
    "rnn": Plan(
        "RNN",
        "07",
        lambda V: rnn.RNNLanguageModel(V, 128, 192),
        Recipe(steps=1700, lr=6e-3, warmup=30),
    ),
    "lstm": Plan(
        "LSTM",
        "08",
        lambda V: rnn.LSTMLanguageModel(V, 128, 192),
        Recipe(steps=1600, lr=6e-3, warmup=30),
    ),
    "gru": Plan(
        "GRU",
        "08",
        lambda V: rnn.GRULanguageModel(V, 128, 192),
        Recipe(steps=1600, lr=6e-3, warmup=30),
    ),
}


@dataclass(frozen=True)
class Corpus:
    """Littletown, ready for training: ids of all splits, and who spells new words."""

    vocab: Vocab
    train: Tensor  # (N,) ids, stories one after the other
    valid: list[list[int]]  # one list a story, its end included
    test: list[list[int]]
    test_words: list[list[str]]  # as they were written
    speller: metrics.Speller

    def batches(self, batch_size: int, num_steps: int) -> ContiguousBatches:
        """Cut the training text into batches."""
        return ContiguousBatches(self.train, batch_size, num_steps)


@lru_cache(maxsize=1)
def corpus() -> Corpus:
    """Read Littletown; its vocabulary and its speller come from train alone."""
    train, valid, test = map(littletown.load, ("train", "valid", "test"))
    vocab = Vocab.from_sentences(train, min_count=littletown.MIN_COUNT)
    rare = sorted({word for story in train for word in story if word not in vocab})

    def ids(stories):
        return [vocab.encode([*story, EOS]) for story in stories]

    return Corpus(
        vocab,
        encode_text(train, vocab),
        ids(valid),
        ids(test),
        test,
        metrics.Speller(rare, known=vocab),
    )


def build(name: str | Plan, seed: int = 0) -> nn.Module:
    """Return a new model of the ladder, as it is before its first step.

    Parameters
    ----------
    name : str or Plan
        A key of ``PLANS``, or a plan of your own.
    seed : int
        Of its random numbers.

    Returns
    -------
    Module
        Its output begins at the words' frequencies, so that it need not learn them.
    """
    plan = _plan(name)
    torch.manual_seed(seed)
    text = corpus()
    model = plan.build(len(text.vocab))
    start_from_counts(model, text.train, len(text.vocab))
    return model


def _plan(name: str | Plan) -> Plan:
    if isinstance(name, Plan):
        return name
    return PLANS[validate.one_of("name", name, PLANS)]


def start_from_counts(model: nn.Module, ids: Tensor, vocab_size: int) -> None:
    """Set the output's bias to the log of how frequent each word is."""
    counts = torch.bincount(ids, minlength=vocab_size).clamp(min=0.5)
    bias = model.output.bias if hasattr(model, "output") else model.b
    with torch.no_grad():
        bias.copy_((counts / counts.sum()).log())


def fit(
    name: str | Plan,
    seed: int = 0,
    *,
    steps: int | None = None,
    watch: Callable[[History], object] | None = None,
    progress: bool = False,
) -> tuple[nn.Module, History]:
    """Train a model of the ladder on Littletown.

    Parameters
    ----------
    name : str or Plan
    seed : int
    steps : int, optional
        Other than the plan's.
    watch, progress
        As in ``training.train``.

    Returns
    -------
    model, history
    """
    plan, text = _plan(name), corpus()
    recipe = plan.recipe if steps is None else replace(plan.recipe, steps=steps)
    model = build(plan, seed)
    history = training.train(
        model,
        text.batches(plan.batch_size, plan.num_steps),
        recipe,
        valid=lambda: valid_bits(model),
        watch=watch,
        progress=progress,
    )
    return model, history


def insist(
    model: nn.Module,
    plan: Plan,
    words: Sequence[str],
    weight: float,
    lr: float = 3e-3,
) -> History:
    """Train a model on, as long again, with some words counting more than others.

    It shows whether a model cannot learn something or only was not paid enough for it;
    as a model of the text it gets worse.

    Parameters
    ----------
    model : Module
        Changed in place.
    plan : Plan
        For its number of steps and its batches.
    words : sequence of str
        Which ones count more when they are to be predicted.
    weight : float
        How many times what another word counts.
    lr : float
        The highest rate.

    Returns
    -------
    History
    """
    text = corpus()
    if unknown := [w for w in validate.words("words", words) if w not in text.vocab]:
        raise ValueError(f"words must be in the vocabulary; {unknown} are not")
    price = torch.ones(len(text.vocab))
    price[text.vocab.encode(words)] = validate.number("weight", weight, above=0)

    def loss(model, batch, state):
        logits, state = model(batch.inputs, state)
        flat = logits.flatten(0, 1), batch.targets.flatten()
        return nn.functional.cross_entropy(*flat, weight=price), state

    batches = text.batches(plan.batch_size, plan.num_steps)
    return training.train(model, batches, replace(plan.recipe, lr=lr), loss=loss)


def valid_bits(model: nn.Module, stories: int = 100) -> float:
    """Return bits per token of the first validation stories, an unknown word as one."""
    texts = corpus().valid[: validate.positive_int("stories", stories)]
    return -torch.cat(training.score(model, texts)).mean().item()


def rung(
    name: str,
    model: nn.Module,
    seconds: float | None = None,
    title: str | None = None,
) -> Rung:
    """Measure a model on the whole test text, unknown words spelled out.

    Parameters
    ----------
    name : str
        A key of ``PLANS``, which says where it is taught.
    model : Module
    seconds : float, optional
        Of the processor, that training took.
    title : str, optional
        On the ladder, in place of the plan's.

    Returns
    -------
    Rung
    """
    text, plan = corpus(), _plan(name)
    log2_probs = torch.cat(training.score(model, text.test)).numpy()
    paid = metrics.spelled_bits(log2_probs, text.test_words, text.vocab, text.speller)
    size = sum(p.numel() for p in model.parameters())
    title = plan.title if title is None else title
    return measured(title, plan.chapter, paid.sum(), text.test_words, seconds, size)
