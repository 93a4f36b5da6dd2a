"""The million words of train come from their seed, byte for byte."""

import hashlib
import json

from lmcourse import littletown
from lmcourse.runtime import data_folder


def test_the_seed_gives_the_committed_bytes():
    told = hashlib.sha256()
    for story in littletown.generate("train"):
        told.update((" ".join(story.words) + "\n").encode())
    hashes = json.loads((data_folder() / "littletown" / "hashes.json").read_text())
    assert told.hexdigest() == hashes["train.txt"]
    text = "".join(" ".join(words) + "\n" for words in littletown.load("train"))
    assert hashlib.sha256(text.encode()).hexdigest() == hashes["train.txt"]
