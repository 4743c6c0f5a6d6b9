"""Our comparison of names alone, at its one threshold, on the sets of labelled pairs."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from deploy.bench.measure import area_under_curve, at_threshold
from deploy.bench.pairs import KINDS, SCRIPTS, NamePair, name_bench, transliterations
from deploy.bench.sets import existing
from streams.correlate.names import MATCH_SCORE, score

_PARTS: Final = ("firstName", "middleName", "fatherName", "lastName")
_MEASURES: Final = ("auc", "f1", "us_per_pair")


def on_names(name: str, data: Path) -> dict[str, Any]:
    """Measure one of `sets.NAMES`; raises ConfigError where its files are missing."""
    if name == "name_bench":
        existing(data / "nk_name_bench" / "cases.csv")
        return _on_pairs(name_bench(data))
    if name == "entity_checks":
        return _on_checks(existing(data / "nk_entity_bench" / "checks.yml"))
    return _on_scripts(data, shuffled=name.endswith("shuffled"))


def likeness(schema: str, left: str, right: str) -> float:
    """Score two names of a FollowTheMoney schema."""
    return max(score(kind, left, right) for kind in KINDS[schema])


def _on_pairs(pairs: Sequence[NamePair]) -> dict[str, Any]:
    started = time.perf_counter()
    scores = [likeness(pair.schema, pair.left, pair.right) for pair in pairs]
    seconds = time.perf_counter() - started
    labels = [pair.same for pair in pairs]
    return {
        **at_threshold(scores, labels, MATCH_SCORE).as_json(),
        "auc": round(area_under_curve(scores, labels), 6),
        "us_per_pair": round(seconds / len(pairs) * 1e6, 1),
        "pairs": len(pairs),
    }


def _on_scripts(data: Path, *, shuffled: bool) -> dict[str, Any]:
    """Means over the seven scripts, and AUC and F1 of each."""
    for script in SCRIPTS:
        existing(data / "netransliteration" / f"wd_{script}_20.tsv")
    scripts = {
        script: _on_pairs(transliterations(data, script, shuffled=shuffled)) for script in SCRIPTS
    }
    mean = {
        measure: round(sum(found[measure] for found in scripts.values()) / len(scripts), 6)
        for measure in _MEASURES
    }
    return {**mean, **{name: {m: v[m] for m in ("auc", "f1")} for name, v in scripts.items()}}


def _on_checks(path: Path) -> dict[str, Any]:
    """Accuracy over the entity checks, whose entities have nothing but names."""
    checks = yaml.safe_load(path.read_text(encoding="utf-8"))["checks"]
    right = [
        (likeness(each["schema"], _name(each["query"]), _name(each["candidate"])) >= MATCH_SCORE)
        == each["match"]
        for each in checks
    ]
    return {"accuracy": round(sum(right) / len(right), 6), "pairs": len(right)}


def _name(entity: dict[str, str]) -> str:
    return entity.get("name") or " ".join(filter(None, map(entity.get, _PARTS)))
