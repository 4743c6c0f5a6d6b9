"""The last look at a notice before it is stored: does it say anything that it must not? Pure.

One module: it knows the records and the finished content, and nothing of how that was built. What
it finds denies the notice and alarms. It names places in the content, never values.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from consumers.sharing.fields import Value, values
from consumers.sharing.outcome import Decision, Question, Reason
from consumers.sharing.redact import Keys
from consumers.sharing.vocabulary import UNRELEASABLE_ROLES
from schemas.event import Entity, Event

UNPROVEN: Final = "REDACTION_UNPROVEN"
"""Rule id of a notice that was denied here."""

_KEYS: Final = frozenset(
    (
        *("class", "band", "outcome", "parties", "fields", "place_time", "shared", "grades"),
        *("obligations", "banner", "tear_line", "why", "valid_until", "lead", "lead_reasons"),
    )
)
_ROW: Final = frozenset(
    ("entity", "kind", "role", "field", "level", "value", "obligations", "clause", "party")
)
_REFERENCES: Final = frozenset(("entity", "place", "party", "reference", "clause", "contact"))
"""Keys whose values are keyed ids, rule ids, or taken from the signed register."""
_GUARDED: Final = frozenset({"victim", "witness"}) | UNRELEASABLE_ROLES
"""Roles whose names may not even stand in the owner's own tear-line."""
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_OURS: Final = frozenset({"why", "obligations", "banner", "clause"})
"""Parts whose words are those of signed documents alone; `_form` has nothing else in them."""
_PLAIN_TYPES: Final = frozenset({str, int, bool, type(None)})
_OTHER: Final = re.compile(r"[\W_]+")
_HIDDEN: Final = "***"
_SHORTEST: Final = 5
_NARRATIVE: Final = 12
_NATIONAL_DIGITS: Final = 9


def unproven(what: str) -> Reason:
    """Return the reason of a notice denied for it; where in the notice, never what."""
    return Reason(UNPROVEN, "DENY", what, "Redaction could not prove its own output.")


class _Known(NamedTuple):
    """An entity of somebody else's record, and its values."""

    entity: Entity
    values: tuple[Value, ...]


def violations(question: Question, decision: Decision, secret: bytes) -> tuple[str, ...]:
    """Return what the content of a decision says that it must not; empty: it is proven.

    `secret` keys the recipient's ids, by which rows name their entities.
    """
    content = decision.content
    if content is None:
        return ()
    events = _others(question)
    keys = Keys(secret, question.channel.office)
    known = {
        keys.reference("entity", f"{record}#{entity['id']}"): _Known(entity, tuple(values(entity)))
        for record, event in events.items()
        for entity in event["entities"]
    }
    found = [*_form(content), *_rows(content["fields"], known)]
    lineage = {record for record, _ in decision.lineage}
    found += _tear_line(content["tear_line"], question, lineage)
    found += _leaks(content, events, known, _own_values(question))
    return tuple(dict.fromkeys(found))


def _others(question: Question) -> Mapping[str, Event]:
    office = question.channel.office
    return {
        name: history.newest
        for name, history in question.records.items()
        if history.newest is not None and history.owner != office
    }


def _own_values(question: Question) -> frozenset[str]:
    """What the recipient wrote itself tells it nothing."""
    office = question.channel.office
    own = (h.newest for h in question.records.values() if h.owner == office)
    return frozenset(
        plain
        for event in own
        if event is not None
        for entity in event["entities"]
        for value in values(entity)
        for plain in _needles(value)
    )


def _form(content: Mapping[str, Any]) -> Iterator[str]:
    """Nothing stands in a notice but what has a name there, as text, numbers and lists of them."""
    if unknown := content.keys() - _KEYS:
        yield f"unknown part {min(unknown)}"
    for path, value in _leaves(content, ""):
        if type(value) not in _PLAIN_TYPES:
            yield f"{path} is no text and no number"
    for row in content["fields"]:
        if row.keys() != _ROW:
            yield "a row has other parts than rows have"


def _rows(rows: Iterable[Mapping[str, Any]], known: Mapping[str, _Known]) -> Iterator[str]:
    for row in rows:
        owner, where = known.get(row["entity"]), f"{row['field']} at {row['level']}"
        if owner is None:
            yield f"{where} is of no entity of these records"
        elif owner.entity["role"] in UNRELEASABLE_ROLES:
            yield f"{where} is of a {owner.entity['role']}"
        elif not _at_level(row, [v for v in owner.values if v.field == row["field"]]):
            yield f"{where} says more than its level"


