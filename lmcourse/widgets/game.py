"""Shannon's guessing game, for people: can you tell the next letter (chapter 0).

The reader guesses a text letter by letter. The numbers of guesses bound the bits per
character that the reader's own model of the language needs, and make the first rung of
the ladder.

Source: Shannon (1951), "Prediction and entropy of printed English",
doi:10.1002/j.1538-7305.1951.tb01366.x.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from html import escape

from IPython.display import display

from lmcourse import plots, runtime, validate
from lmcourse.ladder import Ladder, Rung
from lmcourse.metrics import shannon_bounds

# About how common letters are in English; a guesser without a better idea.
COMMON = " etaoinshrdlucmwfgypbvk,.xjqz\"'?!-;:"


class GuessingGame:
    """One game: a text, how much of it is known, and how many guesses it took.

    Parameters
    ----------
    text : str
        Upper and lower case count as the same letter.
    given : int
        Letters that are shown at the start.
    letters : int, optional
        How many to guess; all that remain if omitted.
    keep : bool
        Whether to remember the game in the cache folder and to go on with it there.
    """

    def __init__(
        self, text: str, given: int = 0, letters: int | None = None, keep: bool = True
    ):
        validate.text("text", text)
        self.given = validate.positive_int("given", given, minimum=0)
        if letters is not None:
            validate.positive_int("letters", letters)
        end = len(text) if letters is None else given + letters
        self.text = text[:end]
        if self.given >= len(self.text):
            raise ValueError(
                f"nothing is left to guess: {len(self.text)} letters, {given} given"
            )
        self.keep, self.player = keep, "you"
        self.ranks: list[int] = []
        self.tried: list[str] = []
        if keep:
            self._resume()

    @property
    def known(self) -> str:
        """The text as far as it has been found."""
        return self.text[: self.given + len(self.ranks)]

    @property
    def done(self) -> bool:
        """Whether all of the text has been found."""
        return len(self.known) == len(self.text)

    def guess(self, letter: str) -> bool:
        """Guess the next letter.

        Parameters
        ----------
        letter : str
            One character.

        Returns
        -------
        bool
            Whether it was right. A letter tried before does not count again.

        Raises
        ------
        ValueError
            If it is not one character, or the game is over.
        """
        if self.done:
            raise ValueError("the game is over: every letter has been found")
        if not isinstance(letter, str) or len(letter) != 1:
            raise ValueError(f"guess one character at a time, got {letter!r}")
        letter = letter.lower()
        right = letter == self.text[len(self.known)].lower()
        if right:
            self.ranks.append(len(self.tried) + 1)
            self.tried = []
        elif letter not in self.tried:
            self.tried.append(letter)
        if self.keep:
            self._save()
        return right

    def bounds(self) -> tuple[float, float]:
        """Return Shannon's lower and upper bound in bits per character."""
        return shannon_bounds(self.ranks)

    def rung(self) -> Rung:
        """Return what the player has reached so far as a rung of the ladder.

        Raises
        ------
        ValueError
            If no letter has been found yet.
        """
        low, high = sorted(self.bounds())
        return Rung(
            self.player,
            "you",
            (low + high) / 2,
            low=low,
            high=high,
            note=f"{len(self.ranks)} letters guessed",
        )

    def restart(self) -> None:
        """Forget all guesses."""
        self.ranks, self.tried = [], []
        if self.keep:
            self._save()

    def play(self, guesser: Callable[[str], str], name: str = "a guesser") -> None:
        """Let a guesser play to the end.

        Parameters
        ----------
        guesser : callable
            Maps the text so far to letters, the likeliest first.
        name : str
            Of the player, for the ladder.
        """
        self.player = name
        while not self.done:
            for letter in guesser(self.known):
                if self.guess(letter):
                    break
            else:
                wanted = self.text[len(self.known)]
                raise ValueError(f"the guesser never tries {wanted!r}")

    def strip(self) -> plots.SurpriseStrip:
        """Return the letters found, each with the number of guesses it took."""
        found = self.text[self.given : len(self.known)]
        return plots.SurpriseStrip(list(found), self.ranks, most=20, form="d")

    def chart(self) -> plots.Picture:
        """Draw how many letters took one guess, two, three..."""
        counts = Counter(self.ranks)
        shown = {str(i): counts[i] for i in range(1, 9)}
        shown["9 or more"] = sum(n for i, n in counts.items() if i > 8)
        told = ", ".join(f"{n} letters took {i}" for i, n in shown.items() if n)
        low, high = self.bounds()
        return plots.bars_chart(
            shown,
            "letters found after so many guesses",
            title=f"{low:.2f} to {high:.2f} bits per character",
            form="d",
            alt=f"Bar chart of guesses needed: {told}. Shannon's bounds are "
            f"{low:.2f} and {high:.2f} bits per character.",
        )

    def _path(self):
        name = hashlib.sha256(f"{self.given} {self.text}".encode()).hexdigest()[:16]
        return runtime.cache_folder() / "games" / f"{name}.json"

    def _save(self) -> None:
        state = {"ranks": self.ranks, "tried": self.tried}
        runtime.write_atomic(self._path(), json.dumps(state).encode())

    def _resume(self) -> None:
        try:
            state = json.loads(self._path().read_text(encoding="utf-8"))
            ranks = [validate.positive_int("rank", rank) for rank in state["ranks"]]
            tried = validate.words("tried", state["tried"])
        except (OSError, ValueError, KeyError, TypeError):  # none yet, or damaged
            return
        if len(ranks) <= len(self.text) - self.given:
            self.ranks, self.tried = ranks, tried


