"""The matches of two sides that must be live once a history has come to rest.

Pure functions of the events of a history, written without the stages' code: whoever reads the
rules here needs `tests.support.histories`, `tests.support.finals` and no other module.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import NamedTuple

from schemas.match import MATCH_CLASSES
from streams.correlate.weights import SupportClass
from tests.support.finals import apart, in_force, meet, nodes_of, split_keys
from tests.support.histories import MARGINS, WEIGHTS, Content, Event, compare, features


class LinkLineage(NamedTuple):
    """One link of a support; the end with the lower reference stands first."""

    left: str
    left_digest: bytes
    left_side: str
    right: str
    right_digest: bytes
    right_side: str


class Lineage(NamedTuple):
    """One support as truth knows it."""

    match_class: str
    links: frozenset[LinkLineage]


MatchName = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Family, sorted sides, sorted records (space_time only): what a match is one for."""


@dataclass(frozen=True, slots=True)
class Single:
    """What one link reaches between two sides, and whether it is of two subjects."""

    match_class: str
    link: LinkLineage
    pushed: bool
    subjects: bool
    one_case: bool
    margin: float


def truth(events: Iterable[Event], weights: str) -> dict[MatchName, frozenset[Lineage]]:
    """Every match of two sides that must be live at rest under these weights, with its supports."""
    return {
        name: frozenset(
            (
                *(Lineage(each.match_class, frozenset({each.link})) for each in singles),
                *(_duplicates(singles) if name[0] == "identity" else ()),
            )
        )
        for name, singles in singles_of(events, weights).items()
    }


def dormant(events: Iterable[Event], weights: str) -> dict[MatchName, frozenset[Lineage]]:
    """Every support of one link that would be, were it not for split keys: all may be quiet."""
    return {
        name: frozenset(Lineage(each.match_class, frozenset({each.link})) for each in singles)
        for name, singles in singles_of(events, weights, apart).items()
    }


def singles_of(
    events: Iterable[Event], weights: str, found_by: Callable[..., bool] = meet
) -> dict[MatchName, list[Single]]:
    """What every link alone reaches at rest, by the match that it is for."""
    found: dict[MatchName, list[Single]] = {}
    final = in_force(events)
    split = split_keys(final.values())
    for one, other in combinations([final[record] for record in sorted(final)], 2):
        if one.owner == other.owner or set(one.sides) & set(other.sides):
            continue
        for left, right in product(one.entities, other.entities):
            if found_by(nodes_of(one, left, split), nodes_of(other, right, split), split):
                evidence = compare(features(one, left), features(other, right))
                reached = WEIGHTS[weights](evidence)
                _add(found, ((one, left), (other, right)), reached, MARGINS[weights](evidence))
    return found


def _duplicates(singles: Sequence[Single]) -> Iterable[Lineage]:
    """Two subjects in common, or one with commodity and scheme (domain section 5)."""
    linked = {(each.link.left, each.link.right) for each in singles}
    subjects = [each for each in singles if each.pushed and each.subjects]
    for each in subjects:
        if each.one_case:
            yield Lineage("duplicate_investigation", frozenset({each.link}))
    for one, other in combinations(subjects, 2):
        (a, x), (b, y) = _ends(one.link), _ends(other.link)
        if _ends(one.link, "side") != _ends(other.link, "side"):
            b, y = y, b
        crossed = {tuple(sorted((a, y))), tuple(sorted((b, x)))}
        if a != b and x != y and not crossed & linked:
            yield Lineage("duplicate_investigation", frozenset({one.link, other.link}))


def _ends(link: LinkLineage, what: str = "") -> tuple[str, str]:
    if what:
        return link.left_side, link.right_side
    return link.left, link.right


def _add(
    found: dict[MatchName, list[Single]],
    ends: tuple[tuple[Content, str], tuple[Content, str]],
    supports_: Iterable[SupportClass],
    margin: float,
) -> None:
    (one, name), (other, opposite_name) = ends
    facts = [fact.split()[0] for fact in set(one.facts) & set(other.facts)]
    for reached in supports_:
        family = MATCH_CLASSES[reached.match_class].family
        records = (one.record, other.record) if family == "space_time" else ()
        for side in one.sides:
            for opposite in other.sides:
                link = LinkLineage(
                    f"{one.record}#{name}",
                    one.digest,
                    side,
                    f"{other.record}#{opposite_name}",
                    other.digest,
                    opposite,
                )
                single = Single(
                    reached.match_class,
                    link,
                    reached.band != "possible",
                    one.roles[name] == other.roles[opposite_name] == "subject",
                    len(facts) == 2,
                    margin,
                )
                match = (family, tuple(sorted((side, opposite))), records)
                found.setdefault(match, []).append(single)
