"""The process that opens what anybody sent: it may take so much memory and time, and knows no secret.

`python -m connectors.ocr.child JOB` reads a file from standard input and writes a line of JSON for each page
or letter, as soon as it has it, and a last one that says how it ended.
"""

import base64
import json
import re
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors.ocr.limits import OcrLimits

_GRACE = 5
_MOST_OUTPUT = 512 * 1024 * 1024


def main() -> None:
    """Do the job that the one argument names. Errors are told in the last line, the exit status is 0."""
    job = json.loads(sys.argv[1])
    limits = OcrLimits(**job["limits"])
    _restrain(limits)
    content = sys.stdin.buffer.read()
    work = _split(content, limits) if job["work"] == "split" else _read(content, limits, Path(job["data"]))
    try:
        for line in work:
            _say(line)
    except MemoryError:
        _say({"end": "too large for the memory it may take"})
    except Exception as error:  # whatever a decoder makes of rubbish
        _say({"end": _told(error)})
    else:
        _say({"end": ""})


def _told(error: Exception) -> str:
    name = type(error).__name__
    text = str(error) if name == "SheetError" else f"{name}: {error}"
    return re.sub(r"<[^>]* at 0x[0-9a-f]+>", "it", text)[:500]


def _restrain(limits: OcrLimits) -> None:
    signal.alarm(limits.seconds + _GRACE)  # should nobody be left to end us
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.seconds + _GRACE),
        (resource.RLIMIT_FSIZE, _MOST_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _read(content: bytes, limits: OcrLimits, data: Path) -> Iterator[dict[str, Any]]:
    from connectors.ocr.reading import Reader, picture
    from connectors.ocr.sheets import SheetError, sheets

    reader = Reader(data)
    for number, sheet in enumerate(sheets(content, limits.pixels), 1):
        if number > limits.pages:
            raise SheetError(f"has more than {limits.pages} pages; the others were not read")
        words = reader.read(sheet)
        clear = words.confidence is None or words.confidence >= limits.clear
        yield {
            "text": words.text,
            "confidence": words.confidence,
            "doubtful": words.doubtful,
            "picture": None if clear else base64.b64encode(picture(sheet)).decode(),
        }


def _split(content: bytes, limits: OcrLimits) -> Iterator[dict[str, Any]]:
    from connectors.ocr.separators import split

    for first, last, part in split(content, limits.pixels):
        yield {"first": first, "last": last, "content": base64.b64encode(part).decode()}


if __name__ == "__main__":
    main()
