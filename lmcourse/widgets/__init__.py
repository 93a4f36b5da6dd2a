"""Things to play with, each with a picture for where nobody can play.

In a live notebook these are real widgets that the keyboard can work too. Under
``LMCOURSE_STATIC=1`` (in tests and in the book) each shows once what it would show
first, as a picture with alternative text; a map of words needs no kernel and stays
alive. Used by every chapter; no widget knows a model's class, only its public
interface.
"""

from lmcourse.widgets.controls import interact
from lmcourse.widgets.explorer import next_word_explorer
from lmcourse.widgets.game import GuessingGame, guessing_game, letter_guesser
from lmcourse.widgets.gates import gate_explorer
from lmcourse.widgets.live import LiveCurve
from lmcourse.widgets.sampling import sampling_explorer
from lmcourse.widgets.source import show
from lmcourse.widgets.wordmap import WordMap, word_map
from lmcourse.widgets.words import analogy_solver, window_slider

__all__ = [
    "GuessingGame",
    "LiveCurve",
    "WordMap",
    "analogy_solver",
    "gate_explorer",
    "guessing_game",
    "interact",
    "letter_guesser",
    "next_word_explorer",
    "sampling_explorer",
    "show",
    "window_slider",
    "word_map",
]
