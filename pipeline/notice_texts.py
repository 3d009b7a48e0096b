"""What notices say, with typical values: for operators, before and after they change a text."""

from pathlib import Path
from typing import Any

from domain.vocabulary import Template
from notifier.preview import Preview, preview
from pipeline.refusal import RefusedError

_WORDS = ("subject", "body", "html", "facts")


def text_rows(folder: Path | None) -> list[dict[str, Any]]:
    """Every text there is, in plain values, with the changed ones of a folder: by what it leaves, for whom,
    and how long it is as an SMS, with a provider that has the Turkish table.

    Raises RefusedError where the folder is none, and TextAtFaultError for the first text at fault.
    """
    return [
        {name: value for name, value in row.items() if name not in _WORDS}
        for row in _rows(folder, tuple(Template))
    ]


def text_sheets(folder: Path | None, name: str) -> list[dict[str, Any]]:
    """The same of one notice (`received`) or of one text of it (`received/sms`), with all of its words.

    Raises RefusedError for a name of nothing, too; faults of other notices do not count.
    """
    template = name.partition("/")[0]
    if template not in set(Template):
        raise RefusedError("no_text", name=name)
    found = [row for row in _rows(folder, (Template(template),)) if name in (template, row["text"])]
    if not found:
        raise RefusedError("no_text", name=name)
    return found


def _rows(folder: Path | None, templates: tuple[Template, ...]) -> list[dict[str, Any]]:
    if folder is not None and not folder.is_dir():
        raise RefusedError("no_folder", folder=str(folder))
    return [_row(each) for each in preview(folder, templates)]


def _row(text: Preview) -> dict[str, Any]:
    sms, words = text.sms, text.rendered
    return {
        "text": text.stem,
        "template": text.template,
        "medium": text.medium,
        "variant": text.variant,
        "priority": text.priority,
        "encoding": sms.encoding if sms else None,
        "characters": len(words.text) if sms else None,
        "units": sms.units if sms else None,
        "segments": sms.segments if sms else None,
        "subject": words.subject,
        "body": words.text,
        "html": words.html,
        "facts": dict(words.facts),
    }
