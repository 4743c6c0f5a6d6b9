"""Why somebody was told of a match, or was not: from the vault alone, without a payload value.

Joins what streams say of evidence with what sharing recorded of its decisions; for operators only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Engine, select

from consumers.sharing.outcome import Decision, Outcome, Reason
from consumers.store.matches import load_match
from consumers.store.queries import Explanation, NoticeHistory, explain_match, explain_notice
from consumers.store.vault import MATCH_RECORD, RECORD
from deploy.sentences import for_operator, for_owner, for_recipient
from schemas.codec import Codec
from schemas.match import End, Match, Support
from streams.correlate import reasons


@dataclass(frozen=True, slots=True)
class Section:
    """One thing explained: its facts by name, then what they mean, a sentence each."""

    kind: Literal["notice", "match", "support", "standing"]
    facts: Mapping[str, Any]
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explainer:
    """Answers from one vault, opened for reading. `offices` by channel, where they are known."""

    vault: Engine
    codec: Codec
    offices: Mapping[str, str] = field(default_factory=dict)

    def one(self, name: str) -> Iterator[Section]:
        """Explain a notice or match by its id, else every match that rests on that record."""
        history = explain_notice(self.vault, name)
        if history is not None:
            yield from self._notice(history)
        elif (match := self._match(name)) is not None:
            yield _match(match)
            yield from map(_support, match.supports)
            for standing in explain_match(self.vault, name):
                yield _standing(standing, self._who(standing.channel))
        else:
            yield from self.link(name, name)

    def for_reader(self, name: str, reader: str) -> Iterator[Section]:
        """Explain a notice or match to an office, as far as it may know; nothing where it may not.

        Of its own standings what it was given; where it was told of the match, also what others
        were given of its own records. What is withheld from it leaves no trace here.
        """
        history = explain_notice(self.vault, name)
        match = name if history is None else history.match
        standings = [each for each in explain_match(self.vault, match) if each.decision]
        if history is not None:
            standings = [each for each in standings if each.channel == history.channel]
        knows = False
        for standing in standings:
            if self._office(standing.channel) == reader:
                decision = _decision(standing.decision)
                if told := for_recipient(decision, self._who(standing.channel)):
                    knows = knows or decision.outcome is not Outcome.SILENT
                    yield Section("standing", {"channel": standing.channel}, told)
        owners = self._owners() if knows else {}
        for standing in standings if knows else ():
            if self._office(standing.channel) != reader:
                who = self._who(standing.channel)
                if told := for_owner(_decision(standing.decision), who, reader, owners):
                    yield Section("standing", {"channel": standing.channel}, told)

    def _who(self, channel: str) -> str:
        return self.offices.get(channel, channel)

    def _office(self, channel: str) -> str:
        return self._who(channel).partition(":")[0]

    def _owners(self) -> dict[str, str]:
        with self.vault.connect() as connection:
            rows = connection.execute(select(RECORD.c.record, RECORD.c.owner))
            return {row.record: row.owner for row in rows}

    def link(self, left: str, right: str) -> Iterator[Section]:
        """Explain the link of two entities (`record#entity`) or of any two of two records.

        Yields each match that rests on it, with the supports that do.
        """
        ends = {left, right}
        for match in filter(None, map(self._match, self._matches_of(left.partition("#")[0]))):
            linking = [each for each in match.supports if ends <= _names(each)]
            if linking:
                yield _match(match)
                yield from map(_support, linking)

    def _notice(self, history: NoticeHistory) -> Iterator[Section]:
        decision = _decision(history.decision)
        told = for_operator(decision, self._who(history.channel))
        shown = {record for record, _ in decision.lineage}
        match = self._match(history.match)
        supports = () if match is None else match.supports
        resting = [each for each in supports if each.records <= shown]
        if not resting:
            told = (*told, "By now the match rests on other records, or no longer holds.")
        attempts = [_attempt(*each) for each in history.attempts]
        facts = {name: getattr(history, name) for name in _NOTICE} | {"attempts": attempts}
        yield Section("notice", {**facts, **_grounds(decision)}, told)
        yield from map(_support, resting)

    def _match(self, name: str) -> Match | None:
        with self.vault.connect() as connection:
            return load_match(connection, name, self.codec)

    def _matches_of(self, record: str) -> list[str]:
        query = select(MATCH_RECORD.c.match).where(MATCH_RECORD.c.record == record)
        with self.vault.connect() as connection:
            return sorted(connection.execute(query).scalars())


_NOTICE = (
    *("notice_id", "match", "channel", "action", "feed", "ledger_number", "supersedes"),
    *("begun_at", "received_at", "acknowledged_by"),
)
_MATCH = ("id", "match_class", "family", "status", "sides", "successor", "version")


def _match(match: Match) -> Section:
    facts = {name: getattr(match, name) for name in _MATCH}
    lead = match.lead
    facts |= {"weights_version": match.weights_version, "lead": lead and lead.agency}
    return Section("match", facts, () if lead is None else lead.reasons)


def _support(support: Support) -> Section:
    facts = {
        "digest": support.digest,
        "match_class": support.match_class,
        "band": support.band,
        "bits": support.bits,
        "links": [" and ".join(map(_end, link.ends)) for link in support.links],
    }
    return Section("support", facts, tuple(_reasons(support)))


def _reasons(support: Support) -> Iterator[str]:
    """What each link rests on, one after the other, and what the sum of one without a rule is."""
    for number, link in enumerate(support.links, 1):
        if len(support.links) > 1:
            yield f"Link {number} of {len(support.links)}, all of which are needed:"
        explained = reasons.explain(link.evidence)
        yield from (each.sentence for each in explained)
        if not any(each.decides for each in explained):
            total = sum(each.bits or 0.0 for each in explained)
            yield reasons.added_up(total)


def _standing(standing: Explanation, who: str) -> Section:
    facts = {
        "channel": standing.channel,
        "outcome": standing.outcome,
        "decided_at": standing.decided_at,
        "parked_since": standing.parked_since,
        "held": [held["notice_id"] for held in standing.held],
    }
    if not standing.decision:
        return Section("standing", facts, ("Nothing was decided yet.",))
    decision = _decision(standing.decision)
    return Section("standing", facts | _grounds(decision), for_operator(decision, who))


def _decision(kept: Mapping[str, Any]) -> Decision:
    """Read what `decision_inputs` wrote; content is not kept, only its digest."""
    until = kept["valid_until"]
    return Decision(
        outcome=Outcome(kept["outcome"]),
        hold_for=kept["hold_for"],
        match_class=kept["match_class"],
        band=kept["band"],
        content=None,
        lineage=tuple(
            (record, (version, published_us, bytes.fromhex(digest)))
            for record, version, published_us, digest in kept["lineage"]
        ),
        obligations=tuple(kept["obligations"]),
        reasons=tuple(Reason(**reason) for reason in kept["reasons"]),
        policy_version=kept["policy_version"],
        valid_until=None if until is None else datetime.fromisoformat(until),
    )


def _grounds(decision: Decision) -> dict[str, Any]:
    return {
        "told_class": decision.match_class,
        "band": decision.band,
        "hold_for": decision.hold_for,
        "obligations": decision.obligations,
        "rules": tuple(dict.fromkeys(reason.rule for reason in decision.reasons)),
        "lineage": [f"{record} version {rank[0]}" for record, rank in decision.lineage],
        "policy_version": decision.policy_version,
        "valid_until": decision.valid_until,
    }


def _end(end: End) -> str:
    version = end.version
    return f"{version.reference} version {version.version} of {version.owner}, on side {end.side}"


def _names(support: Support) -> set[str]:
    versions = (end.version for end in support.ends)
    return {name for each in versions for name in (each.record, each.reference)}


def _attempt(begun: datetime, ended: datetime | None, result: str | None) -> str:
    return f"{begun:%Y-%m-%dT%H:%M:%S.%fZ} {result or ('ended' if ended else 'under way')}"
