"""What must come out, computed from what was published and from nothing else.

A plain function of the final versions of all valid records: a dictionary over canonical
identifiers, and the geodesic distance over operations. It knows nothing of what the world
meant to tell, typos included, and nothing of the streams, which must arrive at the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final, NamedTuple

from producers.world.timeline import Item
from schemas.catalogue import CANCELS, EVENT_TYPES, WITHDRAW
from schemas.digest import content_digest
from schemas.errors import Reason
from schemas.event import Event, PlaceTime
from schemas.identifiers import Canonical, canonical
from schemas.places import Point, touch
from schemas.record import Rank, owner, rank, record_key, sides

Sides = tuple[str, str]
"""Two sides, sorted."""

_MICRO: Final = 1_000_000
_CLASS_ORDER: Final = ("shared_identifier", "target")
EXACT_CLASSES: Final = (*_CLASS_ORDER, "space_time")


class ExpectedMatch(NamedTuple):
    """One match that must be live at the end; `records` only for `space_time`, else None."""

    match_class: str
    sides: Sides
    records: tuple[str, str] | None


class Written(NamedTuple):
    """A valid event as the truth counts it; `digest` of its content."""

    record: str
    digest: bytes
    event: Event

    @property
    def rank(self) -> Rank:
        """What orders it among the versions of its record."""
        return rank(self.event["header"], self.digest)


class _Live(NamedTuple):
    record: str
    owner: str
    sides: tuple[str, ...]
    event: Event


@dataclass(frozen=True, slots=True)
class Truth:
    """The end of the world. Counts are of distinct things, as topics and stores would show them.

    `exact`: every match of the exact classes. `fuzzy`: pairs of sides that describe one person
    and share no exact identifier. `quarantined`: per reason. `accepted`: valid events less the
    losers of version conflicts. `duplicates`: accepted events beyond the first of the same record,
    version and content. `corrections`: distinct (record, version) above 1 that report;
    `withdrawals`: distinct (record, version) that withdraw, both among the accepted.
    """

    published: int
    accepted: int
    quarantined: Mapping[Reason, int]
    duplicates: int
    corrections: int
    withdrawals: int
    exact: frozenset[ExpectedMatch]
    fuzzy: frozenset[Sides]

    def count(self, match_class: str) -> int:
        """How many exact matches of a class there are."""
        return sum(expected.match_class == match_class for expected in self.exact)


def truth_of(items: Iterable[Item], people: Mapping[tuple[str, str], str]) -> Truth:
    """Compute the truth of a timeline; `people` names the person behind (record, entity)."""
    timeline = list(items)
    written = [_written(item.event) for item in timeline if item.reason is None]
    losers = _losers(written)
    accepted = [each for each in written if (each.record, each.rank) not in losers]
    versions = {(each.record, each.event["header"]["version"]): each for each in accepted}
    quarantined = Counter(item.reason for item in timeline if item.reason is not None)
    if len(accepted) < len(written):
        quarantined[Reason.VERSION_CONFLICT] = len(written) - len(accepted)
    live = _live(accepted)
    identity = _identity_matches(live)
    return Truth(
        published=len(timeline),
        accepted=len(accepted),
        quarantined=dict(quarantined),
        duplicates=len(accepted) - len(versions),
        corrections=sum(not _withdraws(e) and version > 1 for (_, version), e in versions.items()),
        withdrawals=sum(map(_withdraws, versions.values())),
        exact=frozenset((*identity, *_space_time_matches(live))),
        fuzzy=_same_person(live, people) - {expected.sides for expected in identity},
    )


def _written(event: Event) -> Written:
    return Written(record_key(event["header"]), content_digest(event), event)


def _withdraws(each: Written) -> bool:
    return each.event["header"]["operation"] == WITHDRAW


def _losers(written: Iterable[Written]) -> frozenset[tuple[str, Rank]]:
    """Of two texts of one record version the later published wins, then the higher digest."""
    texts: dict[tuple[str, int], dict[bytes, list[Rank]]] = defaultdict(lambda: defaultdict(list))
    for each in written:
        version = each.event["header"]["version"]
        texts[each.record, version][each.digest].append(each.rank)
    return frozenset(
        (record, text_rank)
        for (record, _), ranks in texts.items()
        if len(ranks) > 1
        for digest, of_text in ranks.items()
        if digest != max(max(each) for each in ranks.values())[2]
        for text_rank in of_text
    )


def _live(accepted: Iterable[Written]) -> list[_Live]:
    """The version in force of each record that is not withdrawn."""
    newest: dict[str, Written] = {}
    for each in accepted:
        if each.record not in newest or each.rank > newest[each.record].rank:
            newest[each.record] = each
    out = []
    for each in newest.values():
        header = each.event["header"]
        agency = EVENT_TYPES[header["event_type"]].agency
        if not _withdraws(each):
            out.append(_Live(each.record, owner(agency, header), sides(agency, header), each.event))
    return out


def _pairs_of_sides(left: _Live, right: _Live) -> Iterator[Sides]:
    """Every unordered pair of different sides of two records of different owners."""
    if left.owner == right.owner:
        return
    for a in left.sides:
        for b in right.sides:
            if a != b:
                yield (a, b) if a < b else (b, a)


def _identity_matches(live: Iterable[_Live]) -> set[ExpectedMatch]:
    """Records of different owners with the same valid identifier, by pair of sides."""
    holders: dict[Canonical, dict[str, _Live]] = defaultdict(dict)
    for record in live:
        for entity in record.event["entities"]:
            for published in entity["identifiers"]:
                number = canonical(**published)
                if number.valid and number.strength.match_class is not None:
                    holders[number][record.record] = record
    classes: dict[Sides, int] = {}
    for number, records in holders.items():
        order = _CLASS_ORDER.index(number.strength.match_class or "")
        for left, right in combinations(records.values(), 2):
            for pair in _pairs_of_sides(left, right):
                classes[pair] = max(order, classes.get(pair, 0))
    return {ExpectedMatch(_CLASS_ORDER[order], pair, None) for pair, order in classes.items()}


def _space_time_matches(live: Iterable[_Live]) -> Iterator[ExpectedMatch]:
    """Operations of different owners whose discs touch and whose windows overlap."""
    planned = sorted(
        (
            (place, record)
            for record in live
            if record.event["header"]["event_type"] not in CANCELS
            for place in record.event["places"]
        ),
        key=lambda each: each[0]["starts_at"],
    )
    for index, (place, record) in enumerate(planned):
        for later_place, later in planned[index + 1 :]:
            if later_place["starts_at"] >= place["ends_at"]:
                break
            if place["starts_at"] < later_place["ends_at"] and _touch(place, later_place):
                first, second = sorted((record.record, later.record))
                for pair in _pairs_of_sides(record, later):
                    yield ExpectedMatch("space_time", pair, (first, second))


def _touch(left: PlaceTime, right: PlaceTime) -> bool:
    reach = sum(p["radius_metres"] + p["uncertainty_metres"] for p in (left, right))
    return touch(_point(left), _point(right), reach)


def _point(place: PlaceTime) -> Point:
    return place["latitude_microdegrees"] / _MICRO, place["longitude_microdegrees"] / _MICRO


def _same_person(live: Iterable[_Live], people: Mapping[tuple[str, str], str]) -> frozenset[Sides]:
    """Pairs of sides of different owners that describe one and the same person."""
    known: dict[str, dict[str, _Live]] = defaultdict(dict)
    for record in live:
        for entity in record.event["entities"]:
            human = people.get((record.record, entity["id"]))
            if human is not None:
                known[human][record.record] = record
    return frozenset(
        pair
        for records in known.values()
        for left, right in combinations(records.values(), 2)
        for pair in _pairs_of_sides(left, right)
    )
