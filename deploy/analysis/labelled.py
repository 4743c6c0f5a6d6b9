"""Labelled pairs for training: from tables that say who is who, and from analysts' verdicts.

An export of verdicts is NDJSON, one pair a line: `verdict` is same, different or unsure, `evidence`
a list of `attribute`, `level` and `frequency_class`. It holds no value of a record.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from deploy.analysis.inputs import Input
from deploy.analysis.mistakes import mistake
from deploy.local.jars import Progress
from streams.correlate.engine import Engine
from streams.correlate.training import Vector

_SAME: Final = {"same": True, "different": False, "unsure": None}


def pairs_of(
    data_set: Sequence[Input], counts: Counter[str], progress: Progress
) -> Iterator[Vector]:
    """Yield every pair that the engine compares within one data set; counts them by outcome.

    A pair with a row that has no label says nothing and is passed over.
    """
    engine = Engine()
    labels: dict[str, str] = {}
    for number, each in enumerate(data_set):
        progress(each.table.path.name, 0, each.count)
        for line, row, label in each.rows():
            reference = f"{number}:{line}"
            labels[reference] = label
            engine.add(reference, row.entity, row.places)
        progress(each.table.path.name, each.count, each.count)
    for link in engine.links():
        left, right = labels[link.left], labels[link.right]
        if left and right:
            counts["same" if left == right else "different"] += 1
            levels = ((item.attribute, item.level, item.frequency_class) for item in link.evidence)
            yield Vector(tuple(levels), left == right)


def verdicts_of(files: Iterable[Path], counts: Counter[str]) -> Iterator[Vector]:
    """Yield the pairs that analysts decided; raises StackError (exit 2) for a malformed line."""
    for path in files:
        try:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    yield from _verdict(line, f"{path}:{number}", counts)
        except OSError as error:
            raise mistake(
                f"cannot read: {type(error).__name__}", str(path), "name another"
            ) from None


def _verdict(line: bytes, place: str, counts: Counter[str]) -> Iterator[Vector]:
    try:
        found: dict[str, Any] = orjson.loads(line)
        verdict = found["verdict"]
        same = _SAME[verdict]
        levels = tuple(
            (item["attribute"], item["level"], item["frequency_class"])
            for item in found["evidence"]
        )
    except (ValueError, TypeError, LookupError):
        raise mistake(
            "not a verdict: `verdict` (same, different, unsure) and `evidence` were expected",
            place,
            "export the verdicts again",
        ) from None
    counts[f"verdict {verdict}"] += 1
    if same is not None:
        yield Vector(levels, same)
