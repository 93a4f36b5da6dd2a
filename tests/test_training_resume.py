"""Training that was killed and resumed ends in the same bits as if it had run on."""

import json
import os
import pickle
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
import training_victim
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

from lmcourse import neural_lm, rnn
from lmcourse.batches import ContiguousBatches
from lmcourse.training import Recipe, bits_per_token, next_token_loss, train

V = 12
IDS = torch.randint(V, (200,), generator=torch.Generator().manual_seed(0))
BATCHES = ContiguousBatches(IDS, 4, 5)


def content(path):
    """Return all that a checkpoint holds, but for the seconds."""
    with safe_open(path, framework="pt") as file:
        told = json.loads(file.metadata()["training"])
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    for name in ("seconds", "cpu_seconds"):
        assert told["history"].pop(name) > 0
    return told, tensors


def demand_same_bits(a, b):
    (told, tensors), (other, others) = content(a), content(b)
    assert told == other
    assert tensors.keys() == others.keys()
    for name, tensor in tensors.items():
        assert tensor.dtype == others[name].dtype, name
        assert torch.equal(tensor, others[name]), name


# --- a process that is really killed --------------------------------------------------


def kill_after_a_checkpoint(command, path, moment):
    """Start, wait for a new checkpoint and a moment longer, and kill unannounced."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    process = subprocess.Popen(command)
    try:
        while process.poll() is None:
            if path.exists() and path.stat().st_mtime_ns != before:
                break
            time.sleep(0.001)
        time.sleep(moment)
    finally:
        process.kill()
        process.wait()
    return process.returncode


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_killed_training_ends_in_the_same_bits(optimizer, tmp_path):
    killed, whole = tmp_path / "killed.safetensors", tmp_path / "whole.safetensors"
    command = [sys.executable, training_victim.__file__, killed, optimizer, "0.02"]
    steps, draw = [0], random.Random(optimizer)
    for _ in range(3):
        code = kill_after_a_checkpoint(command, killed, draw.uniform(0, 0.2))
        if sys.platform != "win32":
            assert code == -signal.SIGKILL, "it should have died in the middle"
        steps.append(content(killed)[0]["step"])  # whole, at any moment
    assert steps == sorted(set(steps)), "each life should have gone a little further"
    assert steps[-1] < training_victim.STEPS
    training_victim.victim(killed, optimizer)
    training_victim.victim(whole, optimizer)
    demand_same_bits(killed, whole)


# --- the same, step by step, in this process ------------------------------------------


class PowerCutError(Exception):
    pass


def made(kind="lstm", seed=0, **options):
    torch.manual_seed(seed)
    if kind == "bengio":
        return neural_lm.BengioLanguageModel(V, 4, 3, 5)
    if kind == "conv":
        return neural_lm.ConvLanguageModel(V, 4, 2, 2)
    kinds = {
        "rnn": rnn.RNNLanguageModel,
        "lstm": rnn.LSTMLanguageModel,
        "gru": rnn.GRULanguageModel,
    }
    return kinds[kind](V, 4, 4, **{"dropout": 0.3, **options})


def recipe(**options):
    standard = {"steps": 12, "lr": 0.05, "evaluate_every": 4, "checkpoint_every": 3}
    return Recipe(**{**standard, **options})


def run(model, path, plan, cuts=(), batches=BATCHES, valid=True):
    """Train, with the power cut before some steps; return history and numbers."""
    done = []

    def loss(*arguments):
        done.append(None)
        if cuts and len(done) == cuts[0]:
            raise PowerCutError
        return next_token_loss(*arguments)

    history = train(
        model,
        batches,
        plan,
        valid=(lambda: bits_per_token(model, IDS[:50])) if valid else None,
        loss=loss,
        checkpoint=path,
    )
    return history, model.state_dict()


@settings(max_examples=20)
@given(
    st.sampled_from(["rnn", "lstm", "gru", "bengio", "conv"]),
    st.sampled_from(["adamw", "sgd"]),
    st.lists(st.integers(1, 12), max_size=3),
    st.integers(1, 5),
    st.booleans(),
)
def test_power_cuts_change_no_bit(kind, optimizer, cuts, every, carry):
    plan = recipe(optimizer=optimizer, checkpoint_every=every, carry=carry)
    with tempfile.TemporaryDirectory() as folder:
        whole, pieces = Path(folder) / "whole", Path(folder) / "pieces"
        wanted, numbers = run(made(kind), whole, plan)
        for cut in cuts:
            try:
                run(made(kind), pieces, plan, cuts=[cut])
            except PowerCutError:
                continue
        history, got = run(made(kind), pieces, plan)
        demand_same_bits(whole, pieces)
    for name in ("steps", "train", "valid", "norms", "best"):
        assert getattr(history, name) == getattr(wanted, name)
    assert all(torch.equal(got[name], numbers[name]) for name in numbers)


def test_early_stopping_is_remembered(tmp_path):
    plan = recipe(steps=40, lr=2.0, evaluate_every=2, patience=3, checkpoint_every=2)
    wanted, numbers = run(made(), tmp_path / "whole", plan)
    assert wanted.steps[-1] < 40
    with pytest.raises(PowerCutError):
        run(made(), tmp_path / "cut", plan, cuts=[wanted.steps[-1] - 2])
    history, got = run(made(), tmp_path / "cut", plan)
    assert (history.valid, history.best) == (wanted.valid, wanted.best)
    assert all(torch.equal(got[name], numbers[name]) for name in numbers)


def test_what_is_finished_is_not_trained_again(tmp_path):
    plan, path = recipe(checkpoint_every=0), tmp_path / "done"
    wanted, numbers = run(made(), path, plan)
    written = path.read_bytes()
    history, got = run(made(seed=5), path, plan, cuts=[1])  # no step, so no cut
    assert history == wanted
    assert all(torch.equal(got[name], numbers[name]) for name in numbers)
    assert path.read_bytes() == written


def test_a_resumed_state_is_one_for_a_step_of_ones_own(tmp_path):
    """A student may write ``state.h``: after a checkpoint there is still an h."""

    def mine(x, state, W, U, b):
        assert isinstance(state, rnn.LSTMState)
        return rnn.lstm_step(x, rnn.LSTMState(state.h, state.c), W, U, b)

    plan = recipe()
    with pytest.raises(PowerCutError):
        run(made(step=mine), tmp_path / "it", plan, cuts=[5])
    run(made(step=mine), tmp_path / "it", plan)
    run(made(step=mine), tmp_path / "whole", plan)
    demand_same_bits(tmp_path / "it", tmp_path / "whole")


class Pair(NamedTuple):
    last: torch.Tensor
    parts: tuple


class Reader(torch.nn.Module):
    """A model that calls the parts of its state by name."""

    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(V, V)

    def forward(self, ids, state=None):
        before = torch.zeros(len(ids), V) if state is None else state.last
        x = self.table(ids) + before[:, None]
        return x, Pair(x[:, -1].tanh(), (None, [x[:, 0]]))


def test_a_named_state_keeps_its_names(tmp_path):
    def reader():
        torch.manual_seed(0)
        return Reader()

    with pytest.raises(PowerCutError):
        run(reader(), tmp_path / "it", recipe(), cuts=[5])
    run(reader(), tmp_path / "it", recipe())
    run(reader(), tmp_path / "whole", recipe())
    demand_same_bits(tmp_path / "it", tmp_path / "whole")


def test_seconds_add_up(tmp_path):
    plan, path = recipe(), tmp_path / "it"
    with pytest.raises(PowerCutError):
        run(made(), path, plan, cuts=[10])
    with safe_open(path, framework="pt") as file:
        before = json.loads(file.metadata()["training"])["history"]["seconds"]
    history, _ = run(made(), path, plan)
    assert history.seconds > before > 0


# --- refusals -------------------------------------------------------------------------


@pytest.fixture
def checkpoint(tmp_path):
    """Stop a training at half time."""
    path = tmp_path / "half"
    with pytest.raises(PowerCutError):
        run(made(), path, recipe(), cuts=[8])
    return path


def demand_refused(message, path, model=None, plan=None, batches=BATCHES):
    model = made() if model is None else model
    before, written = model.state_dict(), path.read_bytes()
    before = {name: tensor.clone() for name, tensor in before.items()}
    chance = torch.get_rng_state()
    with pytest.raises(ValueError, match=message):
        run(model, path, plan or recipe(), batches=batches)
    assert path.read_bytes() == written
    assert torch.equal(torch.get_rng_state(), chance)
    after = model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": 0.06}, r"another recipe \(lr 0.05 there, 0.06 here\)"),
        ({"optimizer": "sgd"}, r"another recipe \(optimizer adamw there, sgd here\)"),
        ({"steps": 20, "clip": None}, "steps 12 there, 20 here, clip 1.0 there, None"),
    ],
)
def test_another_recipe_is_refused(checkpoint, options, message):
    demand_refused(message, checkpoint, plan=recipe(**options))


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            lambda: made("gru"),
            "another model: layers.0.U is .16, 4.* in the file and .12, 4",
        ),
        (lambda: made(num_layers=2), "another model: layers.1.U is not there in the"),
        (lambda: rnn.LSTMLanguageModel(V, 4, 6), "another model: layers.0.U is .16, 4"),
        (lambda: made().double(), "torch.float32 in the file and .*torch.float64 here"),
    ],
)
def test_another_model_is_refused(checkpoint, model, message):
    demand_refused(message, checkpoint, model=model())


@pytest.mark.parametrize(
    "batches", [ContiguousBatches(IDS.flip(0), 4, 5), ContiguousBatches(IDS, 5, 4)]
)
def test_another_text_is_refused(checkpoint, batches):
    demand_refused("another text: its batch of step 6", checkpoint, batches=batches)


def test_a_run_with_valid_goes_on_with_valid(checkpoint, tmp_path):
    with pytest.raises(ValueError, match="half was made with a validation text"):
        run(made(), checkpoint, recipe(), valid=False)
    with pytest.raises(PowerCutError):
        run(made(), tmp_path / "blind", recipe(), cuts=[8], valid=False)
    demand_refused("blind was made without a validation text", tmp_path / "blind")


def test_a_header_without_its_parts_is_refused(checkpoint):
    _, tensors = content(checkpoint)
    save_file(tensors, checkpoint, metadata={"training": "{}"})
    demand_refused("half is no checkpoint .*, or damaged .*recipe", checkpoint)


def test_what_a_killed_process_left_is_swept_up(checkpoint):
    leftover = checkpoint.with_name("half.abc.tmp")
    leftover.write_bytes(b"half of it")
    run(made(), checkpoint, recipe())
    assert [path.name for path in checkpoint.parent.iterdir()] == ["half"]


class Trap:
    def __reduce__(self):
        return Path.touch, (Path(self.path),)


@pytest.mark.parametrize(
    "damage", ["empty", "text", "cut", "header", "foreign", "trap"]
)
def test_a_damaged_or_foreign_file_is_refused(checkpoint, damage, tmp_path):
    written = checkpoint.read_bytes()
    trap = Trap()
    trap.path = str(tmp_path / "sprung")
    changed = {
        "empty": b"",
        "text": b"my notes on recurrent networks",
        "cut": written[:-10],
        "header": written[:20] + b"?" * 10 + written[30:],
        "trap": pickle.dumps(trap),
    }
    if damage == "foreign":
        save_file({"a": torch.zeros(2)}, checkpoint)
    else:
        checkpoint.write_bytes(changed[damage])
    demand_refused("half is no checkpoint .*, or damaged", checkpoint)
    assert not (tmp_path / "sprung").exists()


def test_a_folder_is_no_checkpoint(tmp_path):
    with pytest.raises(ValueError, match="is no checkpoint"):
        train(made(), BATCHES, recipe(), checkpoint=tmp_path)


def test_nothing_is_unpickled(checkpoint, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("something was unpickled")

    for owner, name in ((pickle, "load"), (pickle, "loads"), (torch, "load")):
        monkeypatch.setattr(owner, name, refuse)
    history, _ = run(made(), checkpoint, recipe())
    assert history.steps == [4, 8, 12]


def test_a_failed_write_leaves_the_last_checkpoint(checkpoint, monkeypatch):
    written = checkpoint.read_bytes()

    def full(*arguments):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        run(made(), checkpoint, recipe())
    assert checkpoint.read_bytes() == written
    assert [path.name for path in checkpoint.parent.iterdir()] == ["half"]
