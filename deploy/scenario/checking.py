"""Expectations against what was seen: each that does not hold, with what was found instead."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from deploy.scenario.seen import Seen, View
from deploy.scenario.story import FieldExpectation, RecipientExpectation, Step
from deploy.scenario.totality import Wrong, listed, whole, yes

_WORDS: Final = ("tear_line", "banner", "lead")
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
        where = f"{self.at} (step {self.step}): {self.subject}"
        return f"{where}: expected {self.expected}, found {self.found}"


def check(step: Step, seen: Seen, purged: Collection[str] = ()) -> list[Failure]:
    """Return what does not hold of a step's expectations; `purged`: who has acknowledged one."""
    expected = step.expected
    if expected is None:
        return []
    found: list[Failure] = []
    for each in expected.recipients:
        if (asked := each.says.get("purge_acknowledged")) not in (None, each.office in purged):
            wrong = yes(asked), yes(not asked)
            found.append(Failure(step.number, each.at, f"{each.office} purge_acknowledged", *wrong))
        for what, wanted, got in _recipient(each, seen):
            found.append(Failure(step.number, each.at, f"{each.office} {what}", wanted, got))
    for what, wanted, got in whole(expected, seen):
        found.append(Failure(step.number, expected.at, what, wanted, got))
    return found


def _recipient(expected: RecipientExpectation, seen: Seen) -> Iterator[Wrong]:
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
    yield from _decided(expected, view, seen)
    if _asks_content(expected):
        if view.content is None:
            yield "content", "a notice", "none held"
        else:
            yield from _content(expected, view.content)
            yield from _fields(expected, _rows(view.content), seen)


def _decided(expected: RecipientExpectation, view: View, seen: Seen) -> Iterator[Wrong]:
    if expected.hold_for is not None and view.hold_for != expected.hold_for:
        yield "hold_for", "+".join(expected.hold_for), "+".join(view.hold_for) or "nobody"
    named = view.rules | {rule.rpartition("/")[2] for rule in view.rules}
    if missing := sorted(set(expected.rules) - named):
        yield "rules", ", ".join(missing), ", ".join(sorted(view.rules)) or "none"
    for word in ("exempt", "acknowledged"):
        if word in expected.says:
            got = seen.facts(expected.office, view.match)[word]
            if got != expected.says[word]:
                yield word, yes(expected.says[word]), yes(got)


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


def _bytes(expected: RecipientExpectation, seen: Seen) -> Iterator[Wrong]:
    everything = seen.bytes_of(expected.office).decode().casefold()
    for text in expected.absent:
        if text.casefold() in everything:
            yield "bytes", f"no {text!r} anywhere", "it stands in a message"
    for text in expected.present:
        if text.casefold() not in everything:
            yield "bytes", f"{text!r} somewhere", "it stands in no message"


def _counts(expected: RecipientExpectation, seen: Seen) -> Iterator[Wrong]:
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
        or {*_WORDS, "parties", "shared"} & expected.says.keys()
    )


def _content(expected: RecipientExpectation, content: Mapping[str, Any]) -> Iterator[Wrong]:
    said = {
        **{name: str(content.get(name)) for name in ("class", "band", *_WORDS)},
        "parties": listed(sorted({each["agency"] for each in content["parties"]})),
        "shared": listed(sorted(content["shared"])),
    }
    wanted = {"class": expected.match_class, "band": expected.band}
    wanted |= {name: expected.says[name] for name in _WORDS if name in expected.says}
    wanted |= {
        name: listed(expected.says[name]) for name in ("parties", "shared") if name in expected.says
    }
    for name, value in wanted.items():
        if value is not None and said[name] != value:
            yield name, value, said[name]
    if missing := sorted(set(expected.obligations) - set(content["obligations"])):
        yield "obligations", ", ".join(missing), listed(content["obligations"])
    if beside := sorted(set(expected.no_obligations) & set(content["obligations"])):
        yield "obligations", f"without {', '.join(beside)}", listed(content["obligations"])


def _fields(
    expected: RecipientExpectation, rows: list[Mapping[str, Any]], seen: Seen
) -> Iterator[Wrong]:
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
) -> Iterator[Wrong]:
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
