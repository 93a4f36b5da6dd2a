"""Make ``python -m lmcourse`` the same as the command ``lmcourse``."""

from lmcourse.cli import app

app(prog_name="lmcourse")
