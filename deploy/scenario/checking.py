"""Expectations against what was seen: each that does not hold, with what was found instead."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deploy.scenario.seen import Seen, View
from deploy.scenario.story import Expectations, FieldExpectation, RecipientExpectation, Step

_NOBODY = View("", "DENY", (), None, frozenset())


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that did not hold. `at` is its place in the file, `step` its number."""

    step: int
    at: str
    subject: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.at} (step {self.step}): {self.subject}: expected {self.expected}, found {self.found}"


def check(step: Step, seen: Seen, purged: Collection[str] = ()) -> list[Failure]:
    """Return what does not hold of a step's expectations; `purged`: who has acknowledged one."""
    expected = step.expected
    if expected is None:
        return []
    found: list[Failure] = []
    for each in expected.recipients:
        if (asked := each.says.get("purge_acknowledged")) not in (None, each.office in purged):
            wrong = _yes(asked), _yes(not asked)
            found.append(Failure(step.number, each.at, f"{each.office} purge_acknowledged", *wrong))
        for what, wanted, got in _recipient(each, seen):
            found.append(Failure(step.number, each.at, f"{each.office} {what}", wanted, got))
    for what, wanted, got in _whole(expected, seen):
        found.append(Failure(step.number, expected.at, what, wanted, got))
    return found


_Wrong = tuple[str, str, str]


def _recipient(expected: RecipientExpectation, seen: Seen) -> Iterator[_Wrong]:
    """Yield (what, expected, found) of one office."""
    yield from _bytes(expected, seen)
    yield from _counts(expected, seen)
    if expected.outcome == "NOTHING":
        if messages := seen.envelopes(expected.office):
            yield "outcome", "no byte ever", f"{len(messages)} messages"
        return
    view, problem = _chosen(expected, seen)
    if problem:
        yield "match", "one match", problem
        return
    if expected.outcome is not None and view.outcome != expected.outcome:
        yield "outcome", expected.outcome, _outcome(view)
        return
    if expected.hold_for is not None and view.hold_for != expected.hold_for:
        yield "hold_for", "+".join(expected.hold_for), "+".join(view.hold_for) or "nobody"
    named = view.rules | {rule.rpartition("/")[2] for rule in view.rules}
    if missing := sorted(set(expected.rules) - named):
        yield "rules", ", ".join(missing), ", ".join(sorted(view.rules)) or "none"
    for word in ("exempt", "acknowledged"):
        if word in expected.says:
            got = seen.facts(expected.office, view.match)[word]
            if got != expected.says[word]:
                yield word, _yes(expected.says[word]), _yes(got)
    if _asks_content(expected):
        if view.content is None:
            yield "content", "a notice", "none held"
        else:
            yield from _content(expected, view.content, seen)


def _chosen(expected: RecipientExpectation, seen: Seen) -> tuple[View, str]:
    """Return the match that is meant: of several the one that is not simply denied."""
    views = seen.views(expected.office)
    if expected.pair is not None or expected.family is not None:
        among = (
            {m.id for m in seen.matches.values() if m.family == expected.family}
            if expected.pair is None
            else seen.between(expected.pair, expected.family)
        )
        views = [view for view in views if view.match in among]
    told = [view for view in views if view.outcome != "DENY"]
    if len(told) > 1:
        kinds = ", ".join(
            f"{seen.matches[v.match].family}: {v.outcome}" for v in told if v.match in seen.matches
        )
        return _NOBODY, f"{len(told)} ({kinds}); say which by `match:` or `family:`"
    if told:
        return told[0], ""
    denied = frozenset(rule for view in views for rule in view.rules)
    sentences = tuple(each for view in views for each in view.sentences)
    return View("", "DENY", (), None, denied, sentences), ""


def _outcome(view: View) -> str:
    held = f"({'+'.join(view.hold_for)})" if view.hold_for else ""
    why = "; ".join(dict.fromkeys(view.sentences)) or "no match concerns it"
    return f"{view.outcome}{held} [{why}]"


def _bytes(expected: RecipientExpectation, seen: Seen) -> Iterator[_Wrong]:
    everything = seen.bytes_of(expected.office).decode().casefold()
    for text in expected.absent:
        if text.casefold() in everything:
            yield "bytes", f"no {text!r} anywhere", "it stands in a message"
    for text in expected.present:
        if text.casefold() not in everything:
            yield "bytes", f"{text!r} somewhere", "it stands in no message"


def _counts(expected: RecipientExpectation, seen: Seen) -> Iterator[_Wrong]:
    envelopes = seen.envelopes(expected.office)
    if expected.pair is not None:
        subjects = {seen.subject(expected.office, m) for m in seen.between(expected.pair)}
        envelopes = [each for each in envelopes if each["subject"] in subjects]
    taken_back = {each for e in envelopes for each in e["liaisonsupersedes"]}
    for word, wanted in expected.counts.items():
        if word == "all":
            got = len(envelopes)
        elif word == "open":
            got = sum("data" in e and e["id"] not in taken_back for e in envelopes)
        else:
            got = sum(each["liaisonaction"] == word for each in envelopes)
        if got != wanted:
            yield f"{word} messages", str(wanted), str(got)


