"""Reads scans in a child process that is held to limits, and splits them at separator sheets."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from tempfile import TemporaryFile
from typing import Any

from connectors.base import TranscribedPage, Transcript
from connectors.ocr.language import data_folder
from connectors.ocr.limits import OcrLimits
from domain.errors import TransientError
from domain.text import storable

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
_SPLIT_SECONDS = 120
_START_SECONDS = 20
"""A busy machine takes so long to start a process; the limit is for its work."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A part of a file between separator sheets: its pages, counted from 1, and them as a file."""

    first: int
    last: int
    content: bytes


def transcribe(content: bytes, limits: OcrLimits) -> Transcript:
    """The words of a scan, page by page. What ended it early stands in `problem`; what was read until then
    counts.

    Raises NotConfiguredError while the Turkish data is missing, and TransientError when the process was
    killed from outside: the machine may have been short of memory.
    """
    job = {"work": "read", "limits": asdict(limits), "data": str(data_folder())}
    lines, problem = _run(job, content, limits.seconds)
    return Transcript(pages=[_page(line, limits) for line in lines], problem=problem)


def split(content: bytes, limits: OcrLimits) -> Sequence[Letter]:
    """The letters of a file that has separator sheets; empty when it has none, or cannot be looked into.

    Raises TransientError as `transcribe` does.
    """
    limits = replace(limits, seconds=_SPLIT_SECONDS)
    lines, problem = _run({"work": "split", "limits": asdict(limits)}, content, _SPLIT_SECONDS)
    if problem:
        return ()
    return [
        Letter(first=line["first"], last=line["last"], content=base64.b64decode(line["content"]))
        for line in lines
    ]


def _run(job: Mapping[str, Any], content: bytes, seconds: int) -> tuple[list[dict[str, Any]], str]:
    """What the child said, and why it ended early (empty when it did not)."""
    with TemporaryFile() as given, TemporaryFile() as said:
        given.write(content)
        given.seek(0)
        code = _wait(_start(job, given, said), seconds + _START_SECONDS)
        said.seek(0)
        lines = [json.loads(line) for line in said.read().splitlines(keepends=True) if line.endswith(b"\n")]
    if lines and "end" in lines[-1]:
        return lines[:-1], storable(lines[-1]["end"])
    if code is None:
        return lines, f"takes longer than {seconds} s to read"
    if code == -9 or code > 0:
        raise TransientError(f"the process that reads scans ended by itself (status {code})")
    return lines, f"broke the process that read it (signal {-code})"


def _start(job: Mapping[str, Any], given: Any, said: Any) -> "subprocess.Popen[bytes]":
    # No secret of ours stands in the child's environment; one thread, since several pages are read at once.
    known = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "connectors.ocr.child", json.dumps(job)],
        stdin=given,
        stdout=said,
        stderr=subprocess.DEVNULL,
        env=known | {"OMP_THREAD_LIMIT": "1"},
        start_new_session=True,
    )


def _wait(child: "subprocess.Popen[bytes]", seconds: float) -> int | None:
    """Its exit status, or None when it had to be ended."""
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        child.kill()
        child.wait()


def _page(line: Mapping[str, Any], limits: OcrLimits) -> TranscribedPage:
    confidence = line["confidence"]
    return TranscribedPage(
        text=storable(line["text"]).strip(),
        confidence=confidence,
        clear=confidence is None or confidence >= limits.clear,
        doubtful=frozenset(map(storable, line["doubtful"])),
        picture=base64.b64decode(line["picture"]) if line["picture"] else None,
    )
