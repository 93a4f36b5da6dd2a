"""Pictures that everybody can read: one style, safe colors, text for who cannot see.

Every chart is a `Picture`: a PNG with alternative text. As the last line of a cell it
shows itself; the stored notebook keeps the text beside the picture, and the book turns
it into the ``alt`` of an image. Used by every chapter.

The colors are those of Okabe and Ito (2008), which people with any of the common kinds
of color blindness can tell apart; lines also differ in their markers.
"""

from lmcourse.plots.analogies import analogy_steps
from lmcourse.plots.charts import (
    bars_chart,
    lines_chart,
    next_word_chart,
    perplexity_chart,
    zipf_chart,
)
from lmcourse.plots.gates import gates_chart
from lmcourse.plots.ladders import ladder_chart
from lmcourse.plots.memory import memory_chart
from lmcourse.plots.pictures import (
    BLACK,
    BLUE,
    COLORS,
    GREEN,
    GREY,
    MARKERS,
    ORANGE,
    PURPLE,
    RED,
    SKY,
    YELLOW,
    Picture,
    new_figure,
    picture,
)
from lmcourse.plots.strips import Cuts, SurpriseStrip, surprise_strip, visible
from lmcourse.plots.windows import window_chart
from lmcourse.plots.words import vectors_chart, word_map

__all__ = [
    "BLACK",
    "BLUE",
    "COLORS",
    "GREEN",
    "GREY",
    "MARKERS",
    "ORANGE",
    "PURPLE",
    "RED",
    "SKY",
    "YELLOW",
    "Cuts",
    "Picture",
    "SurpriseStrip",
    "analogy_steps",
    "bars_chart",
    "gates_chart",
    "ladder_chart",
    "lines_chart",
    "memory_chart",
    "new_figure",
    "next_word_chart",
    "perplexity_chart",
    "picture",
    "surprise_strip",
    "vectors_chart",
    "visible",
    "window_chart",
    "word_map",
    "zipf_chart",
]
