"""The notice's `data` for a released support: what is disclosed, whom to call, what to heed.

Canonical JSON: strings, integers, lists and objects, nothing else. The digest of this is what a
standing compares, so that nothing in it may change where nothing that is disclosed changes.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from consumers.sharing.compiler import seconds_of
from consumers.sharing.disclosure import Shown
from consumers.sharing.documents import Bar
from consumers.sharing.explain import why_granted, why_silent
from consumers.sharing.outcome import Outcome
from consumers.sharing.policy import Policy
from consumers.sharing.redact import Keys
from consumers.sharing.support import Judged, Parent
from consumers.sharing.vocabulary import OFFICE_CLASSES, UNLIMITED, day_of, months
from schemas.lead import propose_lead

Data = dict[str, Any]


def outcome_of(shown: Shown, tear_line: str | None) -> Outcome:
    """Return FULL, TEAR or POINTER by what is left (domain section 1)."""
    left = bool(shown.fields or shown.places)
    if not left and tear_line is None:
        return Outcome.POINTER
    return Outcome.FULL if left and not shown.lowered else Outcome.TEAR


def tear_line_of(parents: Iterable[Parent]) -> str | None:
    """Return the owners' own releasable sentences, the only free text that ever leaves."""
    lines = (parent.end.event["marking"]["tear_line"] for parent in parents)
    return "\n".join(line for line in lines if line) or None


def data(policy: Policy, keys: Keys, judged: Judged, shown: Shown, until: datetime | None) -> Data:
    """Return what the recipient of a released support sees, obligations taken from `shown`."""
    tear_line = None if judged.override else tear_line_of(judged.parents)
    outcome = Outcome.POINTER if judged.override else outcome_of(shown, tear_line)
    heeded = sorted(shown.obligations)
    banners = [each[len("BANNER(") : -1] for each in heeded if each.startswith("BANNER(")]
    sides = _sides(keys, judged.parents)
    markings = [parent.end.event["marking"] for parent in judged.parents]
    return {
        "class": judged.match_class,
        "band": judged.support.band,
        "outcome": str(outcome),
        "parties": _parties(policy, keys, judged),
        "fields": [{**row, "party": sides[row["entity"]]} for row in shown.fields],
        "place_time": [{**row, "party": sides[row["place"]]} for row in shown.places],
        "shared": _shared(judged, shown),
        "grades": sorted({m["source_grade"] + m["information_grade"] for m in markings}),
        "obligations": heeded,
        "banner": " // ".join(banners) or None,
        "tear_line": tear_line,
        "why": list(why_granted(shown.used.values(), heeded)),
        "valid_until": None if until is None else until.isoformat().replace("+00:00", "Z"),
        **_lead(judged),
    }


def silent_data(judged: Judged, keys: Keys, bar: Bar) -> Data:
    """Return what the owner of a protected record sees: that there is a hit of this class."""
    return {
        "class": judged.match_class,
        "band": judged.support.band,
        "outcome": str(Outcome.SILENT),
        "parties": list(_own(judged, keys)),
        "fields": [],
        "place_time": [],
        "shared": [],
        "grades": [],
        "obligations": [],
        "banner": None,
        "tear_line": None,
        "why": list(why_silent(bar)),
        "valid_until": None,
    }


def heed(shown: Shown, purpose: str) -> None:
    """Add the obligations of purpose and of the agreements used; one retention, the shortest."""
    every = shown.obligations
    every.add(f"PURPOSE({purpose})")
    for grant in shown.used.values():
        every.add(f"RETAIN({grant.agreement.retention_days})")
        if grant.agreement.onward != "free":
            every.add("NO-ONWARD")
    retained = sorted((o for o in every if o.startswith("RETAIN(")), key=lambda o: int(o[7:-1]))
    every.difference_update(retained[1:])


