"""Train any model that predicts the next token: one loop to read (from chapter 6 on).

``recipe`` is what is chosen before, ``loop`` the training itself, ``carried`` the state
that goes from batch to batch, ``run`` and ``checkpoints`` what must not be lost when a
process is killed, ``recorded`` a faster loss where there is a GPU, ``scoring`` what a
trained model pays for a text.

Nothing here knows a model's class. A model is called with ids (B, T) and its state and
returns logits (B, T, V) and the next state; whatever else is to be learned comes as a
``loss`` of your own.
"""

from lmcourse.training.carried import State, detach, joined, split
from lmcourse.training.loop import Batches, next_token_loss, train
from lmcourse.training.recipe import History, Recipe, learning_rate
from lmcourse.training.recorded import captured
from lmcourse.training.scoring import bits_per_token, score

__all__ = [
    "Batches",
    "History",
    "Recipe",
    "State",
    "bits_per_token",
    "captured",
    "detach",
    "joined",
    "learning_rate",
    "next_token_loss",
    "score",
    "split",
    "train",
]
