"""A raw record, the party register and a moment as Cedar's entities and context.

Everything is read from the markings as the vault holds them, word for word: no vocabulary is
applied here, so that what is unknown reaches the policies and is denied there.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol

from consumers.sharing.cedar.language import ALWAYS, day_number
from consumers.sharing.cedar.party import HOME
from schemas.catalogue import EVENT_TYPES
from schemas.event import Event, FieldMarking, Marking
from schemas.marking import REL_TO, is_caveat
from schemas.party import Register
from schemas.record import Rank

RECORD: Final = {"type": "Record", "id": "record"}
_FIVE_YEARS: Final = 60 * 31
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Attributes = Mapping[str, Any]


class Consenting(Protocol):
    """A party's consent; `fields` None: to everything."""

    @property
    def by(self) -> str: ...  # noqa: D102 - named by the class
    @property
    def until(self) -> datetime: ...  # noqa: D102 - named by the class
    @property
    def fields(self) -> frozenset[str] | None: ...  # noqa: D102 - named by the class


class History(Protocol):
    """What the vault holds of one record (`newest` None: withdrawn)."""

    @property
    def newest_rank(self) -> Rank: ...  # noqa: D102 - named by the class
    @property
    def newest(self) -> Event | None: ...  # noqa: D102 - named by the class
    @property
    def markings(self) -> Mapping[Rank, Marking]: ...  # noqa: D102 - named by the class


def markings_of(history: History, ranks: Collection[Rank]) -> list[Marking]:
    """Return the markings of the versions a support names, and of the newest; LookupError."""
    return [history.markings[rank] for rank in sorted({*ranks, history.newest_rank})]


def record(
    owner: str, history: History, markings: list[Marking], grades: list[str], register: Register
) -> dict[str, Any]:
    """Return the attributes of a record under all of these markings at once, without consents."""
    event = history.newest
    if event is None:
        raise LookupError("withdrawn")
    caveats = sorted({_caveat(c) for m in markings for c in m["caveats"]})
    return {
        "owner": owner,
        "registered": owner in register.agencies,
        "crimes": _union(m["crime_types"] for m in markings),
        "caveats": caveats,
        "marked": bool(caveats),
        "grades": grades,
        "handlings": _union([m["handling"]] for m in markings),
        "onwards": _union([m["onward"]] for m in markings),
        "fields": _union((f["field"] for f in m["fields"]) for m in markings),
        **_origins(((m["originator"], m["onward"]) for m in markings), register),
        "consents": [],
        "listed": _common(each for m in markings if (each := _listed(m["caveats"])) is not None),
        "matters": _union(m.get("matters", ()) for m in markings),
        **_audience(markings),
        "validated": _validated(history),
        "informed": day_number(event["header"]["occurred_at"].astimezone(UTC).date()),
    }


def field_record(whole: Attributes, marking: FieldMarking, register: Register) -> Attributes | None:
    """Return the attributes under which a marked field is asked about; None: nothing more is said.

    Its originator gave the publisher no onward rule.
    """
    caveats, originator = sorted(set(map(_caveat, marking["caveats"]))), marking["originator"]
    if not caveats and originator is None:
        return None
    asked = {**whole, "caveats": caveats, "marked": bool(caveats) or whole["marked"]}
    if originator is not None:
        asked |= _origins([(originator, "originator_consent")], register)
    listed = _listed(marking["caveats"])
    if listed is not None:
        asked["listed"] = sorted(listed)
    return asked


def consented(
    whole: Attributes, consents: Iterable[Consenting], field: str | None = None
) -> Attributes:
    """Return a record with the consents that count for a field, or for all of it (None)."""
    given = {
        each.by
        for each in consents
        if each.fields is None or (field is not None and field in each.fields)
    }
    if not given:
        return whole
    waiting = [each for each in whole["originators"] if each not in given]
    return {**whole, "consents": sorted(given), "waiting": waiting}


def _caveat(caveat: str) -> str:
    """Return one word for every caveat that lists a country, and none that passes for it."""
    if caveat.startswith(REL_TO) and is_caveat(caveat):
        return "REL_TO"
    return f"not {caveat}" if caveat == "REL_TO" else caveat


def _listed(caveats: Iterable[str]) -> frozenset[str] | None:
    """Return the countries that REL TO caveats list (alpha-3); None: there is no list."""
    found = frozenset(each.removeprefix(REL_TO) for each in caveats if each.startswith(REL_TO))
    return found or None


def _origins(origins: Iterable[tuple[str, str]], register: Register) -> dict[str, list[str]]:
    """Sort who said `prohibited`, who is of another country, and who must be asked."""
    found: dict[str, set[str]] = {"asking": set(), "prohibiting": set(), "foreign": set()}
    every = set()
    for who, rule in origins:
        every.add(who)
        agency = register.agencies.get(who)
        home = agency and agency.agency_class != "foreign" and agency.country == HOME
        if rule == "prohibited":
            found["prohibiting"].add(who)
        elif not home:
            found["foreign"].add(who)
        elif rule != "free":
            found["asking"].add(who)
    named = {name: sorted(words) for name, words in found.items()}
    return {"originators": sorted(every), "waiting": sorted(every), **named}


def _audience(markings: Iterable[Marking]) -> dict[str, Any]:
    """Return whom the owner limits a record to: by purpose, and by name."""
    markings = list(markings)
    limits = [each for m in markings if (each := frozenset(m["purpose_limits"]))]
    named = [frozenset(m["audience"]) for m in markings if m["audience"] is not None]
    audience = named[0] if named else frozenset()
    for other in named[1:]:
        audience = _both(audience, other)
    return {
        "limited": bool(limits),
        "purposes": _common(limits),
        "restricted": bool(named),
        "audience": sorted(audience),
        "nobody": not all(named),
    }


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Return agencies and offices whom both audiences name, an agency naming its offices."""
    return frozenset(
        name
        for mine, yours in ((one, other), (other, one))
        for name in mine
        if name in yours or name.partition("/")[0] in yours
    )


def _union(words: Iterable[Iterable[str]]) -> list[str]:
    return sorted({word for each in words for word in each})


def _common(sets: Iterable[frozenset[str]]) -> list[str]:
    found = list(sets)
    return sorted(frozenset.intersection(*found)) if found else []


def _validated(history: History) -> int:
    """Return the day on which suspicion was last reviewed in time (28 CFR 23.20(h)).

    ALWAYS for a case record; 0 where intelligence states none.
    """
    event = history.newest
    if event is None:
        return 0
    known = EVENT_TYPES.get(event["header"]["event_type"])
    if known is not None and known.kind == "case":
        return ALWAYS
    last = 0
    for rank, marking in sorted(history.markings.items(), key=lambda item: item[0]):
        predicate = marking["predicate"]
        if predicate is None:
            return 0
        said = day_number((_EPOCH + timedelta(microseconds=rank[1])).date())
        if last and said - last >= _FIVE_YEARS:
            return last
        last = day_number(predicate["validated_on"])
    published: date = event["header"]["published_at"].astimezone(UTC).date()
    return min(last, day_number(published))
