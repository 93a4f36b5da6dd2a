"""Things to play with, each with a picture for where nobody can play.

In a live notebook these are real widgets that the keyboard can work too. Under
``LMCOURSE_STATIC=1`` (in tests and in the book) each shows once what it would show
first, as a picture with alternative text. Used by every chapter; no widget knows a
model's class, only its public interface.
"""

from lmcourse.widgets.controls import interact
from lmcourse.widgets.explorer import next_word_explorer
from lmcourse.widgets.game import GuessingGame, guessing_game, letter_guesser
from lmcourse.widgets.source import show

__all__ = [
    "GuessingGame",
    "guessing_game",
    "interact",
    "letter_guesser",
    "next_word_explorer",
    "show",
]
