"""Labelled pairs for training: from tables that say who is who, and from analysts' verdicts.

An export of verdicts (`liaison verdict export`) is NDJSON, one support a line: `label` is same,
different or unsure, `links` holds for each link a list of `attribute`, `level` and
`frequency_class`. It holds no value of a record.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import orjson

from deploy.analysis.inputs import Input
from deploy.analysis.mistakes import mistake
from deploy.local.jars import Progress
from schemas.link import Evidence
from streams.correlate.engine import Engine
from streams.correlate.training import Labelled, Vector, vector_of

_SAME: Final = {"same": True, "different": False, "unsure": None}


def pairs_of(data_set: Sequence[Input], counts: Counter[str], progress: Progress) -> Labelled:
    """Return every pair that the engine compares within one data set; counts them by outcome.

    A pair with a row that has no label says nothing and is passed over.
    """
    engine = Engine(every_pair=True)
    labels: dict[str, str] = {}
    for number, each in enumerate(data_set):
        progress(each.table.path.name, 0, each.count)
        for line, row, label in each.rows():
            reference = f"{number}:{line}"
            labels[reference] = label
            engine.add(reference, row.entity, row.places)
        progress(each.table.path.name, each.count, each.count)
    pairs = []
    for link in engine.links():
        left, right = labels[link.left], labels[link.right]
        if left and right:
            counts["same" if left == right else "different"] += 1
            pairs.append((vector_of(map(_level, link.evidence)), left == right))
    return Labelled(pairs)


def verdicts_of(files: Iterable[Path], counts: Counter[str]) -> Labelled:
    """Return the pairs that analysts decided; raises StackError (exit 2) for a malformed line."""
    pairs = []
    for path in files:
        try:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    same, vectors = _verdict(line, f"{path}:{number}", counts)
                    if same is not None:
                        pairs += [(vector, same) for vector in vectors]
        except OSError as error:
            why = f"cannot read: {type(error).__name__}"
            raise mistake(why, str(path), "name another export") from None
    return Labelled(pairs)


def _level(item: Evidence) -> tuple[str, str, int]:
    return item.attribute, item.level, item.frequency_class


def _verdict(line: bytes, place: str, counts: Counter[str]) -> tuple[bool | None, list[Vector]]:
    try:
        found: dict[str, Any] = orjson.loads(line)
        verdict = found["label"]
        same = _SAME[verdict]
        fields = itemgetter("attribute", "level", "frequency_class")
        vectors = [vector_of(map(fields, link)) for link in found["links"]]
    except (ValueError, TypeError, LookupError):
        raise mistake(
            "not a verdict: `label` (same, different, unsure) and `links` were expected",
            place,
            "export the verdicts again: liaison verdict export --out FILE",
        ) from None
    counts[f"verdict {verdict}"] += 1
    return same, vectors
