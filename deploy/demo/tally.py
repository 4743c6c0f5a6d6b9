"""The demo's account: what topics and stores show, against what the world's truth says. Pure.

Every count is of distinct ids. Nothing here asks a process what it did.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from producers.world import EXACT_CLASSES, Truth
from schemas.match import MATCH_CLASSES, Match
from schemas.record import RecordHeader

Origin = str
"""Where a message was published: `topic/partition/offset`."""

WITHDRAW: Final = "WITHDRAW"


class Admitted(NamedTuple):
    """One message of `record.v1`."""

    origin: Origin
    header: RecordHeader


class Refused(NamedTuple):
    """One message of `quarantine.v1`."""

    origin: Origin
    reason: str


Version = tuple[str, int]
"""A record and one of its versions."""


class Told(NamedTuple):
    """One notice or recall whose attempt began, as the vault has it, and what it rests on."""

    notice_id: str
    channel_kind: str
    action: str
    supersedes: tuple[str, ...]
    shown: frozenset[Version] = frozenset()


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read at rest.

    `received` is what receivers got, by kind of channel; `held` the match that each notice a
    recipient may still hold speaks of, a moved match's successor included.
    """

    receipts: frozenset[Origin]
    admitted: Sequence[Admitted]
    refused: Sequence[Refused]
    matches: Collection[Match]
    outcomes: Mapping[str, int]
    told: Sequence[Told]
    received: Mapping[str, frozenset[str]]
    held: Mapping[str, str]
    unaccounted: frozenset[str]


def tally(observed: Observed, truth: Truth, seconds: float) -> dict[str, Any]:
    """Return the demo's JSON object (issue: `make demo ARGS=--json`).

    `ok` says whether the run kept every promise: receipts all accounted for, exact matches
    found and no other, no ghost, nothing delivered without an earlier ledger entry.
    """
    refused = dict(sorted({r.origin: r.reason for r in observed.refused}.items()))
    accepted = [a for a in _distinct(observed.admitted) if a.origin not in refused]
    live = [match for match in observed.matches if match.status == "live"]
    expected = {(e.match_class, e.sides, e.records) for e in truth.exact}
    found = {_identity(match) for match in live if _told_class(match) in EXACT_CLASSES}
    quarantined = Counter(refused.values())
    versions = {(a.header["record"], a.header["version"]) for a in accepted}
    published = observed.receipts
    lost = published - refused.keys() - {a.origin for a in accepted}
    quiet = _quiet(observed, accepted)
    ghosts = _ghosts(observed, live, truth) - quiet
    result = {
        "published": len(published),
        "accepted": len(accepted),
        "quarantined": dict(sorted(quarantined.items())),
        "lost": len(lost),
        "duplicates": len(accepted) - len(versions),
        "corrections": len(_versions(accepted, withdrawn=False)),
        "withdrawals": len(_versions(accepted, withdrawn=True)),
        "matches": dict(sorted(Counter(match.match_class for match in live).items())),
        "standings": dict(sorted(observed.outcomes.items())),
        "delivered": {k: len(_notices(observed, k)) for k in ("inbox", "webhook")},
        "recalled": len(_recalled(observed)),
        "expected_matches": len(expected),
        "found_matches": len(found & expected),
        "false_matches": len(found - expected),
        "fuzzy": _fuzzy(live, truth),
        "ghosts": len(ghosts),
        "quiet": len(quiet),
        "unaccounted": len(observed.unaccounted),
        "seconds": round(seconds, 1),
    }
    result["ok"] = _kept(result, truth)
    return result


def _kept(result: Mapping[str, Any], truth: Truth) -> bool:
    counts = {str(reason): count for reason, count in truth.quarantined.items()}
    return (
        result["published"] == truth.published
        and result["accepted"] + sum(result["quarantined"].values()) == result["published"]
        and result["quarantined"] == dict(sorted(counts.items()))
        and result["found_matches"] == result["expected_matches"]
        and not any(result[k] for k in ("lost", "false_matches", "ghosts", "unaccounted"))
    )


