"""A small disk that a test can fill: a tmpfs."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.faults.site import require

FILLER = "filler"


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a disk of this size ("24m") on `folder`, until the block ends."""
    folder.mkdir()
    require(os.geteuid() == 0 and shutil.which("mount"), "a disk can only be mounted by root")
    options = ("-t", "tmpfs", "-o", f"size={size}", "campaign-actions-test", str(folder))
    mounted = subprocess.run(["mount", *options], capture_output=True, text=True)
    require(mounted.returncode == 0, f"no disk can be mounted here ({mounted.stderr.strip()})")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill_disk(folder: Path) -> None:
    """Fill the disk until nothing more fits."""
    with (folder / FILLER).open("ab", buffering=0) as filler:
        for block in (1024 * 1024, 4096):
            try:
                while True:
                    filler.write(b"\0" * block)
            except OSError:
                continue


def free_disk(folder: Path) -> None:
    (folder / FILLER).unlink()
