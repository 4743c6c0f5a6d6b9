"""nomenklatura (logic-v2, name-based) and rapidfuzz on names, entity checks and the UN list.

Every peer scores every pair and is cut where F1 is best. On the UN list a peer scores, for each
treated row, the CANDIDATES rows that rapidfuzz finds nearest by romanised name: at half a
millisecond a pair it could not look at all 50,683.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from anyascii import anyascii
from followthemoney import EntityProxy
from nomenklatura.matching import get_algorithm
from rapidfuzz import fuzz, process

from deploy.bench.measure import area_under_curve, best_threshold
from deploy.bench.pairs import (
    SCRIPTS,
    Listed,
    NamePair,
    name_bench,
    negatives,
    transliterations,
    un_list,
)

CANDIDATES = 20
ALLOWED_NEGATIVES = 25
"""0.05 % of 50,000: what may reach our own threshold."""
PEERS = {
    "nomenklatura logic-v2": "logic-v2",
    "nomenklatura name-based": "name-based",
    "rapidfuzz token_sort": "token-sort",
    "rapidfuzz token_sort of anyascii": "anyascii+token-sort",
}
_IDS = count()
_PROPERTIES = {
    "full_name": "name",
    "first_name": "firstName",
    "middle_name": "middleName",
    "last_name": "lastName",
    "gender": "gender",
    "date_of_birth": "birthDate",
    "place_of_birth": "birthPlace",
    "nationality": "nationality",
}

Properties = dict[str, str]
Score = Callable[[str, Properties, Properties], float]


def entity(schema: str, properties: Properties) -> EntityProxy:
    """Build an entity under a fresh id: nomenklatura remembers scores by id."""
    proxy = EntityProxy.from_dict({"id": f"e{next(_IDS)}", "schema": schema, "properties": {}})
    for name, value in properties.items():
        if value and name in proxy.schema.properties:
            proxy.add(name, value)
    return proxy


def scorer(peer: str) -> Score:
    """How a peer scores two sets of properties."""
    if peer in ("token-sort", "anyascii+token-sort"):
        return lambda _, left, right: fuzz.token_sort_ratio(_text(left, peer), _text(right, peer))
    algorithm = get_algorithm(peer)
    config = algorithm.default_config()

    def score(schema: str, left: Properties, right: Properties) -> float:
        found = algorithm.compare(entity(schema, left), entity(schema, right), config)
        return float(found.score)

    return score


def _text(properties: Properties, peer: str) -> str:
    name = properties.get("name") or " ".join(
        properties.get(part, "") for part in ("firstName", "middleName", "fatherName", "lastName")
    )
    return romanised(name) if peer.startswith("anyascii") else name.casefold()


@lru_cache(200_000)
def romanised(name: str) -> str:
    """A name in plain lower-case letters."""
    return str(anyascii(name)).casefold()


def on_pairs(peer: str, pairs: Sequence[NamePair]) -> dict[str, Any]:
    """AUC, best F1 and microseconds a pair."""
    score = scorer(peer)
    score(pairs[0].schema, {"name": "Warm Up"}, {"name": "Up, Warm"})
    started = time.perf_counter()
    scores = [score(pair.schema, {"name": pair.left}, {"name": pair.right}) for pair in pairs]
    spent = (time.perf_counter() - started) / len(pairs)
    labels = [pair.same for pair in pairs]
    return {
        **best_threshold(scores, labels),
        "auc": round(area_under_curve(scores, labels), 6),
        "us_per_pair": round(spent * 1e6, 1),
        "pairs": len(pairs),
    }


def on_scripts(peer: str, data: Path, *, shuffled: bool) -> dict[str, Any]:
    """Mean AUC and F1 over seven scripts; the cut is each script's own best."""
    scripts = {
        script: on_pairs(peer, transliterations(data, script, shuffled=shuffled))
        for script in SCRIPTS
    }
    mean = {
        measure: round(sum(found[measure] for found in scripts.values()) / len(scripts), 6)
        for measure in ("auc", "f1", "us_per_pair")
    }
    return {**mean, **{name: {m: v[m] for m in ("auc", "f1")} for name, v in scripts.items()}}


def on_checks(peer: str, data: Path) -> dict[str, Any]:
    """Accuracy at the best cut."""
    checks = yaml.safe_load((data / "nk_entity_bench" / "checks.yml").read_text("utf-8"))["checks"]
    score = scorer(peer)
    scores = np.asarray(
        [score(each["schema"], each["query"], each["candidate"]) for each in checks]
    )
    labels = np.asarray([each["match"] for each in checks])
    cuts = [*np.unique(scores), float("inf")]
    accuracy, cut = max((float(((scores >= cut) == labels).mean()), cut) for cut in cuts)
    return {"accuracy": round(accuracy, 6), "threshold": round(float(cut), 6)}


def on_un_list(peer: str, data: Path) -> dict[str, Any]:
    """Share of treated rows whose untreated row is on top; negatives at or above the cut."""
    treated, untreated = un_list(data)
    index = untreated + negatives(data)
    names = [romanised(row.full_name) for row in index]
    score, reached = scorer(peer), dict[int, float]()
    top: list[float | None] = []
    for number, row in enumerate(treated):
        near = process.extract(
            romanised(row.full_name), names, scorer=fuzz.token_sort_ratio, limit=CANDIDATES
        )
        found = {at: score("Person", _person(row), _person(index[at])) for _, _, at in near}
        for at, value in found.items():
            if at >= len(untreated):
                reached[at] = max(value, reached.get(at, 0.0))
        best = max(found.values())
        top.append(found[number] if found.get(number) == best else None)
    # The best cut: the lowest that lets no more negatives through than ours may.
    highest = sorted(reached.values(), reverse=True)
    cut = highest[ALLOWED_NEGATIVES] + 1e-6 if len(highest) > ALLOWED_NEGATIVES else 0.0
    return {
        "found": round(sum(v is not None and v >= cut for v in top) / len(treated), 6),
        "on_top": round(sum(v is not None for v in top) / len(treated), 6),
        "negatives": round(sum(v >= cut for v in highest) / (len(index) - len(untreated)), 6),
        "threshold": round(cut, 6),
    }


def _person(row: Listed) -> Properties:
    return {_PROPERTIES[name]: value for name, value in row._asdict().items()}


def main(name: str, data: Path) -> dict[str, Any]:
    """Measure every peer on one set."""
    sets: dict[str, Callable[[str], dict[str, Any]]] = {
        "name_bench": lambda peer: on_pairs(peer, name_bench(data)),
        "transliteration": lambda peer: on_scripts(peer, data, shuffled=False),
        "transliteration_shuffled": lambda peer: on_scripts(peer, data, shuffled=True),
        "entity_checks": lambda peer: on_checks(peer, data),
        "un": lambda peer: on_un_list(peer, data),
    }
    return {title: sets[name](peer) for title, peer in PEERS.items()}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