def _distinct(admitted: Sequence[Admitted]) -> list[Admitted]:
    return list({each.origin: each for each in admitted}.values())


def _versions(accepted: Sequence[Admitted], *, withdrawn: bool) -> set[tuple[str, int]]:
    return {
        (header["record"], header["version"])
        for _, header in accepted
        if (header["operation"] == WITHDRAW) == withdrawn and (withdrawn or header["version"] > 1)
    }


def _identity(match: Match) -> tuple[str, tuple[str, str], tuple[str, str] | None]:
    """What names a match in the world's truth: class, sides and, in space and time, records."""
    if match.family != "space_time":
        return _told_class(match), match.sides, None
    first, second = sorted(match.supports[0].records)
    return _told_class(match), match.sides, (first, second)


def _told_class(match: Match) -> str:
    """The highest class that one link alone reaches: the world's truth counts no others."""
    singles = [each.match_class for each in match.supports if len(each.links) == 1]
    known = [MATCH_CLASSES[name] for name in singles if name != "duplicate_investigation"]
    return max(known, key=lambda each: each.rank).name if known else match.match_class


def _fuzzy(live: Sequence[Match], truth: Truth) -> dict[str, int]:
    """Pairs of sides that only names and attributes link, at or above the release threshold."""
    fuzzy = {m.sides: {s.band for s in m.supports} for m in live if _told_class(m) == "fuzzy"}
    released = {sides for sides, bands in fuzzy.items() if bands - {"possible"}}
    return {
        "expected": len(truth.fuzzy),
        "found": len(released & truth.fuzzy),
        "queued": len(fuzzy.keys() - released),
        "false": len(released - truth.fuzzy),
    }


def _ghosts(observed: Observed, live: Sequence[Match], truth: Truth) -> set[str]:
    """Live exact matches that truth does not hold, and notices not taken back that rest on none."""
    expected = {(e.match_class, e.sides, e.records) for e in truth.exact}
    ghosts = {
        m.id for m in live if _told_class(m) in EXACT_CLASSES and _identity(m) not in expected
    }
    sound = {match.id for match in live} - ghosts
    standing = _standing(observed)
    return ghosts | {notice for notice in standing if observed.held.get(notice) not in sound}


def _quiet(observed: Observed, accepted: Sequence[Admitted]) -> set[str]:
    """Standing notices on no live match that are right to stand all the same.

    What became too common to bring anybody together takes no notice back. It stands for who was
    shown exactly a quiet support of its match, whose records are in force in just the versions
    shown, and not withdrawn.
    """
    in_force: dict[str, RecordHeader] = {}
    for _, header in accepted:
        known = in_force.setdefault(header["record"], header)
        if header["version"] > known["version"]:
            in_force[header["record"]] = header
    standing = {
        (record, header["version"])
        for record, header in in_force.items()
        if header["operation"] != WITHDRAW
    }
    parted = {
        match.id: {
            frozenset((end.version.record, end.version.version) for end in support.ends)
            for support in match.quiet
        }
        for match in observed.matches
        if match.status != "live"
    }
    received = _standing(observed)
    return {
        told.notice_id
        for told in observed.told
        if told.notice_id in received
        and told.shown in parted.get(observed.held.get(told.notice_id, ""), ())
        and told.shown <= standing
    }


def _standing(observed: Observed) -> frozenset[str]:
    """Notices received and not taken back."""
    taken_back = {notice for told in observed.told for notice in told.supersedes}
    return frozenset().union(*observed.received.values()) - taken_back


def _notices(observed: Observed, kind: str) -> set[str]:
    told = {t.notice_id for t in observed.told if t.channel_kind == kind and t.action != "recall"}
    return told & observed.received[kind]


def _recalled(observed: Observed) -> set[str]:
    """Notices that a recall took back."""
    return {
        notice for told in observed.told if told.action == "recall" for notice in told.supersedes
    }
