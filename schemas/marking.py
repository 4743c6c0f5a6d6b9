"""The closed vocabularies of markings, and what is wrong with one.

Caveats travel as strings, because an Avro enum can carry no unknown under FULL_TRANSITIVE; the
vocabulary is closed here instead. An unknown caveat is refused at intake and denies elsewhere.
"""

import re
from typing import Final, NamedTuple

from schemas.countries import ALPHA_2
from schemas.errors import Reason
from schemas.event import FieldMarking, Marking
from schemas.identifiers import FIELDS

CAVEATS: Final = frozenset(
    {
        "NOFORN",
        "ORCON",
        "LES",
        "VICTIM_1367",
        "ASYLUM",
        "GRAND_JURY",
        "TITLE_III",
        "SAR",
        "JUVENILE",
        "ECRA",
        "EEI",
        "VISA_222F",
        "TRACE",
        "PROPRIETARY",
        "POLITICAL",
        "TIP",
        "UNDERCOVER",
    }
)
REL_TO: Final = "REL_TO_"
"""Prefix of a release caveat, followed by one ISO alpha-3 code; several make an allow-list."""

ONWARD_RULES: Final = frozenset({"originator_consent", "free", "prohibited"})
HANDLINGS: Final = ("H0", "H1", "H2", "H3")
"""Europol handling codes, laxest first."""
SOURCE_GRADES: Final = ("A", "B", "C", "D", "X")
"""Reliability of the source, best first; X: cannot be assessed."""
INFORMATION_GRADES: Final = ("1", "2", "3", "4")
"""Accuracy of the information, best first."""
CRIME_TYPES: Final = frozenset(
    {
        "export_control",
        "sanctions_evasion",
        "proliferation",
        "child_exploitation",
        "trafficking_and_smuggling",
        "financial",
        "cyber",
        "narcotics",
        "firearms",
        "immigration_fraud",
        "terrorism",
    }
)
PURPOSES: Final = frozenset(
    {
        "border_security",
        "criminal_intelligence",
        "criminal_investigation",
        "criminal_justice",
        "deconfliction",
        "employment",
        "export_enforcement",
        "licence_determination",
        "officer_safety",
        "outreach",
        "prosecution",
        "victim_protection",
        "visa_screening",
    }
)
TEAR_LINE_CHARACTERS: Final = 2_000

_AUDIENCE: Final = re.compile(r"[A-Z0-9]{2,8}(/[a-z0-9]+(-[a-z0-9]+)*)?")
_AGENCY: Final = re.compile(r"[A-Z0-9]{2,8}")
_MATTER: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class Problem(NamedTuple):
    """What is wrong, where (`marking.…` path), and under which reason it is refused."""

    reason: Reason
    path: str
    message: str


def is_caveat(caveat: str) -> bool:
    """Return whether the vocabulary holds the caveat."""
    return caveat in CAVEATS or (
        caveat.startswith(REL_TO) and caveat.removeprefix(REL_TO) in ALPHA_2
    )


def released_to(caveats: list[str]) -> frozenset[str] | None:
    """Return the alpha-3 countries of the REL TO caveats, None where there is none."""
    listed = frozenset(c.removeprefix(REL_TO) for c in caveats if c.startswith(REL_TO))
    return listed or None


def problems(marking: Marking) -> list[Problem]:
    """Return everything wrong with a marking's words; nothing when it may be admitted."""
    found = [
        Problem(Reason.MALFORMED, f"marking.{name}", "not in the vocabulary")
        for name, known in (
            ("onward", marking["onward"] in ONWARD_RULES),
            ("handling", marking["handling"] in HANDLINGS),
            ("source_grade", marking["source_grade"] in SOURCE_GRADES),
            ("information_grade", marking["information_grade"] in INFORMATION_GRADES),
            ("crime_types", CRIME_TYPES.issuperset(marking["crime_types"])),
            ("purpose_limits", PURPOSES.issuperset(marking["purpose_limits"])),
            ("originator", _AGENCY.fullmatch(marking["originator"])),
            ("audience", all(map(_AUDIENCE.fullmatch, marking["audience"] or ()))),
            ("matters", all(map(_MATTER.fullmatch, marking.get("matters", ())))),
            ("tear_line", len(marking["tear_line"] or "") <= TEAR_LINE_CHARACTERS),
        )
        if not known
    ]
    predicate = marking["predicate"]
    if predicate is not None and predicate["validated_on"] < predicate["established_on"]:
        found.append(
            Problem(Reason.MALFORMED, "marking.predicate.validated_on", "before established_on")
        )
    found += _caveat_problems("marking.caveats", marking["caveats"])
    for index, override in enumerate(marking["fields"]):
        found += _override_problems(f"marking.fields[{index}]", override)
    return found


def _override_problems(path: str, override: FieldMarking) -> list[Problem]:
    found = _caveat_problems(f"{path}.caveats", override["caveats"])
    if override["field"] not in FIELDS:
        found.append(Problem(Reason.MALFORMED, f"{path}.field", "not in the vocabulary"))
    originator = override["originator"]
    if originator is not None and not _AGENCY.fullmatch(originator):
        found.append(Problem(Reason.MALFORMED, f"{path}.originator", "not an agency code"))
    return found


def _caveat_problems(path: str, caveats: list[str]) -> list[Problem]:
    return [
        Problem(Reason.UNKNOWN_CAVEAT, f"{path}[{index}]", "not in the vocabulary")
        for index, caveat in enumerate(caveats)
        if not is_caveat(caveat)
    ]
