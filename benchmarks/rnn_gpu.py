"""Time a step of LSTM training on a GPU: plain, recorded, and PyTorch's layers.

Run: python benchmarks/rnn_gpu.py [--steps 20]. The two configurations of Zaremba et
al. (2014) on made-up words: forward, backward, clip, SGD. Milliseconds on the wall,
the best of three rounds in turns, the GPU waited for. "recorded" is our own model with
its loss from ``training.captured``; ``torch.nn.LSTM`` is cuDNN there.
"""

import argparse
import time
from collections.abc import Callable

import torch
from sides import report
from torch import nn

from lmcourse import rnn, runtime, training
from lmcourse.batches import Batch

WORDS, BATCH, ROUNDS = 10_000, 20, 3
CONFIGURATIONS = {"small": (200, 20, 0.0), "medium": (650, 35, 0.5)}


class Theirs(nn.Module):
    """The same network around PyTorch's layers."""

    def __init__(self, hidden: int, dropout: float):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, hidden)
        self.layers = nn.LSTM(hidden, hidden, 2, batch_first=True, dropout=dropout)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, WORDS)

    def forward(self, ids, state=None):
        """Map ids (B, T) to logits (B, T, V) and the next state."""
        hidden, state = self.layers(self.dropout(self.embedding(ids)), state)
        return self.output(self.dropout(hidden)), state


def stepper(model: nn.Module, loss: Callable, batch: Batch) -> Callable[[], None]:
    """Return a function that trains one step, carrying the state."""
    parameters = list(model.parameters())
    optimizer = torch.optim.SGD(parameters, lr=0.1)
    state = None

    def step() -> None:
        nonlocal state
        optimizer.zero_grad()
        value, after = loss(model, batch, state)
        value.backward()
        nn.utils.clip_grad_norm_(parameters, 0.2)
        optimizer.step()
        state = training.detach(after)

    return step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20)
    steps = parser.parse_args().steps
    device = runtime.pick_device("cuda")
    print(torch.cuda.get_device_name(), torch.__version__)
    for name, (hidden, length, dropout) in CONFIGURATIONS.items():
        runtime.seed_everything(0)
        ids = torch.randint(WORDS, (2, BATCH, length), device=device)
        batch = Batch(ids[0], ids[1], first=False)
        options = {"num_layers": 2, "dropout": dropout}
        sides = {}
        for side in ("plain", "recorded", "torch.nn"):
            model = (
                Theirs(hidden, dropout)
                if side == "torch.nn"
                else rnn.LSTMLanguageModel(WORDS, hidden, hidden, **options)
            ).to(device)
            loss = training.next_token_loss
            if side == "recorded":
                loss = training.captured(model, batch)
            sides[side] = stepper(model, loss, batch)
            sides[side]()  # so that nothing is done for the first time below
        best = dict.fromkeys(sides, float("inf"))
        for _ in range(ROUNDS):
            for side, step in sides.items():
                torch.cuda.synchronize()
                start = time.perf_counter()
                for _ in range(steps):
                    step()
                torch.cuda.synchronize()
                spent = (time.perf_counter() - start) / steps
                best[side] = min(best[side], 1e3 * spent)
        print(f"\n{name}: 2 layers of {hidden}, {BATCH} rows of {length} tokens")
        for side in ("plain", "recorded"):
            report(side, best[side], best["torch.nn"], "ms", "torch.nn")


if __name__ == "__main__":
    main()
