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
from zlib import crc32

import orjson

from deploy.analysis.heldout import FOLDS, Sample
from deploy.analysis.inputs import Input
from deploy.analysis.mistakes import mistake
from deploy.local.jars import Progress
from schemas.link import Evidence
from streams.correlate.engine import Engine
from streams.correlate.training import Labelled, Vector, vector_of
from streams.correlate.weights import WEIGHTS

_STEP_ROWS: Final = 2_000
_SAME: Final = {"same": True, "different": False, "unsure": None}


def pairs_of(data_set: Sequence[Input], counts: Counter[str], progress: Progress) -> Sample:
    """Return every pair that the engine compares within one data set; counts them by outcome.

    A pair with a row that has no label says nothing and is passed over.
    """
    engine = Engine(every_pair=True)
    labels: dict[str, str] = {}
    for number, each in enumerate(data_set):
        name = each.table.path.name
        progress(name, 0, each.count)
        for done, (line, row, label) in enumerate(each.rows()):
            reference = f"{number}:{line}"
            labels[reference] = label
            engine.add(reference, row.entity, row.places)
            if done % _STEP_ROWS == 0:
                progress(name, done, each.count)
        progress(name, each.count, each.count)
    pairs, folds = [], []
    for link in engine.links():
        left, right = labels[link.left], labels[link.right]
        if left and right:
            counts["same" if left == right else "different"] += 1
            pairs.append((vector_of(map(_level, link.evidence)), left == right))
            folds.append(_fold(*sorted((left, right))))
    return Sample(Labelled(pairs), folds)


def _fold(*names: str) -> int:
    """The fold of a pair: pairs of one entity, or of the same two, have the same."""
    return crc32("\0".join(names).encode()) % FOLDS


def verdicts_of(files: Iterable[Path], counts: Counter[str]) -> Sample:
    """Return the pairs that analysts decided; raises StackError (exit 2) for a malformed line.

    A match that rests on several links, or on an overlap of operations, says nothing of any one
    comparison: what the analyst denied may be another of them. Such lines are counted, not used.
    """
    pairs = []
    for path in files:
        try:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    same, vectors = _verdict(line, f"{path}:{number}", counts)
                    if same is not None and len(vectors) == 1 and _weighed(vectors[0]):
                        pairs.append((vectors[0], same))
                    elif same is not None:
                        counts["verdict not on one comparison"] += 1
        except OSError as error:
            why = f"cannot read: {type(error).__name__}"
            raise mistake(why, str(path), "name another export") from None
    return Sample(Labelled(pairs), [_fold(repr(vector)) for vector, _ in pairs])


def _weighed(vector: Vector) -> bool:
    return any(level in WEIGHTS.table for level in vector)


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
