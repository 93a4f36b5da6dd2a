"""Train any model that predicts the next token: one loop to read (from chapter 6 on).

`train` shows the five lines that every deep learning program has in common: loss,
zero_grad, backward, clip, step. Around them stand a schedule for the learning rate,
early stopping, and checkpoints from which a killed run goes on as if nothing had been.

Nothing here knows a model's class. A model is called with ids (B, T) and its state and
returns logits (B, T, V) and the next state; whatever else is to be learned comes as a
``loss`` of your own. The state may be a Tensor, None, or tuples of them, nested.

Sources: truncated backpropagation from Williams & Peng (1990), doi:10.1162/neco.1990.2
.4.490; clipping from Pascanu, Mikolov & Bengio (2013), arXiv:1211.5063, algorithm 1;
AdamW and its cosine from Loshchilov & Hutter (2019), arXiv:1711.05101 and (2017),
arXiv:1608.03983, equation 5; stopping early from Prechelt (1998),
doi:10.1007/3-540-49430-8_3.
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from lmcourse import runtime, validate
from lmcourse.batches import Batch, padded

State = Any  # a Tensor, None, or tuples of them


class Batches(Protocol):
    """Where batches come from: batch k depends on k alone."""

    def __getitem__(self, step: int) -> Batch:
        """Return the batch of a step."""


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
    warmup : int
        Steps in which the rate climbs from near 0 to ``lr``.
    final : float
        The share of ``lr`` that is left at the end of the cosine; 1 keeps it constant.
    clip : float, optional
        The largest length of the gradient, all parameters together; None for no limit.
    parts : int
        Into how many parts, by rows, each batch is split; their gradients are added up
        before the step. The result is that of the whole batch, for less memory.
    carry : bool
        Whether the state goes on from batch to batch.
    evaluate_every : int
        Steps between two looks at the validation text; 0 for none before the end.
    patience : int
        How many looks in a row may fail to improve before training stops; 0 for never.
    checkpoint_every : int
        Steps between two checkpoints; 0 for none.
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
        for name in ("evaluate_every", "patience", "checkpoint_every"):
            validate.positive_int(name, getattr(self, name), minimum=0)


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
        The look after which the parameters were best; -1 before the first.
    seconds, cpu_seconds : float
        What training took, looks included; of the run that ended it.
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
    recipe : Recipe

    Returns
    -------
    float
    """
    if step < recipe.warmup:
        return recipe.lr * (step + 1) / recipe.warmup
    t = (step - recipe.warmup) / max(1, recipe.steps - recipe.warmup)
    cosine = (1 + math.cos(math.pi * t)) / 2
    return recipe.lr * (recipe.final + (1 - recipe.final) * cosine)


def next_token_loss(
    model: nn.Module, batch: Batch, state: State
) -> tuple[Tensor, State]:
    """Return the mean surprise of a batch, in nats per token, and the next state."""
    logits, state = model(batch.inputs, state)
    return cross_entropy(logits.flatten(0, 1), batch.targets.flatten()), state


