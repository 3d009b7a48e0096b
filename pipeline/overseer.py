"""supervisord on a disk that may be full: `python -m pipeline.overseer -c FILE`.

Where it cannot write a log it prints why, to a file on the same disk; that this fails too would end it, and
with it the whole desk, which could work on or wait for room.
"""

import os
import sys
from contextlib import suppress
from io import TextIOBase

from supervisor import supervisord


class _Forgiving(TextIOBase):
    """Standard error that loses what the disk does not take."""

    def write(self, text: str, /) -> int:
        with suppress(OSError):
            os.write(2, text.encode("utf-8", "backslashreplace"))
        return len(text)


if __name__ == "__main__":
    sys.stderr = _Forgiving()
    supervisord.main()
