"""Experiments of chapters 6 to 8 in Littletown: the ladder, the search, the memory."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from lmcourse.reproduce.core import experiment

SEEDS = (0, 1, 2)
RATES = (1.5e-3, 3e-3, 6e-3, 1.2e-2)
SHAPES = ((16, 32), (32, 32), (12, 64))  # rows of a batch, tokens of a row
LONGER = 10  # times the steps of the ladder's LSTM
EDGES = (2, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192)  # words back
WIDER = (2, 8, 12, 16, 20, 24, 32, 128)  # for the pronouns, of which few are far back
PAY = 300  # times what another word counts


@experiment(
    "littletown-neural",
    about="neural language models on Littletown's test text, mean of three seeds",
    ladder=True,
)
def _littletown_neural() -> Iterable[Mapping[str, Any]]:
    from lmcourse import zoo

    for name in zoo.PLANS:
        rungs = []
        for seed in SEEDS:
            model, history = zoo.fit(name, seed)
            rungs.append(zoo.rung(name, model, history.cpu_seconds))
        yield _mean(rungs)


def _mean(rungs: list) -> dict[str, Any]:
    """Put the rungs of several seeds together, and say how far apart they are."""
    bits = [rung.bits_per_char for rung in rungs]
    words = [rung.bits_per_word for rung in rungs]
    mean, word = sum(bits) / len(bits), sum(words) / len(words)
    return asdict(
        replace(
            rungs[0],
            bits_per_char=mean,
            bits_per_word=word,
            perplexity=2**word,
            seconds=round(sum(rung.seconds for rung in rungs) / len(rungs), 1),
            spread=max(abs(value - mean) for value in bits),
            note=f"{len(rungs)} seeds",
        )
    )


@experiment(
    "littletown-search",
    about="the search for rates and shapes: half the steps of the ladder, "
    "validation bits per token, unknown words as one",
)
def _littletown_search() -> Iterable[Mapping[str, Any]]:
    from lmcourse import zoo

    for name, plan in zoo.PLANS.items():
        shapes = SHAPES if name == "lstm" else ((plan.batch_size, plan.num_steps),)
        for batch_size, num_steps in shapes:
            tokens = plan.recipe.steps * plan.batch_size * plan.num_steps // 2
            for lr in RATES:
                recipe = replace(
                    plan.recipe, lr=lr, steps=tokens // (batch_size * num_steps)
                )
                tried = replace(
                    plan, recipe=recipe, batch_size=batch_size, num_steps=num_steps
                )
                model, history = zoo.fit(tried)
                yield {
                    "model": plan.title,
                    "rows": batch_size,
                    "tokens_a_row": num_steps,
                    "lr": lr,
                    "steps": recipe.steps,
                    "valid_bits": zoo.valid_bits(model),
                    "cpu_seconds": round(history.cpu_seconds, 1),
                    "chosen": str(
                        (lr, batch_size, num_steps)
                        == (plan.recipe.lr, plan.batch_size, plan.num_steps)
                    ),
                }


@experiment(
    "littletown-direct",
    about="Bengio's direct connections from words to scores: half the steps of the "
    "ladder, looked at four times, bits per token, mean of three seeds",
)
def _littletown_direct() -> Iterable[Mapping[str, Any]]:
    from lmcourse import neural_lm, zoo

    plan = zoo.PLANS["bengio"]
    quarter = plan.recipe.steps // 8
    recipe = replace(plan.recipe, steps=4 * quarter, evaluate_every=quarter)
    for direct in (False, True):
        tried = replace(
            plan,
            build=lambda V, direct=direct: neural_lm.BengioLanguageModel(
                V, 5, 64, 192, direct=direct
            ),
            recipe=recipe,
        )
        runs = [zoo.fit(tried, seed) for seed in SEEDS]
        for look, step in enumerate(runs[0][1].steps):
            bits = [history.valid[look] for _, history in runs]
            mean = sum(bits) / len(bits)
            yield {
                "direct": "yes" if direct else "no",
                "steps": step,
                "train_bits": sum(h.train[look] for _, h in runs) / len(runs),
                "valid_bits": mean,
                "spread": max(abs(value - mean) for value in bits),
                "parameters": sum(p.numel() for p in runs[0][0].parameters()),
                "cpu_seconds": round(sum(h.cpu_seconds for _, h in runs) / 3, 1),
            }


@experiment(
    "littletown-memory",
    about="who remembers what, and how far back: accuracy on minimal pairs by distance",
)
def _littletown_memory() -> Iterable[Mapping[str, Any]]:
    from lmcourse import littletown, probing

    probes = littletown.probes()
    for name, scorer in _scorers():
        for kind, pairs in probes.items():
            hits = probing.accuracy(scorer, pairs)
            distances = [probe.distance for probe in pairs]
            for row in probing.by_distance(hits, distances, EDGES):
                yield {"model": name, "kind": kind, **row}


def _scorers() -> Iterable[tuple[str, Any]]:
    """Yield every model so far, ready to be asked."""
    from lmcourse import littletown, ngram, probing, zoo

    vocab = zoo.corpus().vocab
    train = vocab.replace_unknown(littletown.load("train"))
    for order in (3, 5, 7):
        model = ngram.KneserNey(order).fit(train)
        yield f"{order}-gram, Kneser-Ney", probing.ngram(model)
    for name, plan in zoo.PLANS.items():
        yield plan.title, probing.neural(zoo.fit(name)[0], vocab)
    steps = LONGER * zoo.PLANS["lstm"].recipe.steps
    model, _ = zoo.fit("lstm", steps=steps)
    yield f"LSTM, {LONGER} times as long", probing.neural(model, vocab)


@experiment(
    "littletown-pronouns",
    about="who can tell she from he, and how far back: as trained for the ladder, and "
    f"after as long again with these two words counting {PAY} times",
)
def _littletown_pronouns() -> Iterable[Mapping[str, Any]]:
    from lmcourse import littletown, probing, zoo

    pairs = littletown.probes()["pronoun"]
    distances = [probe.distance for probe in pairs]
    for name, plan in zoo.PLANS.items():
        model, _ = zoo.fit(name)
        for stage in ("as trained", "paid"):
            if stage == "paid":
                zoo.insist(model, plan, ("she", "he"), PAY)
            bits = zoo.valid_bits(model)
            hits = probing.accuracy(probing.neural(model, zoo.corpus().vocab), pairs)
            for row in probing.by_distance(hits, distances, WIDER):
                yield {"model": plan.title, "stage": stage, "valid_bits": bits, **row}