def _asks_content(expected: RecipientExpectation) -> bool:
    return bool(
        expected.match_class
        or expected.band
        or expected.fields
        or expected.only
        or expected.obligations
        or expected.no_obligations
        or {"tear_line", "banner", "lead", "parties", "shared"} & expected.says.keys()
    )


def _content(
    expected: RecipientExpectation, content: Mapping[str, Any], seen: Seen
) -> Iterator[_Wrong]:
    for what, wanted in (("class", expected.match_class), ("band", expected.band)):
        if wanted is not None and content[what] != wanted:
            yield what, wanted, str(content[what])
    if missing := sorted(set(expected.obligations) - set(content["obligations"])):
        yield "obligations", ", ".join(missing), _listed(content["obligations"])
    if beside := sorted(set(expected.no_obligations) & set(content["obligations"])):
        yield "obligations", f"without {', '.join(beside)}", _listed(content["obligations"])
    for word in ("tear_line", "banner", "lead"):
        if word in expected.says and content.get(word) != expected.says[word]:
            yield word, str(expected.says[word]), str(content.get(word))
    if "parties" in expected.says:
        named = tuple(sorted({each["agency"] for each in content["parties"]}))
        if named != expected.says["parties"]:
            yield "parties", _listed(expected.says["parties"]), _listed(named)
    if "shared" in expected.says and tuple(sorted(content["shared"])) != expected.says["shared"]:
        yield "shared", _listed(expected.says["shared"]), _listed(content["shared"])
    rows = _rows(content)
    for each in expected.fields:
        yield from _field(each, expected.office, rows, seen)
    if expected.only:
        named = {
            (seen.reference(expected.office, e.record, e.entity), e.field)
            for e in expected.fields
            if not e.absent
        }
        if more := sorted({row["field"] for row in rows if (row["of"], row["field"]) not in named}):
            yield "fields", "no others", ", ".join(more)


def _rows(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    fields = [{**row, "of": row["entity"]} for row in content["fields"]]
    return fields + [
        {**row, "of": row["place"], "field": "place_time"} for row in content["place_time"]
    ]


def _field(
    expected: FieldExpectation, office: str, rows: list[Mapping[str, Any]], seen: Seen
) -> Iterator[_Wrong]:
    of = seen.reference(office, expected.record, expected.entity)
    mine = [row for row in rows if row["of"] == of and row["field"] == expected.field]
    name = f"{expected.record}.{expected.entity}.{expected.field}"
    got = ", ".join(f"{row['level']} {row['value']}" for row in mine) or "absent"
    if expected.absent:
        if mine:
            yield name, "absent", got
    elif not mine or (expected.level and {row["level"] for row in mine} != {expected.level}):
        yield name, expected.level or "shown", got
    elif expected.value is not None and expected.value not in {str(row["value"]) for row in mine}:
        yield name, expected.value, got


def _whole(expected: Expectations, seen: Seen) -> Iterator[_Wrong]:
    """Yield (what, expected, found) of the whole installation."""
    if expected.quarantine is not None:
        yield from _quarantine(expected, seen)
    if expected.matches is not None and len(seen.live) != expected.matches:
        classes = _listed(match.match_class for match in seen.live)
        yield "matches", str(expected.matches), f"{len(seen.live)}: {classes}"
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
            yield "analyst queue", _listed(map(sorted, wanted)), _listed(map(sorted, got))
    if expected.alarms is not None:
        missing = sorted(set(expected.alarms) - seen.alarms)
        if missing or (not expected.alarms and seen.alarms):
            yield "alarms", _listed(expected.alarms), _listed(sorted(seen.alarms))
    ledger = seen.ledger()
    for word, count in expected.ledger.items():
        got_count = ledger[word]
        if word == "accounted":
            got_count = {name: got_count.get(name, 0) for name in count}
        if got_count != count:
            yield f"ledger {word}", str(count), str(got_count)


def _quarantine(expected: Expectations, seen: Seen) -> Iterator[_Wrong]:
    wanted = sorted((each.record, each.reason) for each in expected.quarantine or ())
    refusals = seen.refusals()
    got = sorted((each.record, each.reason) for each in refusals)
    if wanted != got:
        yield "quarantine", _listed(map(":".join, wanted)), _listed(map(":".join, got))
        return
    for each in expected.quarantine or ():
        kept = {r.bytes for r in refusals if (r.record, r.reason) == (each.record, each.reason)}
        if each.bytes is not None and kept != {each.bytes}:
            yield f"bytes of {each.record}", _kept(each.bytes), ", ".join(map(_kept, kept))


def _yes(value: bool | None) -> str:  # noqa: FBT001 - one word of two
    return "unknown" if value is None else "yes" if value else "no"


def _kept(value: bool | None) -> str:  # noqa: FBT001 - one word of two
    return "kept" if value else "digest only"


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(" and ".join(v) if isinstance(v, list) else str(v) for v in values) or "none"
