"""What came of a story so far, read from vault, ledger and every byte that went to a recipient."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import orjson
from sqlalchemy import Engine, select

from consumers.sharing.policy import Policy
from consumers.sharing.redact import Keys
from consumers.store.vault import ACKNOWLEDGEMENT, ATTEMPT, ENTRY, MATCH, NOTICE, STANDING
from deploy.scenario.mail import CODEC
from deploy.scenario.parties import channel_of, recipients_of
from deploy.scenario.story import Pair, Refusal, Scenario
from schemas import headers
from schemas.digest import keyed_id
from schemas.match import Match

_TOLD: Final = frozenset({"FULL", "TEAR", "POINTER", "SILENT"})
_QUEUE: Final = frozenset({"ANALYST_QUEUE", "GRADING"})


@dataclass(frozen=True, slots=True)
class View:
    """One match as one office knows it; `content` is what it holds now, None: nothing."""

    match: str
    outcome: str
    hold_for: tuple[str, ...]
    content: Mapping[str, Any] | None
    rules: frozenset[str]
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """One look. `sent` are the bytes by channel, `quarantined` (headers, value) of each refusal."""

    scenario: Scenario
    vault: Engine
    policy: Policy
    sent: Mapping[str, Sequence[bytes]]
    quarantined: Sequence[tuple[Mapping[str, bytes], bytes]]
    refused: Sequence[Refusal] = ()
    alarms: frozenset[str] = frozenset()
    events: Mapping[str, str] = field(default_factory=dict)
    """Record names by event id."""

    @cached_property
    def matches(self) -> dict[str, Match]:
        """Every match by id, whatever its status."""
        with self.vault.connect() as connection:
            rows = connection.execute(select(MATCH.c.match, MATCH.c.body)).all()
        return {row.match: Match.from_avro(CODEC.decode(row.body).datum) for row in rows}

    @property
    def live(self) -> list[Match]:
        """The matches that hold."""
        return [match for match in self.matches.values() if match.status == "live"]

    def between(self, pair: Pair, family: str | None = None) -> set[str]:
        """Return the ids of matches between the sides of two records."""
        left, right = (set(self.scenario.sides[name]) for name in pair)
        return {
            match.id
            for match in self.matches.values()
            for a, b in (match.sides, match.sides[::-1])
            if a in left and b in right and family in {None, match.family}
        }

    def views(self, office: str) -> list[View]:
        """Return what an office may know, match by match."""
        query = select(STANDING).where(STANDING.c.channel == channel_of(office))
        with self.vault.connect() as connection:
            return [self._view(office, dict(row)) for row in connection.execute(query).mappings()]

    def _view(self, office: str, row: Mapping[str, Any]) -> View:
        held = [each["notice_id"] for each in orjson.loads(row["held"])]
        envelopes = {each["id"]: each for each in self.envelopes(office)}
        last = envelopes.get(held[-1]) if held else None
        content = None if last is None else last.get("data")
        outcome = row["outcome"]
        if outcome in _TOLD:
            outcome = content["outcome"] if content is not None else f"{outcome}, not yet told"
        elif content is not None:
            outcome = f"{outcome}, not yet taken back"
        decision = orjson.loads(row["decision"])
        reasons = decision.get("reasons", ())
        return View(
            match=row["match"],
            outcome=outcome,
            hold_for=tuple(sorted((row["hold_for"] or "").split("+"))) if row["hold_for"] else (),
            content=content,
            rules=frozenset(each["rule"] for each in reasons),
            sentences=tuple(
                f"{each['effect']} by {each['rule']} on {each['subject']}" for each in reasons
            ),
        )

    def envelopes(self, office: str) -> list[Mapping[str, Any]]:
        """Return every message that went to an office, repeats of an id once, in order."""
        found = {
            each["id"]: each for each in map(orjson.loads, self.sent.get(channel_of(office), ()))
        }
        return list(found.values())

    def bytes_of(self, office: str) -> bytes:
        """Return all that ever went to an office."""
        return b"\n".join(self.sent.get(channel_of(office), ()))

    def facts(self, office: str, match: str) -> dict[str, bool | None]:
        """Return what the vault knows of an office's messages about a match beside their content.

        `exempt`: of the entry of its last notice; None where it has none.
        """
        of = (NOTICE.c.channel == channel_of(office), NOTICE.c.match == match)
        entries = select(ENTRY.c.exempt).join(NOTICE, NOTICE.c.notice_id == ENTRY.c.notice_id)
        acknowledged = select(ACKNOWLEDGEMENT).join(
            NOTICE, NOTICE.c.notice_id == ACKNOWLEDGEMENT.c.notice_id
        )
        with self.vault.connect() as connection:
            exempt = connection.execute(
                entries.where(*of).order_by(ENTRY.c.sequence.desc()).limit(1)
            ).scalar()
            known = connection.execute(acknowledged.where(*of)).first()
        return {
            "exempt": None if exempt is None else bool(exempt),
            "acknowledged": known is not None,
        }

    def keys(self, office: str) -> Keys:
        """Return what makes the references this office sees."""
        return Keys(self.policy.secrets.recipient, office.partition(":")[0])

    def subject(self, office: str, match: str) -> str:
        """Return the id by which an office knows a match."""
        return keyed_id(self.policy.secrets.recipient, "match", office.partition(":")[0], match)

    def reference(self, office: str, record: str, local_id: str) -> str:
        """Return the reference by which an office knows an entity or place of a record."""
        key = f"{self.scenario.records[record]}#{local_id}"
        return self.keys(office).reference("entity", key)

    def refusals(self) -> list[Refusal]:
        """Return what is in quarantine, by the names of the story."""
        by_key = {key: name for name, key in self.scenario.records.items()}
        found = list(self.refused)
        for named, value in self.quarantined:
            record = by_key.get(named.get(headers.RECORD, b"").decode())
            name = record or self.events.get(named.get(headers.CE_ID, b"").decode(), "?")
            kept = named.get(headers.KEPT) == headers.KEPT_BYTES.encode()
            reason = named.get(headers.REASON, b"").decode()
            found.append(Refusal(name, reason, kept or bool(value)))
        return found

    def queue(self) -> set[frozenset[str]]:
        """Return the sides of live matches that wait for an analyst."""
        waiting = set()
        for match in self.live:
            with self.vault.connect() as connection:
                query = select(STANDING).where(STANDING.c.match == match.id)
                rows = connection.execute(query).mappings().all()
            rules = {r["rule"] for row in rows for r in orjson.loads(row["decision"])["reasons"]}
            if rules & _QUEUE and not any(row["outcome"] in _TOLD for row in rows):
                waiting.add(frozenset(match.sides))
        return waiting

    def ledger(self) -> dict[str, Any]:
        """Return what the ledger holds, numbered entries only."""
        entries = select(ENTRY, NOTICE.c.channel).outerjoin(
            NOTICE, NOTICE.c.notice_id == ENTRY.c.notice_id
        )
        with self.vault.connect() as connection:
            rows = connection.execute(entries.where(ENTRY.c.number.is_not(None))).all()
            begun = set(connection.execute(select(ATTEMPT.c.notice_id)).scalars())
        offices = {each.id: name for name, each in recipients_of(self.scenario.register).items()}
        accounted: dict[str, int] = {}
        for row in rows:
            if row.channel is not None and not row.exempt:
                office = offices[row.channel]
                accounted[office] = accounted.get(office, 0) + 1
        return {
            "entries": len(rows),
            "exempt": sum(bool(row.exempt) for row in rows),
            "not_sent": sum(row.notice_id not in begun for row in rows),
            "accounted": accounted,
        }


def names_of(scenario: Scenario, records: Iterable[str]) -> list[str]:
    """Return record keys by the names of the story."""
    by_key = {key: name for name, key in scenario.records.items()}
    return sorted(by_key.get(each, each) for each in records)
