"""What must be true of the whole installation: quarantine, matches, queue, alarms, ledger."""

from collections.abc import Iterable, Iterator
from typing import Any

from deploy.scenario.seen import Seen
from deploy.scenario.story import Expectations

Wrong = tuple[str, str, str]
"""What, expected, found."""


def whole(expected: Expectations, seen: Seen) -> Iterator[Wrong]:
    """Yield (what, expected, found) of the whole installation."""
    if expected.quarantine is not None:
        yield from _quarantine(expected, seen)
    if expected.matches is not None and len(seen.live) != expected.matches:
        classes = listed(match.match_class for match in seen.live)
        yield "matches", str(expected.matches), f"{len(seen.live)}: {classes}"
    yield from _matched(expected, seen)
    if expected.alarms is not None:
        missing = sorted(set(expected.alarms) - seen.alarms)
        if missing or (not expected.alarms and seen.alarms):
            yield "alarms", listed(expected.alarms), listed(sorted(seen.alarms))
    ledger = seen.ledger() if expected.ledger else {}
    for word, count in expected.ledger.items():
        got = ledger[word]
        if word == "accounted":
            got = {name: got.get(name, 0) for name in count}
        if got != count:
            yield f"ledger {word}", str(count), str(got)


def _matched(expected: Expectations, seen: Seen) -> Iterator[Wrong]:
    matched = {end.version.record for m in seen.live for s in m.supports for end in s.ends}
    for name in expected.unmatched:
        if seen.scenario.records[name] in matched:
            yield name, "in no match", "it is in one"
    if expected.queue is not None:
        wanted = {
            frozenset((left, right))
            for a, b in expected.queue
            for left in seen.scenario.sides[a][-1:]
            for right in seen.scenario.sides[b][-1:]
        }
        if (got := seen.queue()) != wanted:
            yield "analyst queue", listed(map(sorted, wanted)), listed(map(sorted, got))


def _quarantine(expected: Expectations, seen: Seen) -> Iterator[Wrong]:
    wanted = sorted((each.record, each.reason) for each in expected.quarantine or ())
    refusals = seen.refusals()
    got = sorted((each.record, each.reason) for each in refusals)
    if wanted != got:
        yield "quarantine", listed(map(":".join, wanted)), listed(map(":".join, got))
        return
    for each in expected.quarantine or ():
        kept = {r.bytes for r in refusals if (r.record, r.reason) == (each.record, each.reason)}
        if each.bytes is not None and kept != {each.bytes}:
            yield f"bytes of {each.record}", _kept(each.bytes), ", ".join(map(_kept, kept))


def yes(value: bool | None) -> str:
    """Say a fact in a word."""
    return "unknown" if value is None else "yes" if value else "no"


def _kept(value: bool | None) -> str:
    return "kept" if value else "digest only"


def listed(values: Iterable[Any]) -> str:
    """Say values in a row, pairs joined by `and`."""
    return ", ".join(" and ".join(v) if isinstance(v, list) else str(v) for v in values) or "none"
