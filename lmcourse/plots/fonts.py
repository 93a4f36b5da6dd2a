"""Letters that matplotlib's own font lacks, such as Chinese characters."""

from collections.abc import Iterable

from matplotlib import font_manager

from lmcourse.plots.pictures import FONT

OTHERS = (  # what Linux, macOS and Windows have for Chinese, Japanese and Korean
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "Microsoft YaHei",
    "SimHei",
    "Arial Unicode MS",
)


def families_for(texts: Iterable[str]) -> list[str]:
    """Return the fonts in which all of these texts can be drawn.

    Returns
    -------
    list of str
        For matplotlib's ``font.family``: the course's font, and if it is not enough an
        installed one that has the rest.

    Raises
    ------
    ValueError
        If no font that is known has them all: boxes in place of letters help nobody.
    """
    missing = {ord(letter) for text in texts for letter in text} - _letters(FONT)
    if not missing:
        return [FONT]
    installed = set(font_manager.get_font_names())
    for family in OTHERS:
        if family in installed and missing <= _letters(family):
            return [FONT, family]
    shown = "".join(map(chr, sorted(missing)[:10]))
    raise ValueError(
        f"no font on this machine can draw {shown!r} in a picture: install one, such "
        "as Noto Sans CJK SC, or show the words with widgets.word_map, since browsers "
        "bring their own"
    )


def _letters(family: str) -> set[int]:
    path = font_manager.findfont(family)
    return set(font_manager.get_font(path).get_charmap())