def train(
    model: nn.Module,
    batches: Batches,
    recipe: Recipe,
    *,
    valid: Callable[[], float] | None = None,
    loss: Callable[..., tuple[Tensor, State]] = next_token_loss,
    rate: Callable[[int, Recipe], float] = learning_rate,
    checkpoint: Path | str | None = None,
    watch: Callable[[History], object] | None = None,
    progress: bool = False,
) -> History:
    """Train a model in place.

    Parameters
    ----------
    model : Module
        Afterwards it has the best parameters that ``valid`` has seen, or the last.
    batches : Batches
        ``batches[step]`` must depend on the step alone.
    recipe : Recipe
    valid : callable, optional
        Returns the bits per token of the validation text under the model as it is.
    loss : callable
        ``loss(model, batch, state)`` returns the mean loss in nats and a new state.
    rate : callable
        ``rate(step, recipe)`` returns the learning rate of a step.
    checkpoint : Path or str, optional
        A file. If it is there, training goes on from it, and ends in the same bits as
        if it had never stopped.
    watch : callable
        Called with the History after each look, to draw it.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If the checkpoint belongs to another recipe or another model, or a loss is not
        finite.
    """
    run = _Run(model, recipe, valid, Path(checkpoint) if checkpoint else None)
    if run.checkpoint and run.checkpoint.is_file():
        run.resume()
    parameters = [p for p in model.parameters() if p.requires_grad]
    with runtime.stopwatch() as clock, _bar(recipe.steps, run.step, progress) as bar:
        while run.step < recipe.steps and not run.stopped:
            batch = batches[run.step]
            state = run.state if recipe.carry and not batch.first else None
            for group in run.optimizer.param_groups:
                group["lr"] = rate(run.step, recipe)

            model.train()
            run.optimizer.zero_grad()
            total, states = 0.0, []
            for part, before in split(batch, state, recipe.parts):
                value, after = loss(model, part, before)
                share = len(part.inputs) / len(batch.inputs)
                (value * share).backward()
                total += value.item() * share
                states.append(detach(after))
            norm = nn.utils.clip_grad_norm_(parameters, recipe.clip or math.inf)
            run.optimizer.step()

            run.state = joined(states)
            run.note(total, norm.item())
            bar.update()
            if run.due(recipe.evaluate_every) or run.step == recipe.steps:
                run.look()
                bar.set_postfix_str(run.said())
                if watch is not None:
                    watch(run.history)
            if run.due(recipe.checkpoint_every) and run.checkpoint:
                run.save()
    if run.best:
        model.load_state_dict(run.best)
    model.eval()
    run.history.seconds, run.history.cpu_seconds = clock.seconds, clock.cpu_seconds
    return run.history


# --- the state that is carried --------------------------------------------------------


def detach(state: State) -> State:
    """Keep the numbers of a state, and forget how they came about.

    Without this, the backward pass of each batch would run on through all the batches
    before it.
    """
    return _apply(Tensor.detach, state)


def split(batch: Batch, state: State, parts: int) -> list[tuple[Batch, State]]:
    """Split a batch and its state by rows, as evenly as they go."""
    if parts == 1:
        return [(batch, state)]
    rows = torch.arange(len(batch.inputs)).tensor_split(parts)
    return [
        (
            batch._replace(inputs=batch.inputs[r], targets=batch.targets[r]),
            _apply(lambda tensor, r=r: tensor[r], state),
        )
        for r in rows
        if len(r)
    ]


def joined(states: Sequence[State]) -> State:
    """Put the rows of states together again."""
    first = states[0]
    if len(states) == 1 or first is None:
        return first
    if isinstance(first, Tensor):
        return torch.cat(list(states))
    return _like(first, [joined(parts) for parts in zip(*states, strict=True)])


def _apply(function: Callable[[Tensor], Tensor], state: State) -> State:
    if state is None:
        return None
    if isinstance(state, Tensor):
        return function(state)
    return _like(state, [_apply(function, part) for part in state])


def _like(old: tuple, parts: list) -> tuple:
    """Make a tuple of the same kind; a NamedTuple stays one."""
    return type(old)(*parts) if hasattr(old, "_fields") else tuple(parts)


# --- looking and keeping --------------------------------------------------------------