def valid_until(shown: Shown, now: datetime, ends: Iterable[datetime] = ()) -> datetime | None:
    """Return when the first agreement in use ends or is to be suspended, or the first of `ends`.

    None: open.
    """
    days: set[date | None] = set(ends)
    for agreement in {
        grant.agreement.id: grant.agreement for grant in shown.used.values()
    }.values():
        days.add(agreement.end)
        days.update(each.start for each in agreement.suspensions)
    moments = [datetime.fromtimestamp(seconds_of(day), UTC) for day in days if day is not None]
    return min((moment for moment in moments if moment > now), default=None)


def ageing(policy: Policy, shown: Shown, parents: Iterable[Parent]) -> Iterator[datetime]:
    """Yield when a shown record's validation runs out, or a clause in use finds it too old."""
    limits = [g.newer_than_months for g in shown.used.values() if g.newer_than_months]
    for parent in parents:
        days = [parent.end.informed + months(limit) for limit in limits]
        if policy.validity_months and parent.end.validated != UNLIMITED:
            days.append(parent.end.validated + months(policy.validity_months))
        for day in days:
            yield datetime.combine(day_of(day), time.min, UTC)


def _sides(keys: Keys, parents: Iterable[Parent]) -> dict[str, str]:
    """Return for each entity and place, by reference, its side's `reference` in `parties`."""
    return {
        keys.reference("entity", f"{parent.end.version.record}#{each['id']}"): side
        for parent in parents
        for side in (keys.reference("side", parent.end.side),)
        for part in ("entities", "places")
        for each in parent.end.event[part]
    }


def _parties(policy: Policy, keys: Keys, judged: Judged) -> list[Data]:
    """Return the other owners' sides, each once, then the recipient's own."""
    found: dict[tuple[str, str], Data] = {}
    for parent in judged.parents:
        found.setdefault((parent.end.version.owner, parent.end.side), _party(policy, keys, parent))
    return [*found.values(), *_own(judged, keys)]


def _lead(judged: Judged) -> Data:
    """Return the agency that might lead a duplicate investigation, as the shown support has it.

    Only where clauses name the contact of every other party: a proposal says whom to turn to. The
    reasons are for the coordination desk alone.
    """
    if judged.match_class != "duplicate_investigation":
        return {}
    named = all(any("contact" in g.fields for g in parent.grants) for parent in judged.parents)
    lead = propose_lead((judged.support,)) if named else None
    if lead is None:
        return {"lead": None}
    desk = OFFICE_CLASSES.bit("coordination")
    reasons = all(parent.request.office_class == desk for parent in judged.parents)
    return {"lead": lead.agency} | ({"lead_reasons": list(lead.reasons)} if reasons else {})


def _party(policy: Policy, keys: Keys, parent: Parent) -> Data:
    """Return whom to turn to; the office only where a clause gives the contact."""
    given = any("contact" in grant.fields for grant in (*parent.grants, *parent.overrides))
    office = policy.register.offices.get(parent.end.version.owner) if given else None
    contact = None if office is None else office.contact
    return {
        "agency": parent.end.agency,
        "office": None if office is None else office.code,
        "contact": None
        if contact is None
        else {"name": contact.name, "phone": contact.phone, "email": contact.email},
        "reference": keys.reference("side", parent.end.side),
    }


def _own(judged: Judged, keys: Keys) -> Iterable[Data]:
    """Return the recipient's own side by its own name, where it has one."""
    own = [end for end in judged.support.ends if end.version.owner == keys.office]
    for side in dict.fromkeys(end.side for end in own):
        agency, _, office = keys.office.partition("/")
        yield {"agency": agency, "office": office, "contact": None, "reference": side}


def _shared(judged: Judged, shown: Shown) -> list[str]:
    """Return the fields in which the ends agree and of which every other end shows something."""
    common: set[str] | None = None
    for parent in judged.parents:
        record = parent.end.version.record
        rests = {
            place.field
            for place in parent.end.places
            if place.field in parent.end.agreeing
            and (record, place.entity, place.field) in shown.found
        }
        common = rests if common is None else common & rests
    return sorted(common or ())
