"""What goes wrong in a recurrent network: its step, and its way through time.

Each entry is a hint and the function that a student with that mistake has written; the
checks that use them are in ``lmcourse.checks.rnn`` (chapter 7). The first is famous:
many a page of the web prints the step without its recurrence.

Shape letters: B batch, T time, E embedding, H hidden.
"""

from collections.abc import Callable

import torch

Mistakes = dict[str, Callable]

# --- rnn_step * -----------------------------------------------------------------------


def _step(
    inside: Callable = lambda x, h, W, U, b: x @ W.T + h @ U.T + b,
    f: Callable = torch.tanh,
    outside: Callable = lambda new, h, b: new,
) -> Callable:
    """Write the step with one part of it replaced."""

    def step(x, h, W, U, b):
        return outside(f(inside(x, h, W, U, b)), h, b)

    return step


MISTAKES_RNN_STEP: Mistakes = {
    "The old state h is not used. A network with h_t = tanh(W x_t + b) remembers "
    "nothing but the word it has just read: whatever you train it on, it can learn no "
    "more than which word follows which. The recurrence is the term U h_{t-1}, inside "
    "the tanh.": _step(lambda x, h, W, U, b: x @ W.T + b),
    "The input x is not used: this network talks to itself. W x_t belongs inside the "
    "tanh, too.": _step(lambda x, h, W, U, b: h @ U.T + b),
    "The bias b is missing.": _step(lambda x, h, W, U, b: x @ W.T + h @ U.T),
    "The bias is added twice. PyTorch keeps two of them (bias_ih and bias_hh), but "
    "their sum is all that counts, so here there is one b.": _step(
        lambda x, h, W, U, b: x @ W.T + b + h @ U.T + b
    ),
    "The bias is added after the tanh: it belongs inside.": _step(
        lambda x, h, W, U, b: x @ W.T + h @ U.T, outside=lambda new, h, b: new + b
    ),
    "This is a sigmoid, so no state is ever negative: take tanh.": _step(
        f=torch.sigmoid
    ),
    "This is a relu: take tanh, which keeps every state between -1 and 1. (Who can "
    "tame a recurrent relu? See the last exercise.)": _step(f=torch.relu),
    "The tanh is missing. A network without it is linear, and all its steps together "
    "are no more than one matrix.": _step(f=lambda a: a),
    "The tanh is taken twice.": _step(f=lambda a: a.tanh().tanh()),
    "A softmax makes the units share out a total of 1. They are independent here: take "
    "tanh of each.": _step(f=lambda a: a.softmax(1)),
    "U is not transposed. Row i of U holds what unit i listens to; as the states are "
    "rows here, U h becomes h @ U.T.": _step(lambda x, h, W, U, b: x @ W.T + h @ U + b),
    "W is not transposed. Row i of W holds what unit i listens to; as the inputs are "
    "rows here, W x becomes x @ W.T.": _step(lambda x, h, W, U, b: x @ W + h @ U.T + b),
    "Neither W nor U is transposed: with rows for inputs and states, W x is x @ W.T "
    "and U h is h @ U.T.": _step(lambda x, h, W, U, b: x @ W + h @ U + b),
    "W @ x multiplies columns, but your inputs and states are rows: x @ W.T and "
    "h @ U.T. (For one unit it makes no difference, so the first example passed.)": (
        _step(lambda x, h, W, U, b: W @ x + U @ h + b)
    ),
    "The rows were turned into columns, and b was not: in (H, B), b is added along the "
    "wrong axis. Stay with rows: x @ W.T + h @ U.T + b.": _step(
        lambda x, h, W, U, b: W @ x.T + U @ h.T + b, outside=lambda new, h, b: new.T
    ),
    "W and U are exchanged: W reads the input, U reads the old state.": _step(
        lambda x, h, W, U, b: x @ U.T + h @ W.T + b
    ),
    "x and h are joined in one order and W and U in the other, so that each matrix "
    "reads what is meant for both.": _step(
        lambda x, h, W, U, b: torch.cat([h, x], 1) @ torch.cat([W, U], 1).T + b
    ),
    "The old state is added after the tanh, so that it grows and grows: U h_{t-1} "
    "inside is all the way it should take.": _step(outside=lambda new, h, b: new + h),
    "U h_{t-1} is added after the tanh: it belongs inside, with W x_t.": (
        lambda x, h, W, U, b: torch.tanh(x @ W.T + b) + h @ U.T
    ),
    "W x_t is added after the tanh: it belongs inside, with U h_{t-1}.": (
        lambda x, h, W, U, b: torch.tanh(h @ U.T + b) + x @ W.T
    ),
    "Input and state have a tanh each: add first, then take one tanh of the sum.": (
        lambda x, h, W, U, b: torch.tanh(x @ W.T + b) + torch.tanh(h @ U.T)
    ),
    "W x_t and U h_{t-1} are multiplied: add them.": _step(
        lambda x, h, W, U, b: (x @ W.T) * (h @ U.T) + b
    ),
    "U h_{t-1} is subtracted: add it.": _step(
        lambda x, h, W, U, b: x @ W.T - h @ U.T + b
    ),
    "The old state comes in without U: U h_{t-1}, so that each unit can listen to all "
    "others.": _step(lambda x, h, W, U, b: x @ W.T + h + b),
    "Only the diagonal of U is used, so each unit hears nothing but itself: multiply "
    "with the whole matrix, h @ U.T.": _step(
        lambda x, h, W, U, b: x @ W.T + h * U.diagonal() + b
    ),
    "The old state has its tanh already: it goes into U as it is.": _step(
        lambda x, h, W, U, b: x @ W.T + h.tanh() @ U.T + b
    ),
    "This is the mean of the old state and the new: the new one alone is the answer.": (
        _step(outside=lambda new, h, b: (new + h) / 2)
    ),
    "The states of all rows are mixed: each row is a text of its own, with its own "
    "memory.": _step(lambda x, h, W, U, b: x @ W.T + h.mean(0) @ U.T + b),
}

