"""Who answers a probe: a neural model, an n-gram model, or the storyteller.

A scorer is asked about many contexts at once, ``scorer(contexts, pairs) -> (N, 2)``:
the log2 probabilities of the right and of the wrong word. So all models are measured
by the same ruler.

Shape letters: N probes, B batch, T time, V vocabulary, H hidden, P places asked about.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from lmcourse import littletown, validate
from lmcourse.quiet import evaluating
from lmcourse.vocab import EOS, UNK, Vocab

if TYPE_CHECKING:
    from torch import Tensor, nn

Scorer = Callable[[Sequence[Sequence[str]], Sequence[tuple[str, str]]], np.ndarray]
ROWS = 128  # contexts read side by side


def neural(model: nn.Module, vocab: Vocab) -> Scorer:
    """Let a neural model answer; it reads each context from a fresh state.

    Parameters
    ----------
    model : Module
        ``model(ids, state)`` returns logits (B, T, V) and a state, and what it says at
        a place depends on the tokens up to there alone.
    vocab : Vocab
        Of the model, with ``</s>``, which stands before each context. A word that is
        not in it counts as ``<unk>``, so two such words are a tie.

    Returns
    -------
    scorer
    """
    before = vocab.encode([EOS])
    # A model with a window need not be shown what lies outside of it; -0 cuts nothing.
    window = getattr(model, "window", getattr(model, "order", 1) - 1)

    def scorer(contexts, pairs):
        contexts, pairs = _demand_pairs(contexts, pairs)
        texts = [tuple(before + vocab.encode(words))[-window:] for words in contexts]
        words = np.array([vocab.encode(pair) for pair in pairs]).reshape(-1, 2)
        found = np.empty(words.shape)
        for chosen, log2_probs in _last_log2_probs(model, texts):
            found[chosen] = np.take_along_axis(log2_probs, words[chosen], axis=1)
        return found

    return scorer


def _last_log2_probs(
    model: nn.Module, texts: list[tuple[int, ...]]
) -> Iterator[tuple[list[int], np.ndarray]]:
    """Yield (numbers of texts, log2 P (P, V) of what follows each of them).

    Probes of one story share its beginning: a text that begins another one is not read
    again, the longer one is asked on its way.
    """
    import torch

    askers: dict[tuple[int, ...], list[int]] = {}
    for i, text in enumerate(texts):
        askers.setdefault(text, []).append(i)
    readers: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    begun: list[tuple[int, ...]] = []
    for text, following in pairwise([*sorted(askers), ()]):
        begun.append(text)
        if following[: len(text)] != text:
            readers[text], begun = begun, []
    longest_last = sorted(readers, key=len)  # little padding
    device = next(model.parameters()).device
    for start in range(0, len(longest_last), ROWS):
        some = longest_last[start : start + ROWS]
        ids = torch.zeros((len(some), len(some[-1])), dtype=torch.int64)
        for row, text in enumerate(some):
            ids[row, : len(text)] = torch.tensor(text)  # padding comes after the text
        asked = [(row, part) for row, text in enumerate(some) for part in readers[text]]
        rows = torch.tensor([row for row, _ in asked])
        places = torch.tensor([len(part) - 1 for _, part in asked])
        logits = _logits_at(model, ids.to(device), rows, places)
        log2_probs = (logits.double().log_softmax(1) / math.log(2)).cpu().numpy()
        chosen = [i for _, part in asked for i in askers[part]]
        repeated = [n for n, (_, part) in enumerate(asked) for _ in askers[part]]
        yield chosen, log2_probs[repeated]


def _logits_at(model: nn.Module, ids: Tensor, rows: Tensor, places: Tensor) -> Tensor:
    """Return the logits (P, V) at some places of (B, T) only.

    Most of a small model's work is its output layer, so it is given nothing else to do.
    """
    import torch

    def only_these(module, arguments):
        (hidden,) = arguments  # (B, T, H) -> (1, P, H)
        return (hidden[rows, places][None],)

    output = getattr(model, "output", None)
    with evaluating(model), torch.no_grad():
        if not isinstance(output, torch.nn.Module):
            return model(ids, None)[0][rows, places]
        hook = output.register_forward_pre_hook(only_these)
        try:
            return model(ids, None)[0][0]
        finally:
            hook.remove()


def ngram(model: Any) -> Scorer:
    """Let an n-gram model answer, or any other with ``next_probs`` and ``words``.

    Parameters
    ----------
    model : model
        ``next_probs(context)`` returns an array in the order of ``words``. A word that
        it does not know counts as ``<unk>``, if it knows that.

    Returns
    -------
    scorer
    """
    place = {word: i for i, word in enumerate(model.words)}
    reach = getattr(model, "order", math.inf) - 1

    def scorer(contexts, pairs):
        contexts, pairs = _demand_pairs(contexts, pairs)
        for word in {word for pair in pairs for word in pair}:
            if word not in place and UNK not in place:
                raise ValueError(f"{word!r} is not among the {len(place)} words")
        found, cached = np.empty((len(pairs), 2)), {}
        for i, (words, pair) in enumerate(zip(contexts, pairs, strict=True)):
            seen = tuple(words[max(0, len(words) - reach) :] if reach else ())
            if seen not in cached:
                cached[seen] = model.next_probs(seen)
            at = [place.get(word, place.get(UNK)) for word in pair]
            found[i] = cached[seen][at]
        with np.errstate(divide="ignore"):
            return np.log2(found)

    return scorer


def storyteller() -> Scorer:
    """Let the storyteller answer, who knows all there is to know.

    It tells each story again up to the gap, some hundredths of a second each: ask it
    about hundreds of probes rather than thousands. A word that cannot come gets minus
    infinity.

    Returns
    -------
    scorer
    """

    def scorer(contexts, pairs):
        contexts, pairs = _demand_pairs(contexts, pairs)
        odds = [littletown.next_word(words) for words in contexts]
        found = [
            [spread.get(word, 0.0) for word in pair]
            for spread, pair in zip(odds, pairs, strict=True)
        ]
        with np.errstate(divide="ignore"):
            return np.log2(np.array(found).reshape(-1, 2))

    return scorer


def _demand_pairs(contexts, pairs) -> tuple[list[list[str]], list[list[str]]]:
    contexts = validate.sentences(contexts, "contexts")
    pairs = validate.sentences(pairs, "pairs")
    if len(contexts) != len(pairs):
        raise ValueError(
            f"one pair a context is needed: {len(contexts)} contexts, {len(pairs)} "
            "pairs"
        )
    for pair in pairs:
        if len(pair) != 2:
            raise ValueError(f"a pair is a right and a wrong word, got {pair}")
    return contexts, pairs
