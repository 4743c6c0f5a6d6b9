"""What a figure was measured on: commit, processor, cores. No name and no path of the machine."""

import os
import platform
import subprocess
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent


def provenance() -> dict[str, str | int]:
    """Return commit (with `+` where the tree differs from it), processor, cores and Python."""
    return {
        "commit": _commit(),
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "python": platform.python_version(),
    }


def _commit() -> str:
    revision = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return f"{revision or 'unknown'}{'+' if changed else ''}"


def _git(*words: str) -> str:
    try:
        asked = subprocess.run(
            ("git", "-C", str(_FOLDER), *words), capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return asked.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
