"""Our core on a labelled set, by the path of `liaison correlate`: mapping, entity, engine."""

import time
from collections import Counter
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Final

from deploy.analysis.inputs import Inputs, open_inputs
from deploy.bench.measure import Record, Truth
from deploy.bench.sets import MAPPINGS, PeopleSet, existing, label_of
from streams.correlate.engine import Engine, Link

QUEUED: Final = "possible"
"""Band of what is below the release threshold."""
_NEGATIVES: Final = "negatives_global"
_TREATED: Final = "positives_un_treated"
_UNTREATED: Final = "positives_un_untreated"


def on_people(chosen: PeopleSet, folder: Path) -> dict[str, Any]:
    """Pairwise precision, recall and F1 after clustering, and of the links under `before`."""
    inputs = _open(chosen.paths(folder), chosen)
    labelled, linked = label_of(chosen), len(chosen.files) > 1
    engine, started = Engine(), time.perf_counter()
    records: dict[Hashable, Record] = {}
    for each in inputs.files:
        for _, row, cell in each.rows():
            reference = f"{row.source}:{row.record_id}"
            source = row.source if linked else ""
            records[reference] = Record(labelled(row.record_id, cell), source)
            engine.add(reference, row.entity, row.places)
    links = [link for link in engine.links() if link.band != QUEUED]
    entities = engine.entities()
    seconds = time.perf_counter() - started
    truth = Truth(records)
    return {
        **truth.clustered(entities).as_json(),
        "before": truth.counts((link.left, link.right) for link in links).as_json(),
        "links": len(links),
        "records": len(records),
        "seconds": round(seconds, 2),
    }


def _open(files: tuple[Path, ...], chosen: PeopleSet) -> Inputs:
    return open_inputs(files, [MAPPINGS / name for name in chosen.mappings], chosen.truth)


def on_lists(data: Path) -> dict[str, dict[str, Any]]:
    """The UN list against 683 untreated rows and 50,000 negatives, and these among themselves.

    One run for both. A treated row is found where its untreated row has more bits than any other
    of the index and reaches the release threshold.
    """
    files = (
        existing(data / "un_sc_treated" / f"{_TREATED}.csv"),
        existing(data / "un_sc_treated" / f"{_UNTREATED}.csv"),
        existing(data / "qarin_negatives" / f"{_NEGATIVES}.csv.gz"),
    )
    inputs = open_inputs(files, [MAPPINGS / "listed.yaml"])
    engine, counts = Engine(), Counter[str]()
    for each in inputs.files:
        for number, (_, row, _) in enumerate(each.rows()):
            engine.add(f"{row.source}:{number}", row.entity, row.places)
            counts[row.source] += 1
    best: dict[str, Link] = {}
    reached, among = set(), 0
    for link in engine.links():
        sources = {end.partition(":")[0] for end in (link.left, link.right)}
        if sources == {_NEGATIVES}:
            among += link.band != QUEUED
        elif _TREATED in sources and len(sources) == 2:
            query, other = sorted((link.left, link.right), key=_is_index)
            best[query] = max(best.get(query, link), link, key=_worth)
            if link.band != QUEUED and other.startswith(_NEGATIVES):
                reached.add(other)
    on_top = [link for link in best.values() if _same_row(link)]
    found = sum(link.band != QUEUED for link in on_top)
    return {
        "un": {
            "found": round(found / counts[_TREATED], 6),
            "on_top": round(len(on_top) / counts[_TREATED], 6),
            "negatives": round(len(reached) / counts[_NEGATIVES], 6),
        },
        "negatives": {
            "links_per_record": round(among / counts[_NEGATIVES], 6),
            "links": among,
            "records": counts[_NEGATIVES],
        },
    }


def _is_index(reference: str) -> bool:
    return not reference.startswith(f"{_TREATED}:")


def _worth(link: Link) -> tuple[bool, float]:
    return link.band != QUEUED, link.bits


def _same_row(link: Link) -> bool:
    one, other = (end.partition(":") for end in (link.left, link.right))
    return one[2] == other[2] and {one[0], other[0]} == {_TREATED, _UNTREATED}
