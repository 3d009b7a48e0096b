"""Says in Turkish what the library of the command line says in English: help, and what was typed wrong."""

from collections.abc import Sequence
from typing import Any

import typer

from cli.texts import say, translated

HELP = "--help"


def wants_help(app: typer.Typer, words: Sequence[str]) -> bool:
    """Whether these words of a command line end in help: it was asked for, or a command's part is missing."""
    return HELP in words or not words or words[-1] in {group.name for group in app.registered_groups}


def translate_help() -> None:
    """Have help speak Turkish in this process. It imports what draws help, so only where help is shown."""
    from rich.text import Text
    from typer import rich_utils

    class Words(rich_utils.OptionHighlighter):
        """Every text of the help passes here on its way to the terminal."""

        def __call__(self, text: str | Text) -> Text:
            plain = text.plain if isinstance(text, Text) else text
            known = in_turkish(plain)
            return super().__call__(text if known == plain else known)

    rich_utils.highlighter = Words()
    for name, key in (
        ("ARGUMENTS_PANEL_TITLE", "arguments"),
        ("OPTIONS_PANEL_TITLE", "options"),
        ("COMMANDS_PANEL_TITLE", "commands"),
        ("DEFAULT_STRING", "default"),
        ("REQUIRED_LONG_STRING", "required"),
    ):
        setattr(rich_utils, name, say(f"usage.{key}", value="{}"))


def mistake(error: typer.TyperException) -> str:
    """What is wrong with a command line, how the command is called, and where its help is; a line each.

    Empty where the help itself was shown instead.
    """
    if type(error).__name__ == "NoArgsIsHelpError":
        return ""
    lines = [say("app.failed", error=in_turkish(error.format_message()))]
    context: Any = getattr(error, "ctx", None)
    if context is not None:
        lines.append(in_turkish(" ".join(context.get_usage().split())))
        lines.append(say("usage.help", command=context.command_path))
    return "\n".join(lines)


def in_turkish(text: str) -> str:
    """A sentence of the library's in Turkish, with what it names; one that is not known as it is."""
    return translated("usage.said", text)
