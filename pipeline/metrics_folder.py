"""Where the processes of one host keep their numbers."""

from pathlib import Path

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where the processes of a host keep their numbers, so that one can show all (prometheus_client's own)."""


def start_counting(folder: Path) -> dict[str, str]:
    """Clear the folder of an earlier run's numbers; returns the environment processes keep theirs with."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()
    return {FOLDER_VARIABLE: str(folder)}
