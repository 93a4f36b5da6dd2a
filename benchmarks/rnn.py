"""Time recurrent networks: ours beside PyTorch's own layers (chapters 7 and 8).

Run: python benchmarks/rnn.py [--kind lstm --work layers --rounds 5]. Two layers of 200
units, 20 rows of 35 tokens, and a softmax over 10,000 words, as on the Penn Treebank.
Each side runs in a process of its own, on one thread, in turns; what counts is the best
of all rounds, in seconds of the processor. Memory is the peak of the process, PyTorch
itself included.

"model" is a step of training: forward, backward, clip, SGD. "layers" is the forward and
backward pass of the two recurrent layers alone.

What our layers cost, and why: they call a step for each token, so that a student's step
can stand in for it. What the input has to say is computed for all times at once; the
rest is about fifteen small operations a step, each noted down for autograd, and on the
way back each step multiplies for a (4H, H) gradient of U of its own and adds it to the
sum. On a CPU ``torch.nn.LSTM`` is one call of oneDNN each way (a profiler shows
``mkldnn_rnn_layer``); ``torch.nn.GRU`` and ``RNN`` take the steps as ours do, from C++.
A softmax over 10,000 words costs both sides the same and hides most of it. Tried on the
LSTM, and no faster by more than the noise: one sigmoid for all gates, a transposed copy
of U, time before batch, sigmoids in place.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import argparse
import json

import torch
from sides import in_a_process, report
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from lmcourse import rnn, runtime

BATCH, TIME, HIDDEN, LAYERS, WORDS = 20, 35, 200, 2, 10_000
REPEATS = 4  # of the same work within a round
WORKS = ("model", "layers")
KINDS = {
    "lstm": (rnn.LSTMLanguageModel, nn.LSTM),
    "gru": (rnn.GRULanguageModel, nn.GRU),
    "rnn": (rnn.RNNLanguageModel, nn.RNN),
}


class Ours(nn.Module):
    """The layers of our language model, without the tables."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.layers = model.layers

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, T, H) to (B, T, H)."""
        for layer in self.layers:
            x, _ = layer(x)
        return x


def theirs(model: nn.Module, kind: str) -> nn.Module:
    """Return PyTorch's layers, with the numbers of ours."""
    peer = KINDS[kind][1](HIDDEN, HIDDEN, LAYERS, batch_first=True)
    with torch.no_grad():
        for n, layer in enumerate(model.layers):
            names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            W, U, b, c = (getattr(peer, f"{name}_l{n}") for name in names)
            W.copy_(layer.W)
            U.copy_(layer.U)
            b.copy_(layer.b)
            c.zero_()  # as is the c of a new GRU of ours
    return peer


def one_side(side: str, work: str, kind: str) -> dict:
    runtime.seed_everything(0)
    model = KINDS[kind][0](WORDS, HIDDEN, HIDDEN, num_layers=LAYERS)
    ids = torch.randint(WORDS, (BATCH, TIME + 1))
    layers = Ours(model) if side == "ours" else theirs(model, kind)
    if side == "torch":  # or else ours would lie about in its memory
        del model.layers
    embedding, output = model.embedding, model.output
    hidden = (lambda x: layers(x)) if side == "ours" else (lambda x: layers(x)[0])
    parameters = [*layers.parameters()]
    if work == "model":
        parameters += [*embedding.parameters(), *output.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.1)
    inputs = embedding(ids[:, :-1]).detach()

    def step() -> Tensor:
        optimizer.zero_grad()
        if work == "layers":
            loss = hidden(inputs).square().mean()
            loss.backward()
            return loss
        logits = output(hidden(embedding(ids[:, :-1])))
        loss = cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 5.0)
        optimizer.step()
        return loss

    first = step().item()  # and so that nothing is done for the first time below
    seconds = []
    for _ in range(REPEATS):
        with runtime.stopwatch() as watch:
            step()
        seconds.append(watch.cpu_seconds)
    return {"ms": 1e3 * min(seconds), "MB": runtime.peak_memory_mb(), "loss": first}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", choices=WORKS)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--side", choices=("ours", "torch"))
    arguments = parser.parse_args()
    if arguments.side:
        side = one_side(arguments.side, arguments.work, arguments.kind)
        print(json.dumps(side))
        return
    print(f"{LAYERS} layers of {HIDDEN}, {BATCH} rows of {TIME} tokens, one thread")
    for kind in [arguments.kind] if arguments.kind else KINDS:
        for work in [arguments.work] if arguments.work else WORKS:
            best: dict[str, dict] = {}
            for _ in range(arguments.rounds):
                for side in ("ours", "torch"):
                    got = in_a_process(__file__, side, work=work, kind=kind)
                    old = best.setdefault(side, got)
                    best[side] = {key: min(old[key], got[key]) for key in got}
            ours, peer = best["ours"], best["torch"]
            print(f"\n{kind}, {work}: loss {ours['loss']:.6f}, {peer['loss']:.6f}")
            report("CPU a step", ours["ms"], peer["ms"], "ms", "torch.nn")
            report("peak memory", ours["MB"], peer["MB"], "MB", "torch.nn")


if __name__ == "__main__":
    main()
