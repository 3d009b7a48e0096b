"""`make bench`: run everything, show the table, keep the figures and the picture under `var/bench/`."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bench.plan import FULL, QUICK
from bench.plot import draw
from bench.report import figures, table
from bench.run import Measured, run, steps
from config.settings import Settings
from pipeline import log

FOLDER = Path("var/bench")


def main() -> None:
    """Measure, and say where the figures are. QUICK=1 in the environment takes under a minute."""
    quick = bool(os.environ.get("QUICK"))
    console = Console()
    FOLDER.mkdir(parents=True, exist_ok=True)
    measured = _measure(console, quick=quick)
    found = figures(measured, quick=quick)
    (FOLDER / "latest.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    draw(found, measured, FOLDER / "latest.png")
    console.print(table(found))
    console.print(f"{FOLDER / 'latest.json'}, {FOLDER / 'latest.png'}")


def _measure(console: Console, *, quick: bool) -> Measured:
    plan = QUICK if quick else FULL
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=FOLDER)).resolve()
    log.configure(Settings(_env_file=None, var_dir=folder, log_level="WARNING"))  # type: ignore[call-arg]
    columns = (TextColumn("{task.description:>16}"), BarColumn(), TimeElapsedColumn())
    # It is drawn by this thread only: the parts run in forks of this process.
    with Progress(*columns, console=console, auto_refresh=False) as progress:
        task = progress.add_task("", total=steps(plan))

        def told(step: str) -> None:
            progress.update(task, description=step, advance=1, refresh=True)

        try:
            return run(plan, folder, told)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
