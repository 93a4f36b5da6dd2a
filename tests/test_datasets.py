"""Real text is found, checked and fetched; what goes wrong says so and loses nothing.

The network is a server on this machine that behaves as badly as servers do.
"""

import gzip
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pooch
import pytest
from typer.testing import CliRunner

from lmcourse import datasets, runtime
from lmcourse.cli import app
from lmcourse.datasets import DatasetNotFound, WrongHash, files

TRAIN = "the cat sat\n\non the café mat\n".encode()
VALID = b"a dog ran\n"
LETTERS = b"abcdefghij"
POEMS = [
    [{"title": "靜夜思", "author": "李白", "paragraphs": ["牀前看月光，疑是地上霜。"]}],
    [{"title": "春曉", "author": "孟浩然", "paragraphs": ["一。", "二。"], "id": "7"}],
]
PAIRS = "tiger\tcat\t7.35\r\n钱\t 现金\t10\n".encode()
MORE_PAIRS = b"old\tnew\t1.58"
QUESTIONS = (
    ": family\r\nboy girl he she\r\n\r\n: 首都\r\n雅典 希腊 北京 中国\r\n".encode()
)
READING = [
    {"data": [{"paragraphs": [{"context": "一。", "qas": [{"question": "几？"}]}]}]},
    {"data": [{"paragraphs": [{"context": "二\n三", "qas": []}, {"context": "四"}]}]},
]
READING_FILES = [json.dumps(part).encode() for part in READING]
POEM_FILES = [json.dumps(part, ensure_ascii=False).encode() for part in POEMS]


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.server.answers.get(self.path, missing)(self)

    def log_message(self, *args):  # silence
        pass


