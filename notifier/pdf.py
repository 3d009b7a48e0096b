"""Papers as PDF, set by Typst from `templates/pdf/<name>.typ`.

Values reach a template as data (JSON), never as markup. Only the fonts inside the typst wheel are used
(Libertinus Serif, New Computer Modern, DejaVu Sans Mono), so that a paper looks alike on every machine.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from domain.errors import NotConfiguredError, TransientError
from domain.text import storable

if TYPE_CHECKING:
    import typst  # loaded where a paper is set: most processes never do

SHIPPED = Path(__file__).parent / "templates" / "pdf"
LONGEST_TEXT = 20_000
"""Characters of one value: some eight pages, and the end of what a letter can be."""
TIME_LIMIT = 30.0
"""Seconds. A paper takes some 20 ms; Typst itself ends loops and recursions without end."""


def render_pdf(name: str, values: Mapping[str, Any], *, folder: Path | None = None) -> bytes:
    """The paper `name` as a PDF; the same values give the same bytes.

    Values are texts, numbers and lists of them. `folder` holds the deployment's changed papers, as
    `pdf/<name>.typ`, if there are any. Raises NotConfiguredError where there is no such paper or it is at
    fault, without any value's content, and TransientError where it took too long.
    """
    source = _source(name, folder)
    told = json.dumps(_clean(values), ensure_ascii=False)
    answers: SimpleQueue[bytes | Exception] = SimpleQueue()
    # Typst works outside the interpreter's lock; a daemon thread lets the caller stop waiting for it.
    Thread(target=_compile, args=(source, told, answers), name=f"pdf-{name}", daemon=True).start()
    try:
        answer = answers.get(timeout=TIME_LIMIT)
    except Empty:
        raise TransientError(f"the paper {name} was not ready in time") from None
    if isinstance(answer, Exception):
        raise NotConfiguredError(f"the paper {source.name} cannot be set: {_fault(answer)}")
    return answer


def _source(name: str, folder: Path | None) -> Path:
    places = [*([folder / "pdf"] if folder else []), SHIPPED]
    found = next((p / f"{name}.typ" for p in places if (p / f"{name}.typ").is_file()), None)
    if found is None or Path(name).name != name:
        raise NotConfiguredError(f"there is no paper {name}")
    return found


def _compile(source: Path, told: str, answers: "SimpleQueue[bytes | Exception]") -> None:
    import typst

    try:
        made = typst.compile(
            source,
            root=source.parent,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"values": told},
            timestamp=0,
        )
    except Exception as error:
        answers.put(error)
    else:
        answers.put(made)


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _clean(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(each) for each in value]
    return storable(value)[:LONGEST_TEXT] if isinstance(value, str) else value


def _fault(error: Exception) -> str:
    import typst

    # Typst's own sentence may quote a value; its hints and trace do as well.
    return type(error).__name__ if not isinstance(error, typst.TypstError) else "see `typst compile`"
