"""What must hold at every begin and first byte of a history, and the operator who acts in it."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from consumers.consent import requests
from consumers.delivery.attempts import LATEST, Attempt
from consumers.sharing.outcome import TOLD
from consumers.sharing.standing import content_digest
from consumers.store.standings import Thread, clear, load_standing
from consumers.store.timers import reviews
from consumers.store.vault import CONSENT, ENTRY, MATCH
from schemas.record import from_microseconds, microseconds
from tests.support.delivery_world import OFFICES, World


class Checker:
    """Remembers what was said, taken back, suspended and consented to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.said: dict[str, tuple[str, int, Any]] = {}
        self.closed: set[str] = set()
        self.used: dict[str, str] = {}
        self.consents_end: dict[int, datetime] = {}
        self.suspended: set[str] = set()
        self.unreviewed: set[Thread] = set()
        self.decided: dict[int, datetime] = {}
        self.kept_until: dict[str, datetime] = {}

    def begun(self, attempt: Attempt) -> None:
        """Check an attempt against the vault right after the transaction that began it."""
        notice = attempt.notice
        with self.world.vault.connect() as connection:
            number = connection.execute(
                select(ENTRY.c.number).where(ENTRY.c.notice_id == notice.id)
            ).scalar()
            assert number is not None, "begun before its entry was sequenced"
            if notice.data is not None:
                self._consents(connection, attempt)
                self._retention(connection, attempt)
        told = (attempt.channel.id, notice.feed, notice.data)
        assert self.said.setdefault(notice.id, told) == told, "one id, two contents"
        assert notice.id not in self.closed, "begun after its recall began"
        self.closed |= set(notice.supersedes)
        self.decided[attempt.number] = self.world.clock.now()

    def first_byte(self, attempt: Attempt) -> None:
        """Check what must hold when the first byte leaves."""
        now = self.world.clock.now()
        late = now - self.decided[attempt.number] >= timedelta(milliseconds=500)
        assert not late, "byte after its decision had lapsed"
        if attempt.notice.data is None:
            return
        assert attempt.notice.id not in self.closed, "byte after its recall began"
        assert attempt.channel.office[:3] not in self.suspended, "byte after suspend returned"
        assert attempt.thread not in self.unreviewed, "sent without review"
        assert now < self.consents_end.get(attempt.number, now + timedelta(1)), "consent ran out"

    def _consents(self, connection: Connection, attempt: Attempt) -> None:
        """Each record that asks for consent has one of its own, reserved for this notice."""
        office, data = attempt.channel.office, attempt.notice.data or {}
        situation = self.world.dispatcher._at.decider.situation(connection, attempt.thread.match)
        assert situation is not None
        for name, _ in (each["value"] for each in data["fields"]):
            history = situation.records[name]
            if f"ask:{office}" not in history.markings[history.newest_rank]["caveats"]:
                continue
            rows = connection.execute(
                select(CONSENT).where(CONSENT.c.record == name, CONSENT.c.office == office)
            ).all()
            mine = [row for row in rows if row.notice_id == attempt.notice.id]
            assert mine, "sent without the consent it needs"
            for row in mine:
                assert self.used.setdefault(row.id, attempt.notice.id) == attempt.notice.id, (
                    "one consent, two notices"
                )
            end = max(from_microseconds(row.expires_us) for row in mine)
            self.consents_end[attempt.number] = min(end, self.consents_end.get(attempt.number, end))

    def _retention(self, connection: Connection, attempt: Attempt) -> None:
        """Until when the recipient may keep what it is told, from the first attempt on."""
        situation = self.world.dispatcher._at.decider.situation(connection, attempt.thread.match)
        assert situation is not None
        assert attempt.notice.data is not None
        days = [
            int(caveat[len("keep:") :])
            for name, _ in (each["value"] for each in attempt.notice.data["fields"])
            for marking in situation.records[name].markings.values()
            for caveat in marking["caveats"]
            if caveat.startswith("keep:")
        ]
        if days:
            until = self.world.clock.now() + timedelta(days=min(days))
            self.kept_until.setdefault(attempt.notice.id, until)

    def consents_at_rest(self, connection: Connection) -> None:
        """No consent is reserved for a notice that never began."""
        reserved = connection.execute(select(CONSENT.c.notice_id)).scalars()
        lost = {each for each in reserved if each is not None} - self.said.keys()
        assert not lost, "a consent was not given back"

    def wanted(self, connection: Connection, match: str, channel_id: str) -> Any:
        """What a recipient must hold of a match at rest, by a decision over the final vault."""
        decider = self.world.dispatcher._at.decider
        situation = decider.situation(connection, match)
        assert situation is not None
        channel = self.world.register.channels[channel_id]
        if channel_id not in situation.recipients:
            return None
        standing = load_standing(connection, Thread(match, channel_id))
        judgement = decider.judge(situation, channel, standing, self.world.clock.now())
        assert judgement.transition.action == "nothing", "something is still owed"
        assert judgement.transition.request != "review", "a review is still owed"
        digest = standing.held[-1].content_digest if standing.held else None
        if digest is not None:
            held, now = standing.held[-1].notice_id, self.world.clock.now()
            assert now < self.kept_until.get(held, LATEST), "kept beyond its retention"
            return self.said[held][2]
        content = judgement.decision.content
        purged = content is not None and standing.purged == content_digest(content)
        assert purged or judgement.decision.outcome not in TOLD, "withheld what may be told"
        return None