def reply(handler, content, status=200, length=None, **headers):
    handler.send_response(status)
    if length is not False:
        handler.send_header("Content-Length", str(length or len(content)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)


def sends(content, **how):
    return lambda handler: reply(handler, content, **how)


def missing(handler):
    reply(handler, b"no such page", status=404)


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.answers, running.asked = {}, []
        running.daemon_threads = True
        running.block_on_close = False
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def world(server, tmp_path, monkeypatch):
    """A catalogue of six data sets, an empty cache, and a server that has them all."""
    shipped, cache = tmp_path / "shipped", tmp_path / "cache"
    shipped.mkdir()
    monkeypatch.setattr(runtime, "data_folder", lambda: shipped)
    monkeypatch.setenv("LMCOURSE_CACHE", str(cache))
    monkeypatch.delenv("LMCOURSE_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    base = f"http://127.0.0.1:{server.server_port}"
    contents = {"/train.txt": TRAIN, "/valid.txt": VALID, "/letters.txt": LETTERS}
    contents |= {f"/poems.{i}.json": part for i, part in enumerate(POEM_FILES)}
    contents |= {"/pairs.txt": PAIRS, "/more.txt": MORE_PAIRS, "/quiz.txt": QUESTIONS}
    contents |= {f"/reading.{i}.json": part for i, part in enumerate(READING_FILES)}
    server.answers |= {page: sends(content) for page, content in contents.items()}
    entries = []

    def entry(name, form, rows, more=""):
        lines = [f'[{name}]\ntitle = "The {name}"\nform = "{form}"\nlicense = "Ours"']
        lines.append(f'source = "a server"\ncitation = "None"\nsplit = "ours"\n{more}')
        for split, file, page in rows:
            source = contents[page]
            stored = packed(source) if file.endswith(".gz") else source
            lines.append(
                f'[[{name}.files]]\nsplit = "{split}"\nfile = "{file}"\n'
                f'size = {len(stored)}\nsha256 = "{sha256(stored)}"\n'
                f'address = "{base}{page}"\n'
                f'source_size = {len(source)}\nsource_sha256 = "{sha256(source)}"'
            )
        entries.append("\n".join(lines))

    rows = [("train", "lm/zoo/train.txt.gz", "/train.txt")]
    entry("zoo", "lines", [*rows, ("valid", "lm/zoo/valid.txt", "/valid.txt")])
    slices = "slices = { train = [0.0, 0.9], valid = [0.9, 1.0] }"
    entry("letters", "text", [("all", "letters.txt", "/letters.txt")], slices)
    entry(
        "verses", "poems", [("all", f"p/{i}.json", f"/poems.{i}.json") for i in (0, 1)]
    )
    rows = [("all", "alike.txt", "/pairs.txt"), ("more", "more.txt.gz", "/more.txt")]
    entry("alike", "similarities", rows)
    entry("quiz", "analogies", [("all", "quiz.txt", "/quiz.txt")])
    rows = [
        ("dev", "r/0.json", "/reading.0.json"),
        ("x", "r/1.json", "/reading.1.json"),
    ]
    entry("reading", "paragraphs", rows, "slices = { all = [0.0, 1.0] }")
    (shipped / "catalogue.toml").write_text("\n\n".join(entries), encoding="utf-8")
    return server


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "data"


@pytest.fixture
def local(tmp_path, monkeypatch):
    """A folder for LMCOURSE_DATA, laid out as the catalogue says."""
    folder = tmp_path / "local"
    (folder / "lm" / "zoo").mkdir(parents=True)
    (folder / "lm" / "zoo" / "train.txt.gz").write_bytes(packed(TRAIN))
    (folder / "lm" / "zoo" / "valid.txt").write_bytes(VALID)
    monkeypatch.setenv("LMCOURSE_DATA", str(folder))
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# --- when all is well ---------------------------------------------------------------


def test_the_local_folder_comes_first_and_needs_no_server(world, local, cache):
    assert datasets.load("zoo") == TRAIN.decode()
    assert datasets.load("zoo", "valid") == VALID.decode()
    assert datasets.path("zoo") == local / "lm" / "zoo" / "train.txt.gz"
    assert world.asked == []
    assert not cache.exists()


def test_a_plain_local_file_is_as_good_as_the_packed_one(world, local):
    (local / "lm/zoo/train.txt.gz").rename(local / "aside")
    (local / "lm/zoo/train.txt").write_bytes(TRAIN)
    assert datasets.load("zoo") == TRAIN.decode()
    assert datasets.path("zoo") == local / "lm" / "zoo" / "train.txt"
    assert world.asked == []


def test_an_absent_file_is_downloaded_once(world, cache, capsys):
    assert datasets.load("zoo") == TRAIN.decode()
    assert tree(cache) == {"lm/zoo/train.txt": TRAIN}
    assert datasets.load("zoo") == TRAIN.decode()
    assert world.asked == ["/train.txt"]
    capsys.readouterr()


def test_license_and_source_are_said_once_per_data_set(world, capsys):
    datasets.get("zoo")
    first = capsys.readouterr()
    assert first.err.count("The zoo, from a server") == 1
    assert first.err.count("License: Ours") == 1
    assert first.out == ""
    datasets.get("zoo")
    assert capsys.readouterr().err == ""


def test_a_progress_bar_names_the_file(world, capsys):
    datasets.load("letters")
    assert "letters.txt:" in capsys.readouterr().err


def test_what_the_local_folder_lacks_comes_from_the_cache_or_the_server(world, local):
    assert datasets.load("letters", "all") == LETTERS.decode()
    assert datasets.load("letters", "all") == LETTERS.decode()
    assert world.asked == ["/letters.txt"]
    assert not (local / "letters.txt").exists()  # read only: it may be a school's


def test_an_address_may_lead_to_another(world):
    world.answers["/valid.txt"] = sends(b"", status=302, Location="/elsewhere")
    world.answers["/elsewhere"] = sends(VALID)
    assert datasets.load("zoo", "valid") == VALID.decode()


def test_a_server_may_compress_what_it_sends(world):
    world.answers["/train.txt"] = sends(packed(TRAIN), Content_Encoding="gzip")
    assert datasets.load("zoo") == TRAIN.decode()


def test_the_rest_of_a_killed_download_is_no_obstacle(world, cache):
    (cache / "lm" / "zoo").mkdir(parents=True)
    (cache / "lm" / "zoo" / "tmp1234.tmp").write_bytes(TRAIN[:5])
    assert datasets.load("zoo") == TRAIN.decode()


# --- what the loaders give ----------------------------------------------------------


def test_sentences_are_lines_of_tokens_and_empty_lines_count(world):
    want = [["the", "cat", "sat"], [], ["on", "the", "café", "mat"]]
    assert datasets.sentences("zoo") == want
    assert datasets.sentences("zoo", "valid") == [["a", "dog", "ran"]]


def test_slices_cover_the_text_and_do_not_overlap(world):
    assert datasets.info("letters").splits == ("train", "valid", "all")
    assert datasets.load("letters") == datasets.load("letters", "train") == "abcdefghi"
    assert datasets.load("letters", "valid") == "j"


def test_poems_of_several_files_are_one_list(world):
    first, second = datasets.poems("verses")
    assert first == ("靜夜思", "李白", ("牀前看月光，疑是地上霜。",))
    assert second.author == "孟浩然"
    assert second.lines == ("一。", "二。")
    assert datasets.load("verses") == "\n".join(p.decode() for p in POEM_FILES)
    assert len(datasets.paths("verses")) == 2
    with pytest.raises(ValueError, match=r"2 files; datasets.paths\('verses'\)"):
        datasets.path("verses")


def test_similarities_are_pairs_with_a_score_however_their_lines_end(world):
    assert datasets.similarities("alike") == [
        ("tiger", "cat", 7.35),
        ("钱", "现金", 10.0),
    ]
    (pair,) = datasets.similarities("alike", "more")
    assert (pair.a, pair.b, pair.score) == ("old", "new", 1.58)


def test_analogies_know_their_relation(world):
    first, second = datasets.analogies("quiz")
    assert first == ("family", "boy", "girl", "he", "she")
    assert (second.relation, second.d) == ("首都", "中国")


def test_paragraphs_come_without_questions(world):
    assert datasets.info("reading").splits == ("all", "dev", "x")
    assert datasets.paragraphs("reading") == ["一。", "二\n三", "四"]
    assert datasets.paragraphs("reading", "dev") == ["一。"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: datasets.similarities("quiz"), "these can: alike"),
        (lambda: datasets.analogies("alike"), "these can: quiz"),
        (lambda: datasets.paragraphs("zoo"), "these can: reading"),
        (lambda: datasets.similarities("alike", "mroe"), "did you mean 'more'?"),
        (lambda: datasets.analogies("quizz"), "did you mean 'quiz'?"),
        (lambda: datasets.load("zou"), "no data set called 'zou'; did you mean 'zoo'?"),
        (lambda: datasets.load("Letters"), "did you mean 'letters'?"),
        (lambda: datasets.load("qqq"), "'qqq'. There is: zoo, letters, verses,"),
        (lambda: datasets.load("zoo", "validation"), "did you mean 'valid'?"),
        (lambda: datasets.load("verses", "train"), "split of verses called 'train'"),
        (lambda: datasets.sentences("letters"), "these can: zoo"),
        (lambda: datasets.poems("zoo"), "these can: verses"),
        (lambda: datasets.verify("zo"), "did you mean 'zoo'?"),
        (lambda: datasets.load(None), "no data set called None"),
    ],
)
def test_a_wrong_name_gets_the_nearest_right_one(world, call, message):
    with pytest.raises(ValueError, match=r"There is|these can") as caught:
        call()
    assert message in str(caught.value)
    assert world.asked == []


