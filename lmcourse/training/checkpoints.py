"""A run in a file, from which it goes on as if it had never stopped.

The file is safetensors: the parameters, the best ones, the optimizer's moments, the
carried state and the random generator's, with everything else as JSON in its header.
It is written whole or not at all, and nothing is unpickled.
"""

import json
from collections import namedtuple
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor

from lmcourse import runtime
from lmcourse.training.carried import State
from lmcourse.training.recipe import History


def save(run: Any, path: Path) -> None:
    """Write a `Run` to one file."""
    moments = {
        f"{number}.{name}": value
        for number, values in run.optimizer.state_dict()["state"].items()
        for name, value in values.items()
        if value is not None
    }
    skeleton, carried = _flatten(run.state)
    tensors = {
        **_named("model", run.model.state_dict()),
        **_named("best", run.best),
        **_named("optimizer", moments),
        **_named("state", {str(n): tensor for n, tensor in enumerate(carried)}),
        "inputs": run.inputs,
        "random": torch.get_rng_state(),
    }
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    told = {
        "recipe": asdict(run.recipe),
        "valid": run.valid is not None,
        "step": run.step,
        "history": asdict(run.history),
        "waiting": run.waiting,
        "losses": run.losses,
        "norms": run.norms,
        "state": skeleton,
    }
    # Clones, since safetensors refuses views and tied tables.
    tensors = {k: v.detach().clone().contiguous() for k, v in tensors.items()}
    header = {"training": json.dumps(told, default=lambda number: number.item())}
    runtime.write_atomic(path, to_bytes(tensors, metadata=header))


def load(run: Any, path: Path, batches: Any) -> None:
    """Bring a `Run` back to where the file was written.

    Raises
    ------
    ValueError
        If the file is no checkpoint, or one of another recipe or model, or if the
        batch of its last step is not the one here. Then nothing has changed.
    """
    told, tensors = _read(path)
    _demand_recipe(told["recipe"], asdict(run.recipe), path)
    _demand_model(_under("model", tensors), run.model.state_dict(), path)
    if told["valid"] != (run.valid is not None):
        with_it = "with" if told["valid"] else "without"
        raise ValueError(
            f"{path.name} was made {with_it} a validation text, and here it is the "
            "other way around; go on in the same way, or name another file"
        )
    if not torch.equal(batches[told["step"] - 1].inputs.cpu(), tensors["inputs"]):
        raise ValueError(
            f"{path.name} was made with another text: its batch of step "
            f"{told['step']} is not the one here; go on with the same batches, or name "
            "another file"
        )
    _restore(run, told, tensors)


def _restore(run: Any, told: dict, tensors: dict[str, Tensor]) -> None:
    run.model.load_state_dict(_under("model", tensors))
    moments: dict[int, dict[str, Tensor]] = {}
    for key, value in _under("optimizer", tensors).items():
        number, name = key.split(".")
        moments.setdefault(int(number), {})[name] = value
    groups = run.optimizer.state_dict()["param_groups"]
    run.optimizer.load_state_dict({"state": moments, "param_groups": groups})
    device = next(run.model.parameters()).device
    run.best = {k: v.to(device) for k, v in _under("best", tensors).items()}
    carried = _under("state", tensors)
    in_order = (carried[str(n)].to(device) for n in range(len(carried)))
    run.state = _unflatten(told["state"], in_order)
    run.inputs = tensors["inputs"]
    for name in ("step", "waiting", "losses", "norms"):
        setattr(run, name, told[name])
    run.history = History(**told["history"])
    torch.set_rng_state(tensors["random"])
    if "random.cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["random.cuda"])


def _read(path: Path) -> tuple[dict, dict[str, Tensor]]:
    """Return what a file tells, and its Tensors."""
    try:
        with safe_open(path, framework="pt") as file:
            told = json.loads((file.metadata() or {})["training"])
            if missing := {"recipe", "valid", "step", "history", "state"} - {*told}:
                raise KeyError(*sorted(missing))
            return told, {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, json.JSONDecodeError) as error:
        raise ValueError(
            f"{path.name} is no checkpoint of this course's training, or damaged "
            f"({error}); it is left as it is: move it away, or name another file"
        ) from error


def _demand_recipe(stored: dict, mine: dict, path: Path) -> None:
    differ = [k for k in mine if mine[k] != stored.get(k)]
    if differ:
        listed = ", ".join(f"{k} {stored.get(k)} there, {mine[k]} here" for k in differ)
        raise ValueError(
            f"{path.name} was made with another recipe ({listed}); go on with the same "
            "one, or name another file"
        )


def _demand_model(stored: dict, mine: dict, path: Path) -> None:
    there, here = _described(stored), _described(mine)
    if differ := sorted(set(there.items()) ^ set(here.items())):
        name = differ[0][0]
        raise ValueError(
            f"{path.name} holds another model: {name} is {there.get(name, 'not there')}"
            f" in the file and {here.get(name, 'not there')} here"
        )


def _described(tensors: dict[str, Tensor]) -> dict[str, str]:
    return {k: f"{tuple(v.shape)} of {v.dtype}" for k, v in tensors.items()}


def _named(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}.{key}": value for key, value in tensors.items()}


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    start = f"{prefix}."
    return {k.removeprefix(start): v for k, v in tensors.items() if k.startswith(start)}


def _flatten(state: State) -> tuple[Any, list[Tensor]]:
    """Write a state as a skeleton that JSON can hold, and its Tensors in order."""
    if state is None:
        return None, []
    if isinstance(state, Tensor):
        return "tensor", [state]
    parts = [_flatten(part) for part in state]
    skeleton = [shape for shape, _ in parts]
    if fields := getattr(state, "_fields", None):  # a NamedTuple stays one
        skeleton = {"kind": type(state).__name__, "fields": fields, "parts": skeleton}
    return skeleton, [tensor for _, found in parts for tensor in found]


def _unflatten(skeleton: Any, tensors: Any) -> State:
    """Rebuild a state; a NamedTuple gets its fields back, though not its methods."""
    if skeleton is None:
        return None
    if skeleton == "tensor":
        return next(tensors)
    if isinstance(skeleton, dict):
        kind = namedtuple(skeleton["kind"], skeleton["fields"])
        return kind(*_unflatten(skeleton["parts"], tensors))
    return tuple(_unflatten(part, tensors) for part in skeleton)
