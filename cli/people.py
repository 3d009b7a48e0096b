"""Who works at the terminal."""

import getpass
from contextlib import suppress

import typer

from cli.texts import say

AS = typer.Option("", "--as", help=say("people.as"))


def who(given: str) -> str:
    """The name that was given, else `REVIEWER`, else the system's user; "" where none of them is known."""
    from config.settings import get_settings

    with suppress(OSError, KeyError):
        return given or get_settings().reviewer or getpass.getuser()
    return ""
