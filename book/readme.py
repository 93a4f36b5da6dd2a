"""Bring the README up to date: ``python book/readme.py``.

Rewrites what stands between its markers (the map of chapters, the ladder, the output of
its examples) and draws its picture again. A test fails when the README is behind.
"""

import contextlib
import io
import re
from pathlib import Path

import chapters
import measured

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PICTURE = ROOT / "book" / "_static" / "ladder.png"
COLUMNS = ("model", "chapter", "bits_per_char", "above_floor", "bits_per_word")
EXAMPLE = re.compile(r"```python\n(?P<code>.*?)```\n\n```text\n(?P<out>.*?)```", re.S)


def main() -> None:
    """Draw the picture and rewrite the README."""
    if measured.rungs():
        PICTURE.write_bytes(measured.ladder_picture().png)
    text = README.read_text(encoding="utf-8")
    README.write_text(examples(blocks(text)), encoding="utf-8", newline="\n")


def blocks(text: str) -> str:
    """Return the README with its generated blocks as they should be."""
    text = fill(text, "map", chapters.chapter_map(ROOT))
    if not measured.rungs():
        return text
    picture = measured.ladder_picture()
    path = PICTURE.relative_to(ROOT).as_posix()
    text = fill(text, "picture", f"![{picture.alt}]({path})")
    return fill(text, "ladder", measured.markdown(measured.ladder_rows(COLUMNS)))


def fill(text: str, name: str, content: str) -> str:
    """Put ``content`` between ``<!-- name -->`` and ``<!-- end of name -->``."""
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, rest = text.split(start)
    _, after = rest.split(end)
    return f"{before}{start}\n{content}\n{end}{after}"


def examples(text: str) -> str:
    """Run the Python examples of the README and put what they print below each."""
    names: dict = {}

    def rerun(match: re.Match) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(match["code"], names)
        out = printed.getvalue()
        return f"```python\n{match['code']}```\n\n```text\n{out}```"

    return EXAMPLE.sub(rerun, text)


if __name__ == "__main__":
    main()