# --- rnn_forward ** -------------------------------------------------------------------


def _forward(
    start: Callable = lambda h0: h0,
    times: Callable = range,
    step: Callable = lambda x, t, h, h0, weights: _new(x[:, t], h, *weights),
    together: Callable = lambda states: torch.stack(states, dim=1),
    answer: Callable = lambda hidden, states, h0: (hidden, states[-1]),
) -> Callable:
    """Write the loop over time with one part of it replaced."""

    def forward(x, h0, W, U, b):
        h, states = start(h0), []
        for t in times(x.shape[1]):
            h = step(x, t, h, h0, (W, U, b))
            states.append(h)
        return answer(together(states), states, h0)

    return forward


def _new(x, h, W, U, b):
    return torch.tanh(x @ W.T + h @ U.T + b)


def _first_axis(x, h0, W, U, b):
    h, states = h0, []
    for t in range(len(x)):
        h = _new(x[t], h, W, U, b)
        states.append(h)
    return torch.stack(states, dim=1), h


def _row_after_row(x, h0, W, U, b):
    h, rows = h0[:1], []
    for row in x:
        states = []
        for vector in row:
            h = _new(vector[None], h, W, U, b)
            states.append(h)
        rows.append(torch.cat(states))
    hidden = torch.stack(rows)
    return hidden, hidden[:, -1]


def _shifted(x, t, h, h0, weights):
    before = x[:, t - 1] if t else torch.zeros_like(x[:, 0])
    return _new(before, h, *weights)


