"""What goes wrong when a recurrent network reads, learns and writes long texts.

Each entry is a hint and the function that a student with that mistake has written; the
checks that use them are in ``lmcourse.checks.rnn`` (chapter 7).

Shape letters: B batch, T time, N tokens of the text, L tokens of a row.
"""

import math
from collections.abc import Callable

import numpy as np
from torch.nn.functional import cross_entropy

from lmcourse.training import detach

Mistakes = dict[str, Callable]

# --- contiguous_batches ** ------------------------------------------------------------


def _cut(
    length: Callable = lambda N, B, T: (N - 1) // B,
    rows: Callable = lambda ids, B, L: ids[: B * L].view(B, L),
    targets: Callable = lambda ids, B, L: ids[1 : B * L + 1].view(B, L),
    starts: Callable = lambda L, T: range(0, L - T + 1, T),
    batch: Callable = lambda inputs, targets: (inputs, targets),
) -> Callable:
    """Cut a text into batches, with one part of it replaced."""

    def batches(ids, B, T):
        L = length(len(ids), B, T)
        x, y = rows(ids, B, L), targets(ids, B, L)
        return [batch(x[:, s : s + T], y[:, s : s + T]) for s in starts(L, T)]

    return batches


def _page_by_page(ids, B, T):
    size = B * T
    return [
        (ids[s : s + size].view(B, T), ids[s + 1 : s + size + 1].view(B, T))
        for s in range(0, len(ids) - size, size)
    ]


def _inside_stretch(ids, B, T):
    L = (len(ids) - 1) // B
    x = ids[: B * L].view(B, L)
    stretches = [x[:, s : s + T] for s in range(0, L - T + 1, T)]
    return [(part[:, :-1], part[:, 1:]) for part in stretches]


def _inside_rows(ids, B, T):
    L = len(ids) // B
    x = ids[: B * L].view(B, L)
    return [(x[:, s : s + T], x[:, s + 1 : s + T + 1]) for s in range(0, L - T, T)]


def _made_up(ids, B, T):
    def targets(ids, B, L):
        x = ids[: B * L].view(B, L)
        return x.roll(-1, dims=1).index_fill(1, x.new_tensor([L - 1]), 0)

    return _cut(targets=targets)(ids, B, T)


def _turned(ids, B, T):
    return [(x.T, y.T) for x, y in _cut()(ids, B, T)]