def letter_guesser(text: str, order: int = 4) -> Callable[[str], str]:
    """Make a guesser that has read a text and counted what follows what.

    Parameters
    ----------
    text : str
    order : int
        It looks at the last ``order - 1`` letters, and at fewer where those are new.

    Returns
    -------
    callable
        Maps the text so far to letters, the likeliest first.
    """
    order = validate.positive_int("order", order)
    text = validate.text("text", text).lower()
    followers: dict[str, Counter[str]] = defaultdict(Counter)
    for n in range(order):
        for i in range(n, len(text)):
            followers[text[i - n : i]][text[i]] += 1

    def guess(known: str) -> str:
        known = known.lower()
        ranking: dict[str, None] = {}
        for n in range(min(order - 1, len(known)), -1, -1):
            counts = followers.get(known[len(known) - n :], Counter())
            for letter in sorted(counts, key=lambda c: (-counts[c], c)):
                ranking.setdefault(letter)
        return "".join([*ranking, *(c for c in COMMON if c not in ranking)])

    return guess


def guessing_game(
    text: str,
    *,
    given: int = 0,
    letters: int | None = None,
    guesser: Callable[[str], str] = lambda known: COMMON,
    keep: bool = True,
) -> GuessingGame:
    """Let the reader play; where nobody can, let ``guesser`` play an example.

    Parameters
    ----------
    text, given, letters, keep
        As in `GuessingGame`.
    guesser : callable
        Plays in static mode: see `letter_guesser`.

    Returns
    -------
    GuessingGame
        It keeps up with the play: ask it for ``bounds()`` and ``rung()`` later.
    """
    if runtime.is_static():
        game = GuessingGame(text, given, letters, keep=False)
        shown = game.known
        game.play(guesser)
        print(f"{shown}▁")
        display(game.strip(), game.chart())
        return game
    game = GuessingGame(text, given, letters, keep)
    _Board(game).show()
    return game


class _Board:
    """The live game: what is known, one box for the next letter, three buttons."""

    def __init__(self, game: GuessingGame):
        import ipywidgets

        self.game = game
        self.page = ipywidgets.HTML()
        self.box = ipywidgets.Text(
            description="next letter",
            placeholder="type it; a space counts too",
            style={"description_width": "9em"},
        )
        self.chart = ipywidgets.Output()
        buttons = []
        for label, action in (
            ("tell me", self._tell),
            ("onto the ladder", self._climb),
            ("start again", self._restart),
        ):
            button = ipywidgets.Button(description=label)
            button.on_click(lambda _, action=action: action())
            buttons.append(button)
        self.box.observe(self._typed, names="value")
        row = ipywidgets.HBox(buttons)
        self.all = ipywidgets.VBox([self.page, self.box, row, self.chart])

    def show(self) -> None:
        self._refresh("Done." if self.game.done else "Guess the next letter.")
        display(self.all)

    def _typed(self, change) -> None:
        letter = change["new"]
        if not letter:
            return
        self.box.value = ""  # the next letter goes into an empty box
        if self.game.done:
            return
        right = self.game.guess(letter[-1])
        said = "Right." if right else f"Not {letter[-1]!r}; try another."
        self._refresh("Done." if self.game.done else said)

    def _tell(self) -> None:
        """Give a letter up: it counts as found after all others were tried."""
        if self.game.done:
            return
        wanted = self.game.text[len(self.game.known)]
        for letter in COMMON:
            if letter != wanted.lower():
                self.game.guess(letter)
        self.game.guess(wanted)
        self._refresh(f"It was {wanted!r}.")

    def _climb(self) -> None:
        if not self.game.ranks:
            self._refresh("Find a letter first.")
            return
        Ladder().add(self.game.rung(), keep=True)
        self._refresh("You stand on the ladder.")

    def _restart(self) -> None:
        self.game.restart()
        self._refresh("Guess the next letter.")

    def _refresh(self, message: str) -> None:
        game = self.game
        left = len(game.text) - len(game.known)
        tried = f" Tried: {' '.join(map(plots.visible, game.tried))}" * bool(game.tried)
        score = ""
        if game.ranks:
            low, high = sorted(game.bounds())
            score = (
                f" {len(game.ranks)} letters, {sum(game.ranks)} guesses: "
                f"{low:.2f} to {high:.2f} bits per character."
            )
        self.page.value = (
            '<pre style="white-space:pre-wrap;font-size:1.15em">'
            f"{escape(game.known)}<b>{'▁' if left else ''}</b></pre>"
            f'<p role="status">{escape(message)}{escape(tried)}<br>'
            f"{left} letters to go.{escape(score)}</p>"
        )
        self.chart.clear_output(wait=True)
        if game.done:
            with self.chart:
                display(game.strip(), game.chart())
