"""Recurrent networks: steps, layers, language models (chapters 7 and 8).

``steps`` has the equations, ``layers`` repeats them over time, ``model`` puts them
between two tables of words. A step is a function, so any with the same signature can
stand in for it: ``LSTMLanguageModel(..., step=my_step)``.
"""

from lmcourse.rnn.layers import (
    Bidirectional,
    GRULayer,
    LSTMLayer,
    RecurrentLayer,
    unroll,
)
from lmcourse.rnn.model import GRULanguageModel, LSTMLanguageModel, RNNLanguageModel
from lmcourse.rnn.steps import (
    LSTMState,
    gru_cell,
    gru_step,
    gru_step_of_the_paper,
    lstm_cell,
    lstm_step,
    rnn_cell,
    rnn_step,
)

__all__ = [
    "Bidirectional",
    "GRULanguageModel",
    "GRULayer",
    "LSTMLanguageModel",
    "LSTMLayer",
    "LSTMState",
    "RNNLanguageModel",
    "RecurrentLayer",
    "gru_cell",
    "gru_step",
    "gru_step_of_the_paper",
    "lstm_cell",
    "lstm_step",
    "rnn_cell",
    "rnn_step",
    "unroll",
]
