"""A scenario in one process: stages, dispatcher and stores, without broker or waiting."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from consumers.delivery.apply import Message as Delivered
from consumers.sharing.policy import Policy
from consumers.sharing.suspension import Act
from deploy.scenario.clock import StoryClock, moments_until
from deploy.scenario.desk import Desk, policy_of
from deploy.scenario.line import Line
from deploy.scenario.mail import Press
from deploy.scenario.parts import BLOCKING_SECRET, Recorder
from deploy.scenario.story import (
    Fault,
    Happening,
    Order,
    Probe,
    Publish,
    Refusal,
    Rewrite,
    Scenario,
)
from producers.sdk import ValidationError
from schemas.topics import Topics

_TOPICS: Final = Topics("scenario", partitions=1)


class FastRun:
    """One story as it runs; a `Running`."""

    fast = True

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario = scenario
        self.clock = StoryClock(scenario.start)
        self.topics = _TOPICS
        self.line = Line(scenario.register, BLOCKING_SECRET, _TOPICS)
        self.refused: list[Refusal] = []
        self._press = Press(_TOPICS)
        self._read: dict[str, int] = {}
        self._behind = False
        self._down = False
        self.desk = Desk(folder, self.clock, _TOPICS, self._poll)
        self.desk.start(policy_of(dict(scenario.documents), scenario.register))

    def advance(self, to: datetime) -> None:
        """Let the clock go on, halting at whatever is due before."""
        for moment in moments_until(to, self.clock, self._next_due):
            self.clock.set(moment)
            self.rest()

    def rest(self) -> None:
        """Let everything that is under way come to its end."""
        self.line.run(self.clock.now())
        if not self._down:
            self.desk.rest()

    def happen(self, happening: Happening) -> None:
        """Do what a step says, up to rest."""
        match happening:
            case Publish():
                self._publish(happening)
            case Probe(events, every):
                for event in events:
                    self.line.append(self._press.as_it_is(event), self.clock.now())
                    self.clock.set(self.clock.now() + every)
            case Rewrite(texts):
                self.desk.start(policy_of(dict(texts), self.scenario.register))
            case Order(agreement, deed, order):
                self.desk.book.act(Act(agreement, deed, order, self.clock.now()))
            case Fault(part, broken):
                self._fault(part, broken=broken)
        self.rest()

    @property
    def vault(self) -> Engine:
        """The story's vault."""
        return self.desk.vault

    @property
    def writer(self) -> Engine:
        """The story's vault, for people's acts."""
        return self.desk.vault

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.desk.policy

    @property
    def inbox(self) -> Recorder:
        """Every office's inbox."""
        return self.desk.inbox

    def quarantined(self) -> list[tuple[dict[str, bytes], bytes]]:
        """Return headers and value of what stands on the quarantine topic."""
        return [(dict(m.headers), m.value) for m in self.line.log[_TOPICS.quarantine]]

    def _next_due(self) -> datetime | None:
        return None if self._down else self.desk.next_due()

    def _publish(self, publish: Publish) -> None:
        try:
            mail = self._press.message(publish)
        except ValidationError as error:
            reasons = dict.fromkeys(str(each.reason) for each in error.problems)
            self.refused += [Refusal(publish.record, reason) for reason in reasons]
        else:
            self.line.append(mail, self.clock.now())

    def _fault(self, part: str, *, broken: bool) -> None:
        if part == "ledger":
            self.desk.ledger.broken = broken
        elif part == "inbox":
            self.desk.inbox.broken = broken
        elif part == "deliver":
            self._down = broken
        else:
            self._behind = broken

    def _poll(self) -> list[Delivered]:
        names = [self.topics.match, self.topics.quarantine]
        if not self._behind:
            names.insert(0, self.topics.record)
        arrived = []
        for name in names:
            start = self._read.get(name, 0)
            new = self.line.after(name, start)
            self._read[name] = start + len(new)
            arrived += [
                Delivered(m.topic, 0, m.offset, m.value, dict(m.headers), m.timestamp_ms)
                for m in new
            ]
        return arrived


@contextmanager
def fast_run(scenario: Scenario) -> Iterator[FastRun]:
    """Give a story its own stores for as long as it runs."""
    with tempfile.TemporaryDirectory(prefix="scenario-") as folder:
        run = FastRun(scenario, Path(folder))
        try:
            yield run
        finally:
            run.desk.close()