def _whole(ids, B, T):
    return ids[: (len(ids) - 1) // B * B]


MISTAKES_CONTIGUOUS_BATCHES: Mistakes = {
    "The rows are interleaved: token by token the text is dealt out like cards, so "
    "that no row can be read. Cut it into B long pieces: ids[: B * L].view(B, L).": (
        _cut(
            rows=lambda ids, B, L: ids[: B * L].view(L, B).T,
            targets=lambda ids, B, L: ids[1 : B * L + 1].view(L, B).T,
        )
    ),
    "Each batch takes the next B * T tokens and cuts them into rows. So row 0 of the "
    "next batch does not go on where row 0 ended, and a carried state would be that of "
    "another place. First cut the whole text into B long rows, then cut stretches of T "
    "columns.": _page_by_page,
    "The targets are the inputs: this asks the model to repeat what it has just read, "
    "and its loss will be wonderfully low. A target is the token one place later.": (
        _cut(targets=lambda ids, B, L: ids[: B * L].view(B, L))
    ),
    "The targets are two places later: one is enough.": _cut(
        length=lambda N, B, T: (N - 2) // B,
        targets=lambda ids, B, L: ids[2 : B * L + 2].view(B, L),
    ),
    "Inputs and targets are exchanged: return (inputs, targets), where a target is the "
    "token one place *later*.": _cut(batch=lambda x, y: (y, x)),
    "roll(1) shifts to the right, so that the targets are the tokens before, and the "
    "first one comes from the end. Shift the whole text to the left, ids[1:], then cut "
    "it.": _cut(targets=lambda ids, B, L: ids[: B * L].view(B, L).roll(1, dims=1)),
    "roll brings the first token of a stretch back as the last target. The target of a "
    "stretch's last token is the first token of the next stretch.": _cut(
        batch=lambda x, y: (x, x.roll(-1, dims=1))
    ),
    "roll brings the first token of a row back as its last target. The row ends where "
    "the next one begins: shift the whole text, ids[1:], then cut it.": _cut(
        targets=lambda ids, B, L: ids[: B * L].view(B, L).roll(-1, dims=1)
    ),
    "Each stretch gives up a token for the shift, so inputs and targets have T - 1 "
    "columns, and what leads from stretch to stretch is never learned. Shift the whole "
    "text, ids[1:], then cut it.": _inside_stretch,
    "Each row gives up a token for the shift. Shift the whole text, ids[1:], then cut: "
    "the rows are (N - 1) // B long, and a row's last target is the next row's first "
    "token.": _inside_rows,
    "L = N // B leaves the last token without a target when B divides N: one token "
    "more than B * L is needed, so L = (N - 1) // B.": _cut(
        length=lambda N, B, T: N // B
    ),
    "Two lists are returned, one of all inputs, one of all targets: return one list of "
    "pairs, [(inputs, targets), ...].": lambda ids, B, T: tuple(
        [pair[side] for pair in _cut()(ids, B, T)] for side in (0, 1)
    ),
    "The last target of each row is made up. The row ends, but the text goes on: its "
    "target is the next row's first token. Shift the whole text, ids[1:], then cut.": (
        _made_up
    ),
    "Stretches overlap by one token: the next one begins at the column after the last, "
    "so that the state has read each token once.": _cut(
        starts=lambda L, T: range(0, L - T + 1, max(1, T - 1))
    ),
    "Stretches begin one token apart, so that each token is read T times, and a "
    "carried state would be far ahead of the next stretch. The next one begins T "
    "columns on.": _cut(starts=lambda L, T: range(L - T + 1)),
    "The last stretch is shorter than T: leave it out, so that all batches have the "
    "same shape.": _cut(starts=lambda L, T: range(0, L, T)),
    "The last full stretch is missing: range stops one before its end.": _cut(
        starts=lambda L, T: range(0, L - T, T)
    ),
    "The last batch is always missing, even when it is full.": _cut(
        starts=lambda L, T: range(0, L - T + 1, T)[:-1]
    ),
    "The first batch is missing.": _cut(starts=lambda L, T: range(T, L - T + 1, T)),
    "The batches come from the end to the beginning: the state can only go on "
    "forwards.": _cut(starts=lambda L, T: range(0, L - T + 1, T)[::-1]),
    "Only one batch is returned: is the return inside the loop?": _cut(
        starts=lambda L, T: range(0, L - T + 1, T)[:1]
    ),
    "The batches are (T, B): the batch comes first, (B, T).": _turned,
    "B and T are exchanged: B rows, T columns.": lambda ids, B, T: _cut()(ids, T, B),
}

# --- read_in_stretches ** -------------------------------------------------------------


def _loss(logits, targets):
    return cross_entropy(logits.flatten(0, 1), targets.flatten())


def _stretches(
    before: Callable = lambda state, batch: None if batch.first else state,
    loss: Callable = lambda logits, batch: _loss(logits, batch.targets),
    backward: Callable = lambda loss, count: loss.backward(),
    after: Callable = lambda new, old: detach(new),
    value: Callable = lambda loss: loss.item(),
    clear: bool = False,
    chosen: Callable = lambda batches: batches,
) -> Callable:
    """Read in stretches, with one part of it replaced."""

    def read(model, batches):
        state, losses = None, []
        for batch in chosen(batches):
            if clear:
                model.zero_grad()
            logits, new = model(batch.inputs, before(state, batch))
            found = loss(logits, batch)
            backward(found, len(batches))
            losses.append(value(found))
            state = after(new, state)
        return losses

    return read


def _first_layer_only(new, old):
    return (detach(new[0]), *new[1:])


def _next_after_first(model, batches):
    """Carry, but throw the state away after the first batch of a text."""
    state, losses = None, []
    for batch in batches:
        logits, new = model(batch.inputs, state)
        loss = _loss(logits, batch.targets)
        loss.backward()
        losses.append(loss.item())
        state = None if batch.first else detach(new)
    return losses


MISTAKES_READ_IN_STRETCHES: Mistakes = {
    "The state is not carried: each stretch is read as if nothing had come before it. "
    "Hand the state of one stretch to the next.": _stretches(
        before=lambda state, batch: None
    ),
    "The state is not detached. It remembers how it was made, so backward() runs on "
    "into the stretch before, whose graph is gone already: that is the RuntimeError. "
    "Detach the state of every layer before you carry it on.": _stretches(
        after=lambda new, old: new
    ),
    "Only the first layer's state is detached: state is a tuple with one for each "
    "layer.": _stretches(after=_first_layer_only),
    "The state is not detached: by keeping the graph (retain_graph=True, or one "
    "backward() for the sum of all losses) each stretch is differentiated through all "
    "those before it. Each costs more than the last, until memory runs out. Cut with "
    "detach().": _stretches(
        backward=lambda loss, count: loss.backward(retain_graph=True),
        after=lambda new, old: new,
    ),
    "batch.first is not looked at: where it is True a new text begins, and nothing of "
    "the old one should be remembered. The state is None there.": _stretches(
        before=lambda state, batch: state
    ),
    "batch.first is taken the wrong way around: where it is True, the state is None; "
    "elsewhere it is carried.": _stretches(
        before=lambda state, batch: state if batch.first else None
    ),
    "The state is dropped *after* a batch with first=True: it is the state before it "
    "that has nothing to do with it.": _next_after_first,
    "The gradients of the stretches before are wiped out: leave them, so that they add "
    "up. (zero_grad() belongs to the training loop around this.)": _stretches(
        clear=True
    ),
    "There is no backward(): the losses are right, but no parameter has a gradient.": (
        _stretches(backward=lambda loss, count: None)
    ),
    "The losses are divided by the number of batches before backward(): add up the "
    "gradients as they are.": _stretches(
        backward=lambda loss, count: (loss / count).backward()
    ),
    "The loss is the sum over the tokens of a batch: take their mean, as cross_entropy "
    "does if you do not tell it otherwise.": _stretches(
        loss=lambda logits, batch: cross_entropy(
            logits.flatten(0, 1), batch.targets.flatten(), reduction="sum"
        )
    ),
    "The model is asked for what it has just read: compare with batch.targets, not "
    "batch.inputs.": _stretches(loss=lambda logits, batch: _loss(logits, batch.inputs)),
    "Only the last token of each row is compared: every token has a target.": (
        _stretches(
            loss=lambda logits, batch: cross_entropy(
                logits[:, -1], batch.targets[:, -1]
            )
        )
    ),
    "Softmax twice: cross_entropy wants the logits.": _stretches(
        loss=lambda logits, batch: _loss(logits.softmax(2), batch.targets)
    ),
    "The losses are in bits: give them as they are, in nats.": _stretches(
        value=lambda loss: loss.item() / math.log(2)
    ),
    "The losses are Tensors, and may keep their whole graphs alive: append "
    "loss.item(), a plain number.": _stretches(value=lambda loss: loss),
    "Only the first batch is read: is the return inside the loop?": _stretches(
        chosen=lambda batches: batches[:1]
    ),
}

# --- write ** -------------------------------------------------------------------------


def _writing(
    first: Callable = lambda ask, prompt: ask(prompt, None),
    then: Callable = lambda ask, token, state, written, prompt: ask([token], state),
    choose: Callable = lambda choose, logits: choose(logits),
    enough: Callable = lambda written, prompt, max_tokens: len(written) >= max_tokens,
    ends: Callable = lambda token, stop: token == stop,
    keeps_stop: bool = False,
    answer: Callable = lambda prompt, written: written,
) -> Callable:
    """Write with one part of it replaced."""

    def write(next_logits, prompt, chooses, max_tokens, stop):
        logits, state = first(next_logits, prompt)
        written = []
        while not enough(written, prompt, max_tokens):
            token = choose(chooses, logits)
            if ends(token, stop):
                written += [token] * keeps_stop
                break
            written.append(token)
            logits, state = then(next_logits, token, state, written, prompt)
        return answer(prompt, written)

    return write


def _twice(ask, prompt):
    _, state = ask(prompt, None)
    return ask(prompt[-1:], state)


def _empty_state(ask, prompt):
    logits, _ = ask(prompt, None)
    return logits, None


MISTAKES_WRITE: Mistakes = {
    "The whole text is read again for each new token. The answer is right, but a text "
    "of n tokens costs n**2 / 2 steps: the state knows all that has been read, so give "
    "next_logits the new token alone, and the state.": _writing(
        then=lambda ask, token, state, written, prompt: ask([*prompt, *written], None)
    ),
    "The whole text is read again for each new token, on top of a state that has read "
    "it already: the model sees everything many times over. Give it the new token "
    "alone.": _writing(
        then=lambda ask, token, state, written, prompt: ask([*prompt, *written], state)
    ),
    "The prompt's last token is read twice: the first call has read it, and its logits "
    "are those of the token that comes next.": _writing(first=_twice),
    "Each new token is given with an empty state, so the model forgets all but one "
    "word. Hand it the state that came with the last logits.": _writing(
        then=lambda ask, token, state, written, prompt: ask([token], None)
    ),
    "The state stays that of the prompt: each call returns a new one, and the next "
    "call needs it.": _writing(
        then=lambda ask, token, state, written, prompt: (ask([token], state)[0], state)
    ),
    "The state that came with the prompt is thrown away: hand it on with the first "
    "token that is written.": _writing(first=_empty_state),
    "Only the prompt's last token is read: read all of it first.": _writing(
        first=lambda ask, prompt: ask(prompt[-1:], None)
    ),
    "The prompt's first token is not read.": _writing(
        first=lambda ask, prompt: ask(prompt[1:] or prompt, None)
    ),
    "The prompt is read from its end.": _writing(
        first=lambda ask, prompt: ask(prompt[::-1], None)
    ),
    "The new tokens are never read, so the model is asked the same question each "
    "time.": _writing(
        then=lambda ask, token, state, written, prompt: ask(prompt, None)
    ),
    "Each new token is read twice.": _writing(
        then=lambda ask, token, state, written, prompt: ask([token, token], state)
    ),
    "stop is returned as well: it says that the text is over, and is no part of it.": (
        _writing(keeps_stop=True)
    ),
    "stop is not looked at: writing ends when it is chosen, even before max_tokens.": (
        _writing(ends=lambda token, stop: False)
    ),
    "max_tokens is not looked at: if stop is never chosen, this writes on without an "
    "end.": _writing(enough=lambda written, prompt, most: False),
    "`if stop` is False for token 0, too: ask for token == stop alone. (None equals no "
    "token.)": _writing(ends=lambda token, stop: stop and token == stop),
    "choose is given probabilities: hand it the logits as they come.": _writing(
        choose=lambda choose, logits: choose(np.exp(logits) / np.exp(logits).sum())
    ),
    "choose is asked twice for each token. It may draw by chance, and then the token "
    "that is kept is not the one that was read: ask once, and keep the answer.": (
        _writing(choose=lambda choose, logits: (choose(logits), choose(logits))[1])
    ),
    "One token too many: at most max_tokens are written.": _writing(
        enough=lambda written, prompt, most: len(written) > most
    ),
    "One token is missing: up to max_tokens are written.": _writing(
        enough=lambda written, prompt, most: len(written) >= most - 1
    ),
    "The prompt counts as written: max_tokens is the number of new tokens.": _writing(
        enough=lambda written, prompt, most: len(prompt) + len(written) >= most
    ),
    "The prompt is returned, too: return the new tokens only.": _writing(
        answer=lambda prompt, written: [*prompt, *written]
    ),
    "The likeliest token is taken: let choose(logits) decide, whatever it does.": (
        _writing(choose=lambda choose, logits: int(logits.argmax()))
    ),
    "The first token after the prompt is lost: the prompt's logits choose it.": (
        _writing(answer=lambda prompt, written: written[1:])
    ),
}