# --- when the network fails ---------------------------------------------------------


def assert_helpful(error: DatasetNotFound, reason: str) -> None:
    said = str(error)
    assert isinstance(error, FileNotFoundError)
    assert reason in said
    assert "lm/zoo/train.txt.gz is not on this machine" in said  # which file
    assert "$LMCOURSE_DATA: not set" in said  # where it looked
    assert str(Path("cache") / "data" / "lm/zoo/train.txt") in said
    assert "/train.txt\n" in said
    assert "1. with a connection, run: lmcourse data get zoo" in said  # two ways
    assert "set LMCOURSE_DATA to that folder" in said


def test_no_connection(world, cache, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, but not listening: it refuses
        redirect_catalogue(unused.getsockname()[1], world.server_port)
        with pytest.raises(DatasetNotFound) as caught:
            datasets.load("zoo")
    assert_helpful(caught.value, "there is no connection to the server")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__  # one error, not a page of them
    assert not cache.exists()


def redirect_catalogue(port: int, instead_of: int) -> None:
    path = runtime.data_folder() / "catalogue.toml"
    path.write_text(path.read_text("utf-8").replace(str(instead_of), str(port)))


@pytest.mark.parametrize(("status", "word"), [(404, "Not Found"), (500, "Internal")])
def test_a_server_that_refuses(world, cache, status, word):
    world.answers["/train.txt"] = sends(b"sorry", status=status)
    with pytest.raises(DatasetNotFound) as caught:
        datasets.load("zoo")
    assert_helpful(caught.value, f"the server answered {status} {word}")
    assert not cache.exists()


def test_a_download_that_breaks_off(world, cache):
    world.answers["/train.txt"] = sends(TRAIN[:10], length=len(TRAIN))
    with pytest.raises(DatasetNotFound) as caught:
        datasets.load("zoo")
    assert_helpful(caught.value, "it broke off before 30 bytes had come")
    assert not cache.exists()
    world.answers["/train.txt"] = sends(TRAIN)  # and the next try works
    assert datasets.load("zoo") == TRAIN.decode()


def test_a_download_that_breaks_off_before_it_begins(world, cache):
    world.answers["/train.txt"] = lambda handler: handler.connection.close()
    with pytest.raises(DatasetNotFound) as caught:
        datasets.load("zoo")
    assert_helpful(caught.value, "there is no connection to the server")
    assert not cache.exists()


@pytest.mark.parametrize("sent", [b"", TRAIN[:10]])
def test_a_server_that_falls_silent(world, cache, monkeypatch, sent):
    monkeypatch.setattr(files, "TIMEOUT", 0.1)
    over = threading.Event()

    def silent(handler):
        if sent:
            reply(handler, sent, length=len(TRAIN))
        over.wait(10)

    world.answers["/train.txt"] = silent
    with pytest.raises(DatasetNotFound) as caught:
        datasets.load("zoo")
    over.set()
    assert_helpful(caught.value, "the server was silent for 0.1 seconds")
    assert not cache.exists()


def test_an_address_that_leads_in_circles(world):
    world.answers["/train.txt"] = sends(b"", status=302, Location="/train.txt")
    with pytest.raises(DatasetNotFound) as caught:
        datasets.load("zoo")
    assert_helpful(caught.value, "TooManyRedirects")


def test_an_interrupted_download_leaves_nothing(world, cache, monkeypatch):
    def interrupted(self, url, output_file, *args):
        output_file.write(TRAIN[:5])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pooch.HTTPDownloader, "__call__", interrupted)
        with pytest.raises(KeyboardInterrupt):
            datasets.load("zoo")
    assert not cache.exists()
    assert datasets.load("zoo") == TRAIN.decode()


