"""Sockets of the embedded servers: a private folder, never a path too long for the kernel."""

import os
import stat
from pathlib import Path

import pytest

from config.sockets import make_private, postgres_url, socket_folder, valkey_url
from domain.errors import NotConfiguredError

SHORT = Path("/srv/desk/var")
LONG = Path("/srv") / ("x" * 90) / "var"


@pytest.mark.parametrize(
    ("label", "var_dir", "expected"),
    [
        ("a usual path keeps its sockets beside its data", SHORT, SHORT / "run"),
        ("the longest that fits", Path("/") / ("x" * 73), Path("/") / ("x" * 73) / "run"),
    ],
)
def test_sockets_stand_beside_the_data(label: str, var_dir: Path, expected: Path) -> None:
    assert socket_folder(var_dir) == expected


@pytest.mark.parametrize("var_dir", [LONG, Path("/") / ("x" * 75), Path("/srv") / ("ğ" * 45)])
def test_a_path_too_long_for_a_socket_gives_a_short_one_that_is_always_the_same(var_dir: Path) -> None:
    folder = socket_folder(var_dir)
    assert len(os.fsencode(folder / "postgres" / ".s.PGSQL.5432.lock")) <= 107
    assert folder == socket_folder(var_dir)
    assert folder != socket_folder(var_dir / "other")


@pytest.mark.parametrize(
    ("label", "before", "after"),
    [
        ("none is there yet", None, 0o700),
        ("others may list it", 0o755, 0o700),
        ("others may write to it", 0o722, 0o700),
        ("others may only pass through, as an unprivileged PostgreSQL must", 0o711, 0o711),
    ],
)
def test_a_private_folder_shows_nobody_else_what_is_in_it(
    tmp_path: Path, label: str, before: int | None, after: int
) -> None:
    folder = tmp_path / "run"
    if before is not None:
        folder.mkdir()
        folder.chmod(before)
    make_private(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == after


def test_a_folder_that_is_a_link_to_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotConfiguredError, match="somebody else"):
        make_private(tmp_path / "run")


def test_urls_name_the_socket_whatever_its_path() -> None:
    odd = Path("/srv/my desk/ı?")
    assert postgres_url(odd, "d") == "postgresql://desk@/d?host=/srv/my%20desk/%C4%B1%3F&port=5432"
    assert valkey_url(odd / "v.sock", 3) == "unix:///srv/my%20desk/%C4%B1%3F/v.sock?db=3"
