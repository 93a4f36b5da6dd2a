"""A training to be killed: run by tests/test_training_resume.py, alone or in pieces.

Run: python tests/training_victim.py CHECKPOINT OPTIMIZER SECONDS_A_STEP
"""

import sys
import time
from pathlib import Path

import torch

from lmcourse import rnn, runtime
from lmcourse.batches import ContiguousBatches
from lmcourse.training import History, Recipe, bits_per_token, next_token_loss, train

STEPS = 60


def victim(checkpoint: Path, optimizer: str, pause: float = 0.0) -> History:
    """Train with all that can go wrong: dropout, carried state, parts, best looks."""
    runtime.seed_everything(0)
    ids = torch.randint(20, (400,))
    model = rnn.LSTMLanguageModel(20, 6, 6, num_layers=2, dropout=0.3, tied=True)
    lr = 0.5 if optimizer == "sgd" else 0.02
    recipe = Recipe(
        steps=STEPS,
        lr=lr,
        optimizer=optimizer,
        weight_decay=0.01,
        warmup=5,
        parts=2,
        evaluate_every=7,
        checkpoint_every=1,
    )

    def slow_loss(*arguments):
        time.sleep(pause / 2)  # one for each part
        return next_token_loss(*arguments)

    return train(
        model,
        ContiguousBatches(ids, 5, 6),
        recipe,
        valid=lambda: bits_per_token(model, ids[:60]),
        loss=slow_loss,
        checkpoint=checkpoint,
    )


if __name__ == "__main__":
    victim(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
