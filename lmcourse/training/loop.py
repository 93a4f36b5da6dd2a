"""The training loop: loss, zero_grad, backward, clip, step (from chapter 6 on).

Around these five lines, which every deep learning program has in common, stand a
schedule for the learning rate, early stopping, and checkpoints from which a killed run
goes on as if nothing had been.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from tqdm.auto import tqdm

from lmcourse.batches import Batch
from lmcourse.training.carried import State, detach, joined, split
from lmcourse.training.recipe import History, Recipe, learning_rate
from lmcourse.training.run import Run


class Batches(Protocol):
    """Where batches come from: batch k depends on k alone."""

    def __getitem__(self, step: int) -> Batch:
        """Return the batch of a step."""


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
        Afterwards it has the best parameters that ``valid`` has seen, or the last, and
        is in ``eval()`` mode.
    batches : Batches
        ``batches[step]`` must depend on the step alone.
    recipe : Recipe
    valid : callable, optional
        Returns the bits per token of the validation text under the model as it is.
    loss : callable
        ``loss(model, batch, state)`` returns the mean loss of the rows, in nats, and a
        new state.
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
        If the checkpoint belongs to another recipe, model or text, or is none; if the
        loss or its gradient is not finite: then the model stays as it was before.
    """
    run = Run(model, recipe, valid, checkpoint)
    run.resume(batches)
    parameters = [p for p in model.parameters() if p.requires_grad]
    bar = tqdm(total=recipe.steps, initial=run.step, disable=not progress, unit="step")
    with bar:
        while not run.finished:
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
            norm = nn.utils.clip_grad_norm_(parameters, recipe.clip or math.inf).item()
            run.demand_finite(total, norm)
            run.optimizer.step()

            run.note(total, norm, batch, joined(states))
            bar.update()
            if run.due(recipe.evaluate_every) or run.finished:
                run.look()
                bar.set_postfix_str(run.said())
                if watch is not None:
                    watch(run.history)
            if run.due(recipe.checkpoint_every) or run.finished:
                run.save()
    run.end()
    return run.history
