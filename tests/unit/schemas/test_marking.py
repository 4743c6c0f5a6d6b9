"""Markings: the vocabularies are closed, and each fault names its place and reason."""

from datetime import date
from typing import Any

import pytest

from schemas.errors import Reason
from schemas.marking import CAVEATS, is_caveat, problems, released_to
from tests.support.events import build_marking


def override(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "entity": "p1",
        "field": "phone",
        "value": None,
        "caveats": [],
        "originator": None,
    }
    return whole | changes


def test_whole_marking_has_no_problem() -> None:
    marking = build_marking(
        caveats=[*sorted(CAVEATS), "REL_TO_GBR"],
        audience=["BIS", "HSI/miami"],
        purpose_limits=["prosecution"],
        tear_line="The subject is known to this office.",
        fields=[override(caveats=["ORCON"], originator="FBI")],
    )
    assert problems(marking) == []  # type: ignore[arg-type]


BACKWARDS = {"basis": "b", "established_on": date(2026, 2, 1), "validated_on": date(2026, 1, 1)}


@pytest.mark.parametrize(
    ("changes", "reason", "path"),
    [
        ({"caveats": ["LES", "NOFORM"]}, Reason.UNKNOWN_CAVEAT, "marking.caveats[1]"),
        ({"caveats": ["les"]}, Reason.UNKNOWN_CAVEAT, "marking.caveats[0]"),
        ({"caveats": ["REL_TO_UK"]}, Reason.UNKNOWN_CAVEAT, "marking.caveats[0]"),
        (
            {"fields": [override(caveats=["X"])]},
            Reason.UNKNOWN_CAVEAT,
            "marking.fields[0].caveats[0]",
        ),
        ({"fields": [override(field="shoe")]}, Reason.MALFORMED, "marking.fields[0].field"),
        ({"fields": [override(originator="f")]}, Reason.MALFORMED, "marking.fields[0].originator"),
        ({"onward": "maybe"}, Reason.MALFORMED, "marking.onward"),
        ({"handling": "H4"}, Reason.MALFORMED, "marking.handling"),
        ({"source_grade": "E"}, Reason.MALFORMED, "marking.source_grade"),
        ({"information_grade": "5"}, Reason.MALFORMED, "marking.information_grade"),
        ({"crime_types": ["jaywalking"]}, Reason.MALFORMED, "marking.crime_types"),
        ({"purpose_limits": ["curiosity"]}, Reason.MALFORMED, "marking.purpose_limits"),
        ({"originator": "hsi"}, Reason.MALFORMED, "marking.originator"),
        ({"audience": ["everyone"]}, Reason.MALFORMED, "marking.audience"),
        ({"tear_line": "x" * 2_001}, Reason.MALFORMED, "marking.tear_line"),
        ({"predicate": BACKWARDS}, Reason.MALFORMED, "marking.predicate.validated_on"),
    ],
)
def test_fault_names_its_place_and_reason(
    changes: dict[str, Any], reason: Reason, path: str
) -> None:
    [problem] = problems(build_marking(**changes))  # type: ignore[arg-type]
    assert (problem.reason, problem.path) == (reason, path)


def test_release_caveats_make_an_allow_list() -> None:
    assert released_to(["LES"]) is None
    assert released_to(["REL_TO_GBR", "LES", "REL_TO_MEX"]) == frozenset({"GBR", "MEX"})
    assert is_caveat("REL_TO_GBR")
    assert not is_caveat("REL_TO_")