MISTAKES_RNN_FORWARD: Mistakes = {
    "Every step starts from h0 again, so no state has seen more than one token: hand "
    "each new state to the next step.": _forward(
        step=lambda x, t, h, h0, weights: _new(x[:, t], h0, *weights)
    ),
    "No step looks back: each starts from zeros, or leaves out U h_{t-1}. Such a "
    "network knows the token that it has just read and nothing else, and can learn no "
    "more than which word follows which. Start from h0, then hand each new state to "
    "the next step.": _forward(
        step=lambda x, t, h, h0, weights: _new(x[:, t], torch.zeros_like(h), *weights)
    ),
    "h0 is not used, the first step starts from zeros: then no text could ever be "
    "continued.": _forward(start=torch.zeros_like),
    "The text is read from its end: t goes from 0 up.": _forward(
        times=lambda T: reversed(range(T))
    ),
    "The text is read from its end, and the states are put back in order: t goes from "
    "0 up.": _forward(
        times=lambda T: reversed(range(T)),
        together=lambda states: torch.stack(states[::-1], dim=1),
    ),
    "The states come in reverse order: h_1 is first.": _forward(
        together=lambda states: torch.stack(states[::-1], dim=1)
    ),
    "Only the last state is returned: return (hidden, last), where hidden holds the "
    "states of all times.": _forward(answer=lambda hidden, states, h0: states[-1]),
    "Only the hidden states are returned: return (hidden, last). Whoever goes on with "
    "the text needs the last one.": _forward(answer=lambda hidden, states, h0: hidden),
    "The two are in the other order: (hidden, last).": _forward(
        answer=lambda hidden, states, h0: (states[-1], hidden)
    ),
    "last is the first state, h_1: it should be h_T.": _forward(
        answer=lambda hidden, states, h0: (hidden, states[0])
    ),
    "last is still h0: update it in the loop.": _forward(
        answer=lambda hidden, states, h0: (hidden, h0)
    ),
    "last is the last row's states, hidden[-1]: the first axis is the batch, so the "
    "last time is hidden[:, -1].": _forward(
        answer=lambda hidden, states, h0: (hidden, hidden[-1])
    ),
    "last has an axis too many. torch.nn.RNN has it, for its layers; here it is "
    "(B, H).": _forward(answer=lambda hidden, states, h0: (hidden, states[-1][None])),
    "hidden holds the states *before* each step, h_0 to h_{T-1}: append after the "
    "step.": _forward(
        answer=lambda hidden, states, h0: (
            torch.stack([h0, *states[:-1]], dim=1),
            states[-1],
        )
    ),
    "hidden begins with h0 and has T + 1 states: h_1 to h_T are asked for.": _forward(
        answer=lambda hidden, states, h0: (
            torch.stack([h0, *states], dim=1),
            states[-1],
        )
    ),
    "hidden is the last state at all times: append each new state to the list.": (
        _forward(together=lambda states: torch.stack([states[-1]] * len(states), dim=1))
    ),
    "hidden is (T, B, H): the batch comes first. Stack along dim=1.": _forward(
        together=torch.stack
    ),
    "view and reshape do not exchange axes: they cut the same numbers elsewhere, and "
    "so mix the texts of the batch. Stack along dim=1, or use transpose(0, 1).": (
        _forward(
            together=lambda states: torch.stack(states).view(
                len(states[0]), len(states), -1
            )
        )
    ),
    "The states are joined into long rows: torch.stack(..., dim=1) makes the new axis "
    "that torch.cat lacks.": _forward(together=lambda states: torch.cat(states, dim=1)),
    "The states are joined one below the other: torch.stack(..., dim=1) makes the new "
    "axis that torch.cat lacks.": _forward(together=torch.cat),
    "torch.zeros makes room of float32, and the states lose half of their digits in "
    "it. Collect them in a list and stack them, or make room with x.new_zeros(...).": (
        _forward(answer=lambda hidden, states, h0: (hidden.float(), states[-1]))
    ),
    "x is read along its first axis, which is the batch: x[:, t] is time t of all "
    "texts.": _first_axis,
    "The state goes on from one row to the next, as if the batch were one long text: "
    "each row has its own h0 and its own state.": _row_after_row,
    "The first token is skipped: range starts at 0.": _forward(
        times=lambda T: range(1, T)
    ),
    "The last token is skipped: t goes up to T - 1.": _forward(
        times=lambda T: range(T - 1)
    ),
    "Step t reads the token before: x[:, t] goes into the step that makes h_t.": (
        _forward(step=_shifted)
    ),
    "The states of all rows are mixed: each row is a text of its own, with its own "
    "memory.": _forward(
        step=lambda x, t, h, h0, weights: _new(
            x[:, t], h.mean(0).expand_as(h), *weights
        )
    ),
    "U is not transposed: with rows for states, U h is h @ U.T.": _forward(
        step=lambda x, t, h, h0, weights: _new(
            x[:, t], h, weights[0], weights[1].T, weights[2]
        )
    ),
    "The old state is added after the tanh: U h_{t-1} inside is all the way it should "
    "take.": _forward(step=lambda x, t, h, h0, weights: h + _new(x[:, t], h, *weights)),
    "This is a sigmoid, so no state is ever negative: take tanh.": _forward(
        step=lambda x, t, h, h0, weights: torch.sigmoid(
            x[:, t] @ weights[0].T + h @ weights[1].T + weights[2]
        )
    ),
}
