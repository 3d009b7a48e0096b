"""Write the sample mails as files."""

import re
import sys
from pathlib import Path

from tests.connectors.email.samples.corpus import CORPUS


def main(directory: Path) -> None:
    """One `.eml` a sample, numbered in order."""
    directory.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(CORPUS, 1):
        name = re.sub(r"[^a-z0-9]+", "-", sample.name.lower()).strip("-")
        (directory / f"{number:03d}-{name[:60]}.eml").write_bytes(sample.raw)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