def _at_level(row: Mapping[str, Any], candidates: Collection[Value]) -> bool:
    level, shown = row["level"], row["value"]
    if level == "pointer":
        return shown is None
    if not isinstance(shown, str):
        return False
    if level == "token":
        return _TOKEN.fullmatch(shown) is not None
    if level == "full":
        return any(shown in (v.text, f"{v.label} {v.text}") for v in candidates)
    text = _plain(shown)
    if any(raw in text for value in candidates for raw in _raw(value)):
        return False
    return level == "summary" or any(_is_mask(shown, value) for value in candidates)


def _is_mask(shown: str, value: Value) -> bool:
    """Whether a text could be this value with at most half of its characters left."""
    if not value.published:
        return len(shown.replace("*", "")) <= max(2, len(value.text) // 2 + 1)
    label, _, tail = shown.rpartition(_HIDDEN)
    kept = len(tail) <= len(value.text) // 2 and value.text.endswith(tail)
    return kept and label.strip() == value.label


def _tear_line(said: str | None, question: Question, lineage: Collection[str]) -> Iterator[str]:
    """Free text is one of the owners' own sentences, word for word."""
    allowed = {
        history.newest["marking"]["tear_line"]
        for name, history in question.records.items()
        if name in lineage and history.newest is not None
    }
    lines = {line for each in allowed if each for line in each.split("\n")}
    if said is not None and not set(said.split("\n")) <= lines:
        yield "tear_line is no owner's sentence"


def _leaks(
    content: Mapping[str, Any],
    events: Mapping[str, Event],
    known: Mapping[str, _Known],
    own: Collection[str],
) -> Iterator[str]:
    """Nothing withheld stands anywhere, inside another text either."""
    shown = {row["entity"] for row in content["fields"]}
    full = {_plain(r["value"]) for r in content["fields"] if _is_full(r)}
    by_entity = {
        reference: {
            needle
            for value in each.values
            for needle in _needles(value)
            if needle not in own and not any(needle in text for text in full)
        }
        for reference, each in known.items()
    }
    withheld = frozenset().union(*by_entity.values())
    unseen = frozenset().union(*(by_entity[each] for each in by_entity.keys() - shown))
    texts = [(path, text) for path, text in _texts(content, "") if path not in _OURS]
    said = "\n".join(text for path, text in texts if path != "tear_line")
    if any(part in said for part in _narratives(events.values())):
        yield "a text of a record stands in it"
    # Lines stay apart: no value is found across two texts.
    plain = "\n".join(_plain(text) for path, text in texts if path != "tear_line")
    if any(each in plain for each in withheld):
        held = (p for p, text in texts if any(each in _plain(text) for each in withheld))
        yield f"{next(held, 'content')} holds a value that is withheld"
    if content["tear_line"] and any(each in _plain(content["tear_line"]) for each in unseen):
        yield "tear_line holds a value that is withheld"
    tear_line = (content["tear_line"] or "").casefold()
    for each in known.values() if tear_line else ():
        if each.entity["role"] in _GUARDED:
            names = (name["full"].casefold() for name in each.entity["names"])
            if any(re.search(rf"\b{re.escape(name)}\b", tear_line) for name in names if name):
                yield f"tear_line names a {each.entity['role']}"


def _is_full(row: Mapping[str, Any]) -> bool:
    return row["level"] == "full" and isinstance(row["value"], str)


def _needles(value: Value) -> Iterator[str]:
    """Yield what of a value identifies: nothing short, nothing that many share.

    A phone is also known by its last digits, as it is written inside its country.
    """
    if value.published or value.field in ("birth_date", "address"):
        for raw in _raw(value):
            if len(raw) >= _SHORTEST:
                yield raw[-_NATIONAL_DIGITS:] if value.field == "phone" else raw


def _raw(value: Value) -> Iterator[str]:
    """Yield a value's own letters and digits; of an address the line, which no summary has."""
    texts = (value.text, value.published) if value.parts is None else (value.parts["line"],)
    yield from (plain for plain in map(_plain, texts) if plain)


def _plain(text: str) -> str:
    return _OTHER.sub("", text).casefold()


def _narratives(events: Iterable[Event]) -> frozenset[str]:
    """Return the sentences of the records' details, and the hashes of their attachments."""
    found = set()
    for event in events:
        for _, text in _texts(event.get("detail") or {}, ""):
            if len(text) >= _NARRATIVE and " " in text:
                found.add(text)
        for entity in event["entities"]:
            found.update(each["sha256"].hex() for each in entity.get("attachments", ()))
    return frozenset(found)


def _leaves(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, str(key))
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _leaves(value, path)
    else:
        yield path, node


def _texts(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a content but keyed ids and what the register says, with its part."""
    if isinstance(node, dict):
        token = node.get("level") == "token"
        for key, value in node.items():
            if key not in _REFERENCES and not (token and key == "value"):
                yield from _texts(value, str(key))
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _texts(value, path)
    elif isinstance(node, str):
        yield path, node
