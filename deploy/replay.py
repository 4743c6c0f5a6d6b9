"""Recorded decisions made again: by the rules of then, or by documents that somebody proposes.

Arrives: a vault with standings, a policy. Leaves: what would be decided, beside what was. Never: a
change to the vault.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Engine, select

from consumers.delivery.decider import Decider
from consumers.delivery.keeper import InForce
from consumers.sharing.outcome import Decision
from consumers.sharing.policy import AGREEMENTS, Policy, Secrets, load_policy
from consumers.sharing.standing import content_digest
from consumers.sharing.suspension import under, unsuspended
from consumers.store.policies import PolicyBook
from consumers.store.standings import Thread, load_standing
from consumers.store.vault import STANDING
from deploy.settings import Settings
from deploy.trust import Trust
from schemas.clock import SystemClock
from schemas.codec import Codec
from schemas.errors import ConfigError
from schemas.record import from_microseconds, microseconds


class Recorded(NamedTuple):
    """One standing as it was decided last."""

    thread: Thread
    decided_at: datetime
    kept: Mapping[str, Any]


class Change(NamedTuple):
    """One standing that other documents would decide otherwise; rules are those that differ."""

    match: str
    channel: str
    decided_at: datetime
    before: str
    after: str
    no_longer: tuple[str, ...]
    newly: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayer:
    """Decides again what a vault has recorded."""

    vault: Engine
    codec: Codec

    def recorded(self, since: datetime | None = None, match: str | None = None) -> list[Recorded]:
        """Return the standings decided since a moment, or of a match, the oldest first."""
        query = select(STANDING).order_by(STANDING.c.decided_us, STANDING.c.match)
        if since is not None:
            query = query.where(STANDING.c.decided_us >= microseconds(since))
        if match is not None:
            query = query.where(STANDING.c.match == match)
        with self.vault.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Recorded(
                Thread(row["match"], row["channel"]),
                from_microseconds(row["decided_us"]),
                orjson.loads(row["decision"]),
            )
            for row in rows
            if row["decided_us"]
        ]

    def again(self, policy: Policy, recorded: Recorded) -> Decision | None:
        """Decide one standing again as of its own moment; None: its match or office is gone."""
        with self.vault.connect() as connection:
            return self._decide(connection, policy, recorded)

    def replay(self, policy: Policy, recorded: Recorded) -> tuple[str, ...]:
        """Return how a decision made again by `policy` differs from what was kept; nothing: same.

        The first word says what is not as it was then: the policy, or a record of the lineage.
        """
        decision, kept = self.again(policy, recorded), recorded.kept
        if decision is None:
            return ("the match or the office is not there any more",)
        lineage = [[r, v, at, digest.hex()] for r, (v, at, digest) in decision.lineage]
        pairs: Mapping[str, tuple[object, object]] = {
            "policy": (kept["policy_version"], decision.policy_version),
            "records": (kept["lineage"], lineage),
            "outcome": (kept["outcome"], str(decision.outcome)),
            "hold_for": (kept["hold_for"], decision.hold_for),
            "content": (kept["content_digest"], content_digest(decision.content)),
            "rules": (sorted({r["rule"] for r in kept["reasons"]}), sorted(_rules(decision))),
        }
        return tuple(name for name, (was, now) in pairs.items() if was != now)

    def simulate(self, now: Policy, then: Policy, since: datetime) -> Iterator[Change]:
        """Yield what `then` would decide otherwise than `now`, of all decided since a moment.

        Both decide anew from the same recorded match and records, so that nothing but the
        documents differs.
        """
        for recorded in self.recorded(since):
            before, after = (self.again(policy, recorded) for policy in (now, then))
            if before is None or after is None or _same(before, after):
                continue
            old, new = _rules(before), _rules(after)
            yield Change(
                *recorded.thread,
                recorded.decided_at,
                _outcome(before),
                _outcome(after),
                tuple(sorted(old - new)),
                tuple(sorted(new - old)),
            )

    def _decide(
        self, connection: Connection, policy: Policy, recorded: Recorded
    ) -> Decision | None:
        at = recorded.decided_at
        decider = Decider(InForce(0, policy, unsuspended(policy, at)), self.codec)
        situation = decider.situation(connection, recorded.thread.match)
        channel = policy.register.channels.get(recorded.thread.channel)
        if situation is None or channel is None:
            return None
        standing = load_standing(connection, recorded.thread)
        return decider.judge(situation, channel, standing, at).decision


def in_force(settings: Settings, folder: Path | None = None) -> Policy:
    """Return the policy deliver goes by, acts of operators included; `folder`: of other documents.

    Raises ConfigError for a document that does not stand, or a setting that is missing.
    """
    trust = Trust.of(settings)
    documents = sorted((folder or settings.trust.agreements_folder or AGREEMENTS).glob("*.yaml"))
    if not documents:
        raise ConfigError("NO_AGREEMENTS", f"{folder} holds no agreement: nothing was decided")
    secrets = Secrets(recipient=trust.notice_secret(), blocking=trust.blocking_secret())
    policy = load_policy(documents, trust.register(), secrets)
    book = PolicyBook.beside(settings.vault)
    try:
        _, acts, _ = book.read()
    finally:
        book.close()
    return under(policy, acts, SystemClock().now())


def _same(one: Decision, other: Decision) -> bool:
    return _outcome(one) == _outcome(other) and content_digest(one.content) == content_digest(
        other.content
    )


def _outcome(decision: Decision) -> str:
    return f"HOLD({decision.hold_for})" if decision.hold_for else str(decision.outcome)


def _rules(decision: Decision) -> set[str]:
    return {reason.rule for reason in decision.reasons}
