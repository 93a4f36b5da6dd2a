"""Experiments of chapters 6 to 8 on the Penn Treebank: neural models, small to large.

``ptb-neural`` is made for two cores and half an hour a model; the two configurations
of Zaremba et al. (2014) want an accelerator, and take what there is.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from lmcourse.reproduce.core import experiment

_MIKOLOV = "Mikolov (2012), Statistical Language Models Based on Neural Networks, PhD"
_ROWS = 20  # of a batch, as in Zaremba et al.
_ZAREMBA = "Zaremba, Sutskever & Vinyals (2014), arXiv:1409.2329"


def _published(*rows: tuple[str, float, str]) -> list[dict[str, Any]]:
    return [
        {"model": model, "perplexity": perplexity, "source": source}
        for model, perplexity, source in rows
    ]


@experiment(
    "ptb-neural",
    needs=["ptb"],
    about="perplexity of neural models on the Penn Treebank, test, for one core",
    published=_published(
        ("Kneser-Ney, 5-gram", 141.2, _MIKOLOV),
        ("feed-forward network (Schwenk)", 141.8, _MIKOLOV),
        ("feed-forward network", 140.2, _MIKOLOV),
        ("recurrent network", 124.7, _MIKOLOV),
        ("LSTM, 2 x 200", 114.5, _ZAREMBA),
        ("LSTM, 2 x 650, dropout", 82.7, _ZAREMBA),
    ),
)
def _ptb_neural() -> Iterable[Mapping[str, Any]]:
    from lmcourse.neural_lm import BengioLanguageModel
    from lmcourse.rnn import LSTMLanguageModel, RNNLanguageModel
    from lmcourse.training import Recipe

    yield _trained(
        "feed-forward, 4 words",
        lambda V: BengioLanguageModel(V, 5, 100, 200),
        Recipe(steps=3000, lr=4e-3, warmup=100, clip=0.5),
    )
    yield _trained(
        "RNN, 256",
        lambda V: RNNLanguageModel(V, 256, 256, dropout=0.1, tied=True),
        Recipe(steps=8000, lr=2e-3, warmup=100, clip=0.5),
    )
    yield _trained(
        "LSTM, 2 x 200, tied, dropout 0.2",
        lambda V: LSTMLanguageModel(V, 200, 200, num_layers=2, dropout=0.2, tied=True),
        Recipe(steps=9000, lr=4e-3, warmup=100, clip=0.5),
    )


def _trained(
    name: str,
    make: Callable[[int], Any],
    recipe: Any,
    rate: Callable | None = None,
    num_steps: int = 35,
    init: float | None = None,
) -> dict[str, Any]:
    """Train on the whole training text, and score valid and test as one text each."""
    import torch

    from lmcourse import runtime, training, zoo
    from lmcourse.batches import ContiguousBatches

    vocab, train, valid, test = _treebank()
    device = runtime.pick_device()
    torch.manual_seed(0)
    model = make(len(vocab))
    zoo.start_from_counts(model, train, len(vocab))
    if init is not None:
        for parameter in model.parameters():
            torch.nn.init.uniform_(parameter, -init, init)
    model.to(device)
    batches = ContiguousBatches(train.to(device), _ROWS, num_steps)
    history = training.train(
        model,
        batches,
        recipe,
        loss=(
            training.captured(model, batches[0])
            if device == "cuda"
            else training.next_token_loss
        ),
        rate=rate or training.learning_rate,
    )
    perplexities = [
        2 ** training.bits_per_token(model, text.to(device)) for text in (valid, test)
    ]
    return {
        "model": name,
        "perplexity": perplexities[1],
        "valid_perplexity": perplexities[0],
        "epochs": recipe.steps / len(batches),
        "parameters": sum(p.numel() for p in model.parameters()),
        "seconds": round(history.seconds, 1),
        "cpu_seconds": round(history.cpu_seconds, 1),
        "device": torch.cuda.get_device_name() if device == "cuda" else device,
    }


@lru_cache(maxsize=1)
def _treebank() -> tuple:
    """Read the splits; ``</s>`` stands before the first word and after each line."""
    import torch

    from lmcourse import datasets
    from lmcourse.batches import encode_text
    from lmcourse.vocab import EOS, Vocab

    splits = [datasets.sentences("ptb", split) for split in ("train", "valid", "test")]
    vocab = Vocab.from_sentences(splits[0])
    start = torch.tensor(vocab.encode([EOS]))
    texts = [torch.cat([start, encode_text(split, vocab)]) for split in splits]
    return vocab, *texts


# --- as Zaremba et al. (2014), section 4.1, trained ----------------------------------


def _zaremba(
    name: str,
    hidden: int,
    num_steps: int,
    dropout: float,
    epochs: int,
    flat: int,
    decay: float,
    init: float,
) -> dict[str, Any]:
    """Train with plain gradient descent whose rate falls from epoch ``flat`` on.

    The paper adds up the loss over the steps of a row and takes the mean over the rows;
    ours is the mean over both. So its rate of 1 is ``num_steps`` here, and its limit
    of 5 for the gradient is 5 / ``num_steps``.
    """
    from lmcourse.batches import ContiguousBatches
    from lmcourse.rnn import LSTMLanguageModel
    from lmcourse.training import Recipe

    _, train, *_ = _treebank()
    each = len(ContiguousBatches(train, _ROWS, num_steps))  # batches of an epoch

    def rate(step: int, recipe: Recipe) -> float:
        return recipe.lr * decay ** max(0, step // each + 1 - flat)

    return _trained(
        name,
        lambda V: LSTMLanguageModel(V, hidden, hidden, num_layers=2, dropout=dropout),
        Recipe(
            steps=epochs * each,
            lr=float(num_steps),
            optimizer="sgd",
            clip=5 / num_steps,
        ),
        rate,
        num_steps=num_steps,
        init=init,
    )


@experiment(
    "ptb-zaremba-small",
    needs=["ptb"],
    about="the small LSTM of Zaremba et al. on the Penn Treebank, test",
    published=_published(("LSTM, 2 x 200", 114.5, _ZAREMBA)),
)
def _ptb_zaremba_small() -> Iterable[Mapping[str, Any]]:
    yield _zaremba("LSTM, 2 x 200", 200, 20, 0.0, 13, 4, 0.5, 0.1)


@experiment(
    "ptb-zaremba-medium",
    needs=["ptb"],
    about="the medium LSTM of Zaremba et al. on the Penn Treebank, test",
    published=_published(("LSTM, 2 x 650, dropout", 82.7, _ZAREMBA)),
)
def _ptb_zaremba_medium() -> Iterable[Mapping[str, Any]]:
    yield _zaremba("LSTM, 2 x 650, dropout", 650, 35, 0.5, 39, 6, 1 / 1.2, 0.05)
