"""No model that learned from train beats the storyteller on test."""

import numpy as np

from lmcourse import littletown
from lmcourse.littletown import END
from lmcourse.ngram import KneserNey
from lmcourse.vocab import Vocab


def test_nothing_learned_from_train_beats_the_floor_on_test():
    train = littletown.load("train")
    vocab = Vocab.from_sentences(train, min_count=littletown.MIN_COUNT)
    test = littletown.load("test")
    floor = littletown.floor("test")
    model = KneserNey(order=5).fit(vocab.replace_unknown(train))
    scores = model.score(vocab.replace_unknown(test))
    assert len(scores) == len(floor)
    words = [word for story in test for word in [*story, END]]
    # Unknown words are cheaper for the model (it need not spell them): leave them out.
    known = np.array([word in vocab or word == END for word in words])
    assert known.mean() > 0.98
    assert -scores[known].mean() > -floor[known].mean() * 1.3
