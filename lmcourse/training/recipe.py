"""What is chosen before training, and what is told after it (from chapter 6 on).

Sources: AdamW from Loshchilov & Hutter (2019), arXiv:1711.05101; half a cosine from
Loshchilov & Hutter (2017), arXiv:1608.03983, equation 5; clipping from Pascanu, Mikolov
& Bengio (2013), arXiv:1211.5063, algorithm 1; stopping early from Prechelt (1998),
doi:10.1007/3-540-49430-8_3.
"""

import math
from dataclasses import dataclass, field

from lmcourse import validate


@dataclass(frozen=True)
class Recipe:
    """How to train: everything that is chosen before the first step.

    Parameters
    ----------
    steps : int
        How often the parameters move.
    lr : float
        The highest learning rate.
    optimizer : {"adamw", "sgd"}
    weight_decay : float
        Of all parameters: apart from the gradient in AdamW, part of it in SGD.
    warmup : int
        Steps in which the rate climbs from near 0 to ``lr``.
    final : float
        The share of ``lr`` that is left at the end of the cosine; 1 keeps it constant.
    clip : float, optional
        The largest length of the gradient, all parameters together; None for no limit.
    parts : int
        Into how many parts, by rows, each batch is split; their gradients are added up
        before the step. The result is that of the whole batch, for less memory (but
        for dropout, which draws anew for each part).
    carry : bool
        Whether the state goes on from batch to batch.
    evaluate_every : int
        Steps between two looks at the validation text; 0 for none before the end.
    patience : int
        How many looks in a row may fail to improve before training stops; 0 for never.
    checkpoint_every : int
        Steps between two checkpoints; 0 for none before the end.
    """

    steps: int
    lr: float
    optimizer: str = "adamw"
    weight_decay: float = 0.0
    warmup: int = 0
    final: float = 0.0
    clip: float | None = 1.0
    parts: int = 1
    carry: bool = True
    evaluate_every: int = 0
    patience: int = 0
    checkpoint_every: int = 0

    def __post_init__(self):
        validate.positive_int("steps", self.steps)
        validate.number("lr", self.lr, above=0)
        validate.one_of("optimizer", self.optimizer, ("adamw", "sgd"))
        validate.number("weight_decay", self.weight_decay, at_least=0)
        validate.positive_int("warmup", self.warmup, minimum=0)
        validate.probability("final", self.final)
        if self.clip is not None:
            validate.number("clip", self.clip, above=0)
        validate.positive_int("parts", self.parts)
        validate.one_of("carry", self.carry, (True, False))
        for name in ("evaluate_every", "patience", "checkpoint_every"):
            validate.positive_int(name, getattr(self, name), minimum=0)
        if self.patience and not self.evaluate_every:
            raise ValueError("patience counts looks: set evaluate_every, too")


@dataclass
class History:
    """What happened: a figure per look, in bits per token.

    Parameters
    ----------
    steps : list of int
        After how many steps each look was taken.
    train, valid : list of float
        Mean of the losses since the last look, and of the validation text.
    norms : list of float
        Mean length of the gradient since the last look, before it was clipped.
    best : int
        The look after which the parameters were best; -1 before the first, or without
        a validation text.
    seconds, cpu_seconds : float
        What training took, looks included; what was lost with a killed process is not.
    """

    steps: list[int] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    valid: list[float] = field(default_factory=list)
    norms: list[float] = field(default_factory=list)
    best: int = -1
    seconds: float = 0.0
    cpu_seconds: float = 0.0


def learning_rate(step: int, recipe: Recipe) -> float:
    """Return the rate of step 0, 1, ...: a straight climb, then half a cosine down.

    With s steps of warm-up out of S in all and t = (step - s) / (S - s),

        lr (step + 1) / s                                          while step < s
        lr (final + (1 - final) (1 + cos(pi t)) / 2)               from then on

    Parameters
    ----------
    step : int
        From 0 up to, not including, ``recipe.steps``.
    recipe : Recipe

    Returns
    -------
    float
    """
    if not 0 <= step < recipe.steps:
        raise ValueError(f"step must be in 0, ..., {recipe.steps - 1}, got {step}")
    if step < recipe.warmup:
        return recipe.lr * (step + 1) / recipe.warmup
    t = (step - recipe.warmup) / (recipe.steps - recipe.warmup)
    cosine = (1 + math.cos(math.pi * t)) / 2
    return recipe.lr * (recipe.final + (1 - recipe.final) * cosine)
