"""Byte-level BPE: round trips on anything, special tokens, save and load."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmcourse.tokenizers import END_OF_TEXT, BPETokenizer, encode_word, gpt2, merge
from lmcourse.tokenizers.bytelevel import count_pieces

TEXT = (
    "The tall man saw the small ball. The ball didn't fall; the man's hat did!\n"
    "Mía ate 27 crêpes. 她看见了红色的球。 🙂🙂\n\n   The end.\t"
) * 3
TOKENIZER = BPETokenizer.train(TEXT, vocab_size=320)

HARD = [
    "",
    " ",
    "   spaces   ",
    "\r\n\t\u00a0\u2003\u3000x",
    "don't we've I'LL 'tis 's",
    "👩‍👩‍👧‍👦🇨🇳👍🏽",
    "研究生命起源，人工智能。",
    "Z\u0351\u0311a\u0308l\u030ago e\u0301",
    "नमस्ते שלום مرحبا",
    "\x00\x1c\x7f\x85",
    END_OF_TEXT,
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "\ud800 a lone surrogate \udfff",
    "\ud83d\ude00",
]


@pytest.mark.parametrize("string", HARD)
def test_round_trip_of_hard_cases(string):
    assert TOKENIZER.decode(TOKENIZER.encode(string)) == string


@given(st.text(st.characters(exclude_categories=())))  # lone surrogates, too
def test_round_trip_of_anything(string):
    assert TOKENIZER.decode(TOKENIZER.encode(string)) == string
    assert TOKENIZER.decode(TOKENIZER.encode(string, allow_specials=True)) == string


@given(st.text(alphabet="thealm b'n", max_size=60))
def test_encoding_is_replaying_the_merges(string):
    want = []
    for piece, times in count_pieces(string).items():
        symbols = [piece[i : i + 1] for i in range(len(piece))]
        for pair in TOKENIZER.merges:
            symbols = merge(symbols, pair)
        want.extend(symbols * times)
    got = [TOKENIZER.token_bytes(i) for i in TOKENIZER.encode(string)]
    assert sorted(got) == sorted(want)


@given(
    st.lists(st.text(alphabet="abc", max_size=12), max_size=6),
    st.text(alphabet="abc", max_size=40),
)
def test_merges_that_compete_are_made_in_their_order(texts, piece):
    # Three letters, so that nearly every merge takes something away from another one.
    tokenizer = BPETokenizer.train(" ".join(texts), vocab_size=300)
    want = encode_word(piece.encode(), tokenizer.merges)
    assert [tokenizer.token_bytes(i) for i in tokenizer.encode(piece)] == want


def test_a_learned_token_is_one_id():
    for i, token in enumerate(TOKENIZER.tokens):
        if i >= 256:
            assert TOKENIZER.encode(token.decode(errors="replace")) == [i] or (
                "\ufffd" in token.decode(errors="replace")
            )


def test_every_byte_encodes():
    assert TOKENIZER.vocab_size == 320
    assert BPETokenizer([]).encode("é") == [0xC3, 0xA9]
    assert BPETokenizer([]).vocab_size == 257


def test_a_cut_character_becomes_a_replacement_character():
    first, second = BPETokenizer([]).encode("é")
    tokenizer = BPETokenizer([])
    assert tokenizer.decode([first]) == "\ufffd"
    assert tokenizer.decode([97, second, 98]) == "a\ufffdb"
    assert tokenizer.pieces("aé") == ["a", "\ufffd", "\ufffd"]


# --- special tokens


def test_a_special_token_in_the_text_is_text_unless_allowed():
    end = TOKENIZER.vocab_size - 1
    assert end not in TOKENIZER.encode(f"a{END_OF_TEXT}b")
    ids = TOKENIZER.encode(f"a{END_OF_TEXT}b", allow_specials=True)
    assert ids == [*TOKENIZER.encode("a"), end, *TOKENIZER.encode("b")]
    assert TOKENIZER.decode(ids) == f"a{END_OF_TEXT}b"
    assert TOKENIZER.decode([end]) == END_OF_TEXT


def test_the_longer_special_token_wins():
    tokenizer = BPETokenizer([], specials=("<a", "<a>"))
    assert tokenizer.encode("<a><a", allow_specials=True) == [257, 256]


def test_no_special_tokens():
    tokenizer = BPETokenizer([], specials=())
    assert tokenizer.vocab_size == 256
    assert tokenizer.encode("<x>", allow_specials=True) == [60, 120, 62]


# --- training


def test_training_on_parts_is_training_on_all():
    parts = [TEXT[:100], TEXT[100:]]
    assert (
        BPETokenizer.train(parts, 300).merges
        == BPETokenizer.train(iter(parts), 300).merges
    )


def test_merges_stay_inside_pieces():
    assert all(
        b" " not in token[1:]
        for token in BPETokenizer.train(TEXT, 500).tokens[256:]
        if token.strip()
    )


def test_a_short_text_ends_with_fewer_tokens():
    assert BPETokenizer.train("aaa", 1000).vocab_size == 257 + 2  # aa, aaa


# --- save and load


@pytest.mark.parametrize(
    "tokenizer",
    [TOKENIZER, BPETokenizer([], specials=("<é>",), first_bytes=range(255, -1, -1))],
)
def test_a_reloaded_tokenizer_encodes_the_same(tokenizer, tmp_path):
    tokenizer.save(tmp_path / "tokenizer.json")
    again = BPETokenizer.load(tmp_path / "tokenizer.json")
    for string in [TEXT, *HARD]:
        assert again.encode(string) == tokenizer.encode(string)
        assert again.encode(string, True) == tokenizer.encode(string, True)
    assert again.vocab_size == tokenizer.vocab_size
    assert again.merges == tokenizer.merges


def test_another_file_is_refused(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps({"kind": "words", "vocab": []}))
    with pytest.raises(ValueError, match="expected a stored byte-level BPE"):
        BPETokenizer.load(tmp_path / "x.json")


# --- bad input


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BPETokenizer([(b"ab", b"c")]), "merge 0 joins b'ab' and b'c'"),
        (
            lambda: BPETokenizer([(b"a", b"b")] * 2),
            "merge 1 makes b'ab', expected a new",
        ),
        (
            lambda: BPETokenizer([], first_bytes=[0] * 256),
            "each of 0, 1, ..., 255 once",
        ),
        (lambda: BPETokenizer([], specials=("a", "a")), "specials must differ"),
        (lambda: BPETokenizer.train("text", 100), "vocab_size must be at least 257"),
        (lambda: BPETokenizer.train([["a"]]), "each of texts must be a str, got list"),
        (lambda: TOKENIZER.encode(b"bytes"), "must be a str, got bytes"),
        (lambda: TOKENIZER.decode([320]), "an id must be in 0, ..., 319, got 320"),
        (lambda: TOKENIZER.decode([-1]), "an id must be in"),
    ],
)
def test_bad_input_is_explained(make, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        make()


# --- a long piece


def test_a_piece_of_many_letters_is_no_trouble():
    # One piece of 90,000 bytes: work that grew with its square would take an hour.
    string = "研究生命起源" * 5000
    tokenizer = BPETokenizer.train(string[:600], 300)
    assert tokenizer.decode(tokenizer.encode(string)) == string
    assert len(tokenizer.encode(string)) < 10_000


# --- GPT-2


def test_gpt2_gives_the_published_ids(real_data):
    tokenizer = gpt2()
    published = json.loads((real_data / "tokenizer/gpt2/encoder.json").read_bytes())
    assert tokenizer.vocab_size == len(published) == 50257
    from lmcourse.tokenizers.bytelevel import gpt2_alphabet

    written = {byte: character for character, byte in gpt2_alphabet().items()}
    ours = {
        "".join(written[byte] for byte in token): i
        for i, token in enumerate(tokenizer.tokens)
    }
    assert ours | {END_OF_TEXT: 50256} == published


def test_gpt2_on_a_sentence(real_data):
    assert gpt2().encode("Hello world") == [15496, 995]
    assert gpt2().pieces("unbelievable!") == ["un", "bel", "iev", "able", "!"]


def test_memory_for_pieces_has_a_bound(monkeypatch):
    monkeypatch.setattr("lmcourse.tokenizers.bytelevel.REMEMBERED", 10)
    tokenizer = BPETokenizer.train(TEXT, 300)
    string = " ".join(f"{i}word{i} " + "x" * i for i in range(300))
    assert tokenizer.decode(tokenizer.encode(string)) == string
    assert len(tokenizer._known) == 10
    assert tokenizer.encode(string) == BPETokenizer(tokenizer.merges).encode(string)