def test_an_interrupted_write_leaves_nothing(world, cache, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(DatasetNotFound, match="No space left on device"):
            datasets.load("zoo")
    assert tree(cache) == {}
    assert datasets.load("zoo") == TRAIN.decode()


# --- when a file is wrong -----------------------------------------------------------


def test_a_wrong_download_is_kept_aside_and_not_used(world, cache):
    page = b"<html>Please log in to the hotel's network</html>"
    world.answers["/train.txt"] = sends(page)
    with pytest.raises(WrongHash) as caught:
        datasets.load("zoo")
    said = str(caught.value)
    aside = f"lm/zoo/train.txt.wrong-{sha256(page)[:8]}"
    assert isinstance(caught.value, ValueError)
    assert f"expected {len(TRAIN)} bytes with sha256 {sha256(TRAIN)}" in said
    assert f"received {len(page)} bytes with sha256 {sha256(page)}" in said
    assert aside in said
    assert tree(cache) == {aside: page}
    world.answers["/train.txt"] = sends(TRAIN)
    assert datasets.load("zoo") == TRAIN.decode()
    assert tree(cache) == {aside: page, "lm/zoo/train.txt": TRAIN}


def test_a_download_cut_short_that_nobody_announced_is_wrong(world):
    world.answers["/train.txt"] = sends(TRAIN[:10], length=False)
    with pytest.raises(WrongHash, match="received 10 bytes"):
        datasets.load("zoo")


@pytest.mark.parametrize("wrong", [b"", VALID + b"!", b"x dog ran\n"])
def test_a_wrong_local_file_is_named_and_left_alone(world, local, wrong):
    path = local / "lm" / "zoo" / "valid.txt"
    path.write_bytes(wrong)
    before = tree(local)
    with pytest.raises(WrongHash) as caught:
        datasets.load("zoo", "valid")
    said = str(caught.value)
    assert str(path) in said
    assert f"expected {len(VALID)} bytes with sha256 {sha256(VALID)}" in said
    assert f"found    {len(wrong)} bytes with sha256 {sha256(wrong)}" in said
    assert "Nothing was deleted" in said
    assert "lmcourse data get zoo" in said
    assert tree(local) == before
    assert world.asked == []
    path.rename(path.with_suffix(".old"))  # doing what it says helps
    assert datasets.load("zoo", "valid") == VALID.decode()


def test_a_wrong_file_in_the_cache_is_left_alone_too(world, cache):
    datasets.get("zoo")
    path = cache / "lm" / "zoo" / "valid.txt"
    path.write_bytes(b"edited by hand")
    with pytest.raises(WrongHash, match="Nothing was deleted"):
        datasets.load("zoo", "valid")
    assert path.read_bytes() == b"edited by hand"


@pytest.mark.parametrize(
    "broken",
    [packed(TRAIN)[:20], packed(TRAIN)[:-6], b"no gzip at all", packed(TRAIN)[:12]],
)
def test_a_broken_packed_file_says_that_it_cannot_be_unpacked(world, local, broken):
    path = local / "lm" / "zoo" / "train.txt.gz"
    path.write_bytes(broken)
    with pytest.raises(WrongHash, match="and it cannot be unpacked") as caught:
        datasets.load("zoo")
    assert str(path) in str(caught.value)
    assert path.read_bytes() == broken


def test_damage_inside_a_packed_file_is_found(world, local):
    content = bytearray(packed(TRAIN))
    content[len(content) // 2] ^= 255
    (local / "lm" / "zoo" / "train.txt.gz").write_bytes(content)
    with pytest.raises(WrongHash, match="expected"):
        datasets.load("zoo")


# --- when a folder is wrong ---------------------------------------------------------


def test_a_local_folder_that_is_nowhere(world, tmp_path, monkeypatch):
    monkeypatch.setenv("LMCOURSE_DATA", str(tmp_path / "typo"))
    for call in (datasets.load, datasets.get, datasets.verify):
        with pytest.raises(DatasetNotFound, match=r"LMCOURSE_DATA is set to .*typo"):
            call("zoo")
    assert world.asked == []


def test_an_empty_variable_is_no_folder(world, monkeypatch):
    monkeypatch.setenv("LMCOURSE_DATA", "")
    assert datasets.load("zoo") == TRAIN.decode()


def test_a_cache_that_cannot_be_made(world, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LMCOURSE_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(DatasetNotFound, match="cache cannot be written") as caught:
        datasets.load("zoo")
    assert "LMCOURSE_CACHE" in str(caught.value)
    assert world.asked == []  # nothing is fetched that could not be kept
    assert [v.path for v in datasets.verify("zoo")] == [None, None]


def test_an_unusable_cache_does_not_matter_where_the_data_is_local(
    world, local, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LMCOURSE_CACHE", str(tmp_path / "file" / "cache"))
    assert datasets.load("zoo") == TRAIN.decode()


def test_a_cache_without_permission(world, monkeypatch):
    def refused(*args, **keywords):  # a folder's permissions do not stop root
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    with pytest.raises(DatasetNotFound, match="cannot be written") as caught:
        datasets.load("zoo")
    assert "Permission denied" in str(caught.value)


def test_a_file_where_the_cache_needs_a_folder(world, cache):
    cache.mkdir(parents=True)
    (cache / "lm").write_text("in the way")
    with pytest.raises(DatasetNotFound, match="cache cannot be written"):
        datasets.load("zoo")
    assert (cache / "lm").read_text() == "in the way"


# --- verify, and the commands -------------------------------------------------------


def test_verify_looks_at_every_copy_and_downloads_nothing(world, local, cache):
    (local / "lm" / "zoo" / "train.txt").write_bytes(b"wrong")
    (cache / "lm" / "zoo").mkdir(parents=True)
    (cache / "lm" / "zoo" / "valid.txt").write_bytes(VALID)
    found = [(v.path and v.path.name, bool(v.problem)) for v in datasets.verify("zoo")]
    assert found == [
        ("train.txt.gz", False),
        ("train.txt", True),
        ("valid.txt", False),
        ("valid.txt", False),
    ]
    assert [v.path for v in datasets.verify("letters")] == [None]
    assert world.asked == []


def test_verify_unpacks(world, local):
    """A stored hash that is right does not hide contents that are wrong."""
    path = runtime.data_folder() / "catalogue.toml"
    text = path.read_text("utf-8").replace(sha256(TRAIN), sha256(b"something else"))
    path.write_text(text, encoding="utf-8")
    first, second = datasets.verify("zoo")
    assert "expected" in first.problem
    assert second.problem == ""


def run(*words: str):
    return CliRunner().invoke(app, ["data", *words])


def test_the_list_says_size_state_title_and_license(world, local):
    (local / "letters.txt").write_bytes(b"wrong")
    result = run("list")
    assert result.exit_code == 0
    zoo, letters, verses, *_ = (
        " ".join(line.split()) for line in result.output.splitlines()[::2]
    )
    assert zoo == "zoo 0.0 MB here The zoo"
    assert letters == "letters 0.0 MB WRONG The letters"
    assert verses == "verses 0.0 MB not here The verses"
    assert result.output.count("Ours") == 6
    assert world.asked == []


def test_get_prints_where_the_files_are(world, cache):
    result = run("get", "zoo")
    assert result.exit_code == 0
    want = [str(cache / "lm" / "zoo" / name) for name in ("train.txt", "valid.txt")]
    assert [line for line in result.stdout.splitlines() if line] == want


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("get", "zou"), "did you mean 'zoo'?"),
        (("verify", "zou"), "did you mean 'zoo'?"),
        (("get", "letters"), "404 Not Found"),
    ],
)
def test_a_command_that_fails_says_why_without_a_traceback(world, words, message):
    del world.answers["/letters.txt"]
    result = run(*words)
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_verify_is_content_with_what_is_here_unless_asked_by_name(world, local):
    result = run("verify")
    assert result.exit_code == 0
    assert result.output.count("ok ") == 2
    assert result.output.count("absent") == 8
    assert run("verify", "zoo").exit_code == 0
    assert run("verify", "letters").exit_code == 1
    (local / "lm" / "zoo" / "valid.txt").write_bytes(b"wrong")
    result = run("verify")
    assert result.exit_code == 1
    assert "WRONG" in result.output
    assert sha256(VALID) in result.output


# --- the catalogue that is shipped --------------------------------------------------


def test_every_entry_of_the_catalogue_is_complete():
    every = [datasets.info(name) for name in datasets.names()]
    forms = {"lines", "text", "names", "poems", "tokenizer"}
    forms |= {"similarities", "analogies", "paragraphs"}
    assert {d.form for d in every} == forms
    for dataset in every:
        for part in ("title", "license", "source", "citation", "split"):
            assert getattr(dataset, part), f"{dataset.name} lacks its {part}"
        assert dataset.files
        for row in dataset.published:
            assert row["model"]
            assert row["metric"]
            assert row["source"]
            assert {"valid", "test"} & set(row)
        for file in dataset.files:
            assert file.address.startswith("https://")
            assert not file.file.startswith("/")
            assert ".." not in file.file
            for digest in (file.sha256, file.source_sha256):
                assert len(bytes.fromhex(digest)) == 32
            same = file.file == file.plain
            assert same == (file.sha256 == file.source_sha256)
            assert same == (file.size == file.source_size)
    paths = [file.file for dataset in every for file in dataset.files]
    assert len(paths) == len(set(paths))


def test_what_the_course_needs_is_there():
    needed = {"tiny-shakespeare", "ptb", "wikitext-2", "names", "gpt2", "tang-poems"}
    assert needed <= set(datasets.names())
    assert datasets.info("ptb").splits == ("train", "valid", "test")
    forms = {name: datasets.info(name).form for name in datasets.names()}
    for name in ("wordsim-353", "simlex-999", "wordsim-240", "wordsim-297"):
        assert forms[name] == "similarities"
    for name in ("google-analogies", "chinese-analogies"):
        assert forms[name] == "analogies"


def test_importing_the_module_loads_no_network_library():
    code = (
        "import sys, lmcourse.datasets; "
        "print(sorted({'pooch', 'requests', 'torch', 'tqdm'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == "[]", ran.stderr
