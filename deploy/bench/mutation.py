"""Mutation of the decision path: cosmic-ray changes one thing at a time, unit tests must notice.

Runs in a copy of the commit, with cosmic-ray in an environment of its own: `python -m
deploy.bench.mutation [--sample N] [--seed S] [MODULE…]`; without a sample every mutant is tried.
"""

import argparse
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).resolve().parents[2]
_STATE: Final = _ROOT / ".liaison" / "mutation"
_LOCK: Final = Path(__file__).parent / "peers" / "mutation.lock"
_TESTS: Final = "tests/unit/consumers/sharing"
_SLOW: Final = ("test_two_keys.py", "test_prove.py", "test_drafting_errors.py")
"""Left out: what takes minutes a mutant and finds bugs of a compiler, not of a line."""
MODULES: Final = (
    "asking",
    "barring",
    "bars",
    "compiler",
    "decide",
    "disclosure",
    "ends",
    "fields",
    "records",
    "support",
    "two_keys",
    "cedar/bars",
    "cedar/clauses",
    "cedar/engine",
    "cedar/question",
    "cedar/reading",
    "cedar/request",
    "cedar/second",
)


def main() -> int:
    """Mutate, test, print killed and survived by module, and one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tool, tree = _environment(), _copy()
    if subprocess.run(_tests(), cwd=tree, check=False, stdout=subprocess.DEVNULL).returncode:
        sys.stdout.write("The tests fail on the commit as it is: every mutant would seem killed.\n")
        return 1
    total: Counter[str] = Counter()
    survivors: list[str] = []
    for module in given.modules:
        found = _mutate(tool, tree, module, given.sample, given.seed)
        counts = Counter(outcome for outcome, _ in found)
        total += counts
        survivors += [where for outcome, where in found if outcome == "survived"]
        sys.stdout.write(f"{module}: {dict(counts)}\n")
        sys.stdout.flush()
    for each in survivors:
        sys.stdout.write(f"survived: {each}\n")
    tried = total["killed"] + total["survived"]
    share = round(total["killed"] / tried, 3) if tried else None
    sys.stdout.write(json.dumps({**total, "killed_share": share}) + "\n")
    return 0


def _environment() -> str:
    """Return cosmic-ray's program, installed as its lock file says."""
    folder = _STATE / "env"
    program = folder / "bin" / "cosmic-ray"
    if not program.exists():
        uv = str(Path(sys.executable).with_name("uv"))
        python = str(folder / "bin" / "python")
        venv = (uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder))
        sync = (uv, "pip", "sync", "-q", "--python", python, "--require-hashes", str(_LOCK))
        for argv in (venv, sync):
            subprocess.run(argv, check=True)
    return str(program)


def _copy() -> Path:
    """Return a fresh copy of the commit: mutants are written into files."""
    tree = _STATE / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    archive = subprocess.run(("git", "archive", "HEAD"), cwd=_ROOT, check=True, capture_output=True)
    subprocess.run(("tar", "x", "-C", str(tree)), input=archive.stdout, check=True)
    return tree


def _tests() -> tuple[str, ...]:
    """Return the command that tests the tree it is run in."""
    left_out = (f"--ignore={_TESTS}/{each}" for each in _SLOW)
    return (sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *left_out, _TESTS)


def _mutate(tool: str, tree: Path, module: str, sample: int, seed: int) -> list[tuple[str, str]]:
    """Return outcome and place of every mutant tried of a module."""
    name = module.replace("/", "_")
    settings, session = tree / f"{name}.toml", tree / f"{name}.sqlite"
    settings.write_text(
        "[cosmic-ray]\n"
        f'module-path = "consumers/sharing/{module}.py"\n'
        "timeout = 120.0\nexcluded-modules = []\n"
        f'test-command = "{" ".join(_tests())}"\n'
        '[cosmic-ray.distributor]\nname = "local"\n',
        encoding="utf-8",
    )
    init = (tool, "init", settings.name, session.name)
    subprocess.run(init, cwd=tree, check=True, stdout=subprocess.DEVNULL)
    if sample:
        _keep(session, sample, seed)
    subprocess.run(
        (tool, "exec", settings.name, session.name), cwd=tree, check=True, stdout=subprocess.DEVNULL
    )
    dumped = subprocess.run(
        (tool, "dump", session.name), cwd=tree, check=True, capture_output=True, text=True
    )
    return [_outcome(json.loads(line)) for line in dumped.stdout.splitlines()]


def _keep(session: Path, sample: int, seed: int) -> None:
    """Leave a sample of a session's mutants, the same for the same seed."""
    with sqlite3.connect(session) as connection:
        order = "module_path, operator_name, occurrence, start_pos_row, start_pos_col, job_id"
        rows = connection.execute(f"SELECT job_id FROM mutation_specs ORDER BY {order}")  # noqa: S608
        jobs = [job for (job,) in rows]
        kept = set(random.Random(seed).sample(jobs, min(sample, len(jobs))))  # noqa: S311
        for job in jobs:
            if job not in kept:
                connection.execute("DELETE FROM mutation_specs WHERE job_id = ?", (job,))
                connection.execute("DELETE FROM work_items WHERE job_id = ?", (job,))


def _outcome(pair: Any) -> tuple[str, str]:
    item, result = pair
    (mutation,) = item["mutations"]
    row = mutation["start_pos"][0]
    outcome = (result or {}).get("test_outcome") or "untried"
    return outcome, f"{mutation['module_path']}:{row} {mutation['operator_name']}"


if __name__ == "__main__":
    raise SystemExit(main())
