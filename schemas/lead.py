"""Which of two agencies might lead a duplicate investigation: a proposal, with reasons in words.

Pure, and a function of the supports alone: of a whole match for the coordination desk, of the one
support that a recipient is shown for its notice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

from schemas.support import End, Support

_STATUTE: Final[Mapping[str, tuple[str, str]]] = {
    "eccn": ("BIS", "The commodity is on the Commerce Control List: 50 U.S.C. 4820 names BIS."),
    "usml": ("HSI", "The commodity is on the Munitions List: 22 CFR 127.4 names HSI."),
}
"""By the identifier scheme of a shared commodity: whose the enforcement is by law, and why."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The agency proposed; reasons in the order of their weight, the first one decides."""

    agency: str
    reasons: tuple[str, ...]

    def to_avro(self) -> dict[str, Any]:
        """Return the datum of `liaison.Lead`."""
        return {"agency": self.agency, "reasons": list(self.reasons)}

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.Lead`."""
        return cls(datum["agency"], tuple(datum["reasons"]))


class _Claim(NamedTuple):
    """What one agency brings to the supports."""

    agency: str
    ends: frozenset[End]


def propose_lead(supports: Iterable[Support]) -> Lead | None:
    """Propose the lead of the two agencies of some supports; None where they are not two.

    In this order, the first that tells them apart decides, those after it that agree are named as
    well: whose the enforcement is by law; who has a case where the other has a report alone; who
    reported first; who holds more of the entities. Where all are equal, the first by name.
    """
    known = list(supports)
    ends: dict[str, set[End]] = {}
    for end in (end for support in known for end in support.ends if end.side in support.sides):
        ends.setdefault(end.version.owner.partition("/")[0], set()).add(end)
    if len(ends) != 2:
        return None
    one, other = (_Claim(agency, frozenset(ends[agency])) for agency in sorted(ends))
    found = list(_reasons(known, one, other))
    agency = found[0][0] if found else one.agency
    reasons = tuple(reason for favoured, reason in found if favoured == agency)
    return Lead(agency, reasons or ("Nothing tells the two apart; the first by name.",))


def _reasons(supports: list[Support], one: _Claim, other: _Claim) -> Iterator[tuple[str, str]]:
    """Yield (agency, reason) for each test that tells the two apart."""
    schemes = {
        evidence.scheme
        for support in supports
        for link in support.links
        for evidence in link.evidence
        if evidence.attribute == "commodity"
    }
    lawful = {_STATUTE[scheme] for scheme in schemes if scheme in _STATUTE}
    entitled = {agency for agency, _ in lawful} & {one.agency, other.agency}
    if len(entitled) == 1:
        yield from sorted((agency, why) for agency, why in lawful if agency in entitled)
    for measure, sentence in _MEASURES:
        first, second = measure(one), measure(other)
        if first != second:
            agency = one.agency if first < second else other.agency
            yield agency, sentence.format(agency)


def _without_case(claim: _Claim) -> int:
    return int(all(":record/" in end.side for end in claim.ends))


def _earliest(claim: _Claim) -> int:
    return min(end.version.occurred_at_us for end in claim.ends)


def _fewest(claim: _Claim) -> int:
    return -len({end.version.reference for end in claim.ends})


_MEASURES: Final[tuple[tuple[Callable[[_Claim], int], str], ...]] = (
    (_without_case, "{} has opened a case; the other has reports alone."),
    (_earliest, "What {} reports happened first."),
    (_fewest, "{} holds more of the shared entities."),
)
"""What each compares, the lesser the better, and what is said of who is ahead."""