class _Run:
    """All that training must remember, in memory and in a checkpoint."""

    def __init__(
        self,
        model: nn.Module,
        recipe: Recipe,
        valid: Callable[[], float] | None,
        checkpoint: Path | None,
    ):
        self.model, self.recipe = model, recipe
        self.valid, self.checkpoint = valid, checkpoint
        kind = {"adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}[recipe.optimizer]
        self.optimizer = kind(
            model.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay
        )
        self.step, self.state = 0, None
        self.history, self.best = History(), {}
        self.waiting = 0  # looks since the best one
        self.losses: list[float] = []  # since the last look
        self.norms: list[float] = []

    def note(self, loss: float, norm: float) -> None:
        """Count a step and remember its figures, in bits."""
        self.step += 1
        if not math.isfinite(loss):
            raise ValueError(
                f"the loss of step {self.step} is {loss}: training has diverged; try a "
                "lower learning rate or a tighter clip"
            )
        self.losses.append(loss / math.log(2))
        self.norms.append(norm)

    def due(self, every: int) -> bool:
        return bool(every) and self.step % every == 0

    @property
    def stopped(self) -> bool:
        """Whether patience has run out."""
        return bool(self.recipe.patience) and self.waiting >= self.recipe.patience

    def look(self) -> None:
        """Add a point to the history, and keep the parameters if they are the best."""
        history = self.history
        if history.steps and history.steps[-1] == self.step:
            return
        history.steps.append(self.step)
        history.train.append(math.fsum(self.losses) / max(1, len(self.losses)))
        history.norms.append(math.fsum(self.norms) / max(1, len(self.norms)))
        self.losses, self.norms = [], []
        if self.valid is None:
            return
        self.model.eval()
        history.valid.append(float(self.valid()))
        if history.valid[-1] <= min(history.valid):
            history.best, self.waiting = len(history.valid) - 1, 0
            self.best = {k: v.clone() for k, v in self.model.state_dict().items()}
        else:
            self.waiting += 1

    def said(self) -> str:
        """Say where training stands, for the bar."""
        history = self.history
        text = f"train {history.train[-1]:.3f}"
        return text + (f", valid {history.valid[-1]:.3f}" if history.valid else "")

    def save(self) -> None:
        """Write everything to one file, whole or not at all."""
        moments = {
            f"optimizer.{number}.{name}": value
            for number, values in self.optimizer.state_dict()["state"].items()
            for name, value in values.items()
            if value is not None
        }
        shape, carried = _flatten(self.state)
        tensors = {
            **{f"model.{k}": v for k, v in self.model.state_dict().items()},
            **{f"best.{k}": v for k, v in self.best.items()},
            **moments,
            **{f"state.{n}": v for n, v in enumerate(carried)},
            "random": torch.get_rng_state(),
        }
        if torch.cuda.is_available():
            tensors["random.cuda"] = torch.cuda.get_rng_state()
        told = {
            "recipe": asdict(self.recipe),
            "step": self.step,
            "history": asdict(self.history),
            "waiting": self.waiting,
            "losses": self.losses,
            "norms": self.norms,
            "state": shape,
        }
        tensors = {k: v.detach().clone().contiguous() for k, v in tensors.items()}
        content = save(tensors, metadata={"training": json.dumps(told)})
        runtime.write_atomic(self.checkpoint, content)

    def resume(self) -> None:
        """Go back to where the file was written."""
        with safe_open(self.checkpoint, framework="pt") as file:
            told = json.loads((file.metadata() or {}).get("training", "{}"))
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        _demand_same(told.get("recipe"), asdict(self.recipe), self.checkpoint)

        def under(prefix):
            return {
                key.removeprefix(prefix): value
                for key, value in tensors.items()
                if key.startswith(prefix)
            }

        mine, stored = self.model.state_dict(), under("model.")
        differ = {k: v.shape for k, v in mine.items()} != {
            k: v.shape for k, v in stored.items()
        }
        if differ:
            raise ValueError(
                f"{self.checkpoint.name} holds another model: its parameters are "
                f"{_shapes(stored)}, not {_shapes(mine)}"
            )
        device = next(iter(mine.values())).device
        self.model.load_state_dict(stored)
        self.best = {k: v.to(device) for k, v in under("best.").items()}
        moments: dict[int, dict[str, Tensor]] = {}
        for key, value in under("optimizer.").items():
            number, name = key.split(".")
            moments.setdefault(int(number), {})[name] = value
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": moments, "param_groups": groups})
        carried = [
            v.to(device)
            for _, v in sorted(under("state.").items(), key=lambda item: int(item[0]))
        ]
        self.state = _unflatten(told["state"], carried, self.state)
        torch.set_rng_state(tensors["random"])
        if "random.cuda" in tensors and torch.cuda.is_available():
            torch.cuda.set_rng_state(tensors["random.cuda"])
        self.step, self.waiting = told["step"], told["waiting"]
        self.history = History(**told["history"])
        self.losses, self.norms = told["losses"], told["norms"]


def _flatten(state: State) -> tuple[Any, list[Tensor]]:
    """Write a state as a skeleton that JSON can hold, and its Tensors in order."""
    if state is None:
        return None, []
    if isinstance(state, Tensor):
        return 0, [state]
    parts = [_flatten(part) for part in state]
    return [shape for shape, _ in parts], [t for _, found in parts for t in found]


def _unflatten(shape: Any, tensors: list[Tensor], like: State) -> State:
    """Rebuild a state; tuples come back as plain ones, which every model takes."""
    left = iter(tensors)

    def build(shape):
        if shape is None:
            return None
        if shape == 0:
            return next(left)
        return tuple(build(part) for part in shape)

    return build(shape)


def _demand_same(stored: dict | None, mine: dict, path: Path) -> None:
    if stored is None:
        raise ValueError(f"{path.name} is no checkpoint of this course's training")
    differ = [k for k in mine if mine[k] != stored.get(k)]
    if differ:
        listed = ", ".join(f"{k} {stored.get(k)} there, {mine[k]} here" for k in differ)
        raise ValueError(
            f"{path.name} was made with another recipe ({listed}); go on with the same "
            "one, or name another file"
        )


def _shapes(tensors: dict[str, Tensor]) -> str:
    return ", ".join(f"{k} {tuple(v.shape)}" for k, v in tensors.items())


def _bar(total: int, done: int, shown: bool):
    from tqdm.auto import tqdm

    return tqdm(total=total, initial=done, disable=not shown, unit="step")


# --- scoring --------------------------------------------------------------------------


@torch.no_grad()
def score(
    model: nn.Module,
    texts: Sequence[Sequence[int]],
    *,
    before: int = 1,
    rows: int = 64,
) -> list[Tensor]:
    """Return log2 P of every token of several texts, each read from its beginning.

    Parameters
    ----------
    model : Module
        As for `train`.
    texts : list of list of int
        Ids, each text with its end.
    before : int
        Id that stands before each beginning: that of ``</s>``.
    rows : int
        How many texts are read side by side.

    Returns
    -------
    list of float64 Tensor, one of shape (length,) for each text
    """
    was_training = model.training
    model.eval()
    found: list[Tensor] = [torch.empty(0)] * len(texts)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # little padding
    for start in range(0, len(order), rows):
        chosen = order[start : start + rows]
        inputs, targets, _ = padded([texts[i] for i in chosen], before)
        logits, _ = model(inputs, None)
        logs = logits.double().log_softmax(2).gather(2, targets[..., None])[..., 0]
        for i, row in zip(chosen, logs, strict=True):
            found[i] = row[: len(texts[i])] / math.log(2)
    model.train(was_training)
    return found


@torch.no_grad()
def bits_per_token(model: nn.Module, ids: Tensor, rows: int = 1) -> float:
    """Return the mean surprise of a long text, read in ``rows`` pieces side by side.

    Parameters
    ----------
    model : Module
    ids : int64 Tensor of shape (N,)
        The first token is read only.
    rows : int
        1 reads it as one text, as benchmarks do; more are faster and lose the state
        at so many places.

    Returns
    -------
    float
    """
    was_training = model.training
    model.eval()
    length = -(-(len(ids) - 1) // rows)
    total, state = 0.0, None
    padding = rows * length + 1 - len(ids)
    inputs = nn.functional.pad(ids[:-1], (0, padding)).view(rows, length)
    targets = nn.functional.pad(ids[1:], (0, padding), value=-100).view(rows, length)
    for at in range(0, length, 64):
        logits, state = model(inputs[:, at : at + 64], state)
        part = targets[:, at : at + 64].flatten()
        total += cross_entropy(
            logits.flatten(0, 1), part, ignore_index=-100, reduction="sum"
        ).item()
    model.train(was_training)
    return total / math.log(2) / (len(ids) - 1)
