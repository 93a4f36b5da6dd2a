"""The probes are minimal pairs, and come from their seed."""

from lmcourse import littletown
from lmcourse.littletown import corpus


def test_probes_come_from_their_seed_and_are_minimal_pairs():
    committed = littletown.probes()
    again = corpus.make_probes(each=30)
    assert {kind: pairs[:5] for kind, pairs in again.items()} == {
        kind: pairs[:5] for kind, pairs in committed.items()
    }
    texts = {tuple(s) for split in corpus.SPLITS for s in littletown.load(split)}
    for kind, pairs in committed.items():
        assert len(pairs) == 1000, kind
        for probe in pairs[::100]:
            odds = littletown.next_word(probe.context)
            assert odds[probe.right] > 0
            assert probe.wrong not in odds
            assert probe.distance >= 2
            assert not any(
                t[: len(probe.context)] == tuple(probe.context) for t in texts
            )