class Operator:
    """Suspends, resumes, consents, refuses, revokes, releases what was reviewed."""

    def __init__(self, world: World, rng: random.Random, checker: Checker) -> None:
        self.world = world
        self.rng = rng
        self.checker = checker
        self.pending: tuple[int, str] | None = None
        self.stopped: set[str] = set()

    def acts(self) -> None:
        """Do one thing."""
        acts = (
            self._policy,
            self._policy,
            self._policy,
            self._consent,
            self._consent,
            self.release,
        )
        self.rng.choice(acts)()

    def watch(self) -> None:
        """Let `suspend` return once nobody can go by the policy before."""
        now = self.world.clock.now()
        if self.pending and self.world.book.waits_for(self.pending[0], now) is None:
            self.checker.suspended.add(self.pending[1])
            self.pending = None

    def release(self) -> None:
        """Release what waits for review."""
        now_us = microseconds(self.world.clock.now())
        with self.world.vault.begin() as connection:
            for row in reviews(connection):
                thread = Thread(row["match"], row["channel"])
                clear(connection, thread, now_us)
                self.checker.unreviewed.discard(thread)

    def _policy(self) -> None:
        agency = self.rng.choice(sorted(self.stopped) * 2 + [o[:3] for o in OFFICES])
        if self.pending:
            return
        if agency not in self.stopped:
            self.stopped.add(agency)
            self.pending = (self.world.act(agency, "suspend"), agency)
            return
        self.stopped.discard(agency)
        self.checker.suspended.discard(agency)
        with self.world.vault.begin() as connection:
            for match in connection.execute(select(MATCH.c.match)).scalars().all():
                for channel in self.world.register.channels.values():
                    thread = Thread(match, channel.id)
                    standing = load_standing(connection, thread)
                    decided = standing.outcome and standing.cleared_us
                    if channel.office[:3] == agency and decided and not standing.held:
                        self.checker.unreviewed.add(thread)
        self.world.act(agency, "resume")

    def _consent(self) -> None:
        now, rng = self.world.clock.now(), self.rng
        with self.world.vault.begin() as connection:
            waiting = requests.requests(connection)
            consents = connection.execute(select(CONSENT.c.id)).scalars().all()
            if waiting and rng.random() < 0.8:
                lasts = timedelta(seconds=rng.choice((1, 5, 30, 86_400)))
                requests.grant(connection, rng.choice(waiting)["id"], "A. Officer", lasts, now)
            elif waiting and rng.random() < 0.2:
                requests.refuse(connection, rng.choice(waiting)["id"], now)
            elif consents and rng.random() < 0.2:
                requests.revoke(connection, rng.choice(consents), now)
