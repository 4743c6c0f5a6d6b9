"""A scenario on the real path: broker, stages, a deliver process's own loop, vault and inbox."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from kafka import TopicPartition
from sqlalchemy import Engine, func, insert, or_, select
from sqlalchemy.exc import OperationalError

from consumers.delivery.app import Deliver
from consumers.delivery.dispatcher import Dispatcher
from consumers.delivery.keeper import Keeper
from consumers.delivery.lease import Lease
from consumers.delivery.senders import Senders
from consumers.delivery.settings import DeliverSettings
from consumers.inbox.store import Inbox
from consumers.sharing.policy import Policy
from consumers.sharing.suspension import Act
from consumers.sqlite import open_reader, open_store
from consumers.store.generation import acknowledged_upto
from consumers.store.policies import PolicyBook
from consumers.store.queries import positions
from consumers.store.vault import METADATA, OUTBOX, POSITION, REDECIDE, TIMER
from deploy.observation.topics import read_all
from deploy.scenario.clock import StoryClock, moments_until
from deploy.scenario.desk import policy_of
from deploy.scenario.house import House, wait
from deploy.scenario.mail import Press, withdrawals
from deploy.scenario.parts import LedgerKey, Recorder
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
from schemas.errors import ConfigError, TransientError
from schemas.record import microseconds

_PATIENCE = 10


class StoryDeliver(Deliver):
    """The deliver process, with an inbox that remembers what went into it."""

    def __init__(self, settings: DeliverSettings, clock: StoryClock, recorder: Recorder) -> None:
        super().__init__(settings, clock)
        self._recorder = recorder
        self.dispatcher: Dispatcher | None = None

    def _senders(self, inbox: Inbox, lease: Lease) -> Senders:
        del inbox
        return super()._senders(self._recorder.as_inbox(), lease)

    def _dispatcher(self, vault: Engine, lease: Lease, keeper: Keeper) -> Dispatcher:
        self.dispatcher = super()._dispatcher(vault, lease, keeper)
        return self.dispatcher


class RealRun:
    """One story as it runs through the house; a `Running`."""

    fast = False

    def __init__(self, scenario: Scenario, house: House, folder: Path) -> None:
        self.scenario = scenario
        self.clock = StoryClock(scenario.start)
        self.refused: list[Refusal] = []
        self.policy: Policy = policy_of(dict(scenario.documents), scenario.register)
        self._house, self._folder = house, folder
        self._press = Press(house.topics)
        self._watched = [house.topics.record, house.topics.match, house.topics.quarantine]
        self._from = house.ends(self._watched)
        self._path = folder / "vault" / "vault.sqlite"
        self._begin_at_the_end()
        self.vault = open_reader(self._path)
        self.writer = open_store(self._path, METADATA)
        self.book = PolicyBook.beside(self._path)
        self.inbox = Recorder(Inbox.open(folder / "inbox" / "inbox.sqlite"))
        self.ledger = LedgerKey()
        self._deliver: StoryDeliver | None = None
        self._thread: threading.Thread | None = None
        self.start()

    def advance(self, to: datetime) -> None:
        """Let the clock go on, halting at whatever is due before."""
        for moment in moments_until(to, self.clock, self._next_due):
            self.clock.set(moment)
            self._deliver_rests()

    def happen(self, happening: Happening) -> None:
        """Do what a step says, up to rest."""
        match happening:
            case Publish():
                self._publish(happening)
            case Probe(events, every):
                self._house.publish(map(self._press.as_it_is, events), self.clock.now())
                self.clock.set(self.clock.now() + every * len(events))
                self._house.rest()
            case Rewrite(texts):
                self.policy = policy_of(dict(texts), self.scenario.register)
                if self._deliver is not None:
                    self.stop()
                    self.start()
            case Order(agreement, deed, order):
                self.book.act(Act(agreement, deed, order, self.clock.now()))
            case Fault(part, broken):
                self._fault(part, broken=broken)
        self._deliver_rests()

    def start(self) -> None:
        """Start deliver over the story's vault, in a thread of its own."""
        house = self._house
        settings = DeliverSettings(
            bootstrap=house.bootstrap,
            topics=house.topics,
            vault=self._path,
            inbox=self._folder / "inbox" / "inbox.sqlite",
            policy=self.policy,
            ledger_key=self.ledger.as_private_key(),
        )
        self._deliver = StoryDeliver(settings, self.clock, self.inbox)
        self._thread = threading.Thread(target=self._deliver.run, name="deliver", daemon=True)
        self._thread.start()
        conditions = self._deliver.condition
        wait(lambda: "start" not in conditions.reasons, "deliver")

    def stop(self) -> None:
        """End deliver and wait for it."""
        if self._deliver is not None and self._thread is not None:
            self._deliver.stop()
            self._thread.join()
            self._deliver = self._thread = None

    def close(self) -> None:
        """End the story, and take back what it published so that the next meets none of it."""
        self.stop()
        self.vault.dispose()
        self.writer.dispose()
        self.book.close()
        self.inbox.close()

    def quarantined(self) -> list[tuple[dict[str, bytes], bytes]]:
        """Return headers and value of what this story has in quarantine."""
        house = self._house
        return [
            (dict(each.headers), each.value or b"")
            for each in read_all(house.bootstrap, house.topics.quarantine)
            if each.offset >= self._from[TopicPartition(each.topic, each.partition)]
        ]

    def _publish(self, publish: Publish) -> None:
        try:
            mail = self._press.message(publish)
        except ValidationError as error:
            reasons = dict.fromkeys(str(each.reason) for each in error.problems)
            self.refused += [Refusal(publish.record, reason) for reason in reasons]
            return
        self._house.publish([mail], self.clock.now())
        self._house.rest()

    def _fault(self, part: str, *, broken: bool) -> None:
        if part == "ledger":
            self.ledger.broken = broken
        elif part == "inbox":
            self.inbox.broken = broken
        elif part == "deliver":
            (self.stop if broken else self.start)()
        else:
            raise ConfigError("SCENARIO_FAULT", "a vault that is behind runs with --fast only")

    def _deliver_rests(self) -> None:
        if self._deliver is not None:
            wait(lambda: self._is_quiet() and self._is_quiet(), "deliver")

    def _is_quiet(self) -> bool:
        if self._thread is None or not self._thread.is_alive():
            raise ConfigError("SCENARIO_DELIVER", "deliver has ended by itself")
        if self.book.waits_for(self.book.number(), self.clock.now()) is not None:
            return False
        dispatcher = self._deliver.dispatcher if self._deliver is not None else None
        if dispatcher is None or dispatcher.policy_number != self.book.number():
            return False
        now_us, done = microseconds(self.clock.now()), positions(self.vault)
        for partition, end in self._house.ends(self._watched).items():
            if end > done.get((partition.topic, partition.partition), 0):
                return False
        due = select(func.count()).select_from(REDECIDE).where(REDECIDE.c.due_us <= now_us)
        rows = (
            select(func.count())
            .select_from(OUTBOX)
            .where(
                OUTBOX.c.failed.is_(False),
                or_(OUTBOX.c.due_us <= now_us, OUTBOX.c.deadline_us > now_us),
            )
        )
        timers = select(func.count()).select_from(TIMER).where(TIMER.c.due_us <= now_us)
        with self.vault.connect() as connection:
            # Without its ledger nothing is begun, so rows wait; all else goes on.
            waiting = (due, timers) if self.ledger.broken else (due, rows, timers)
            busy = any(connection.execute(query).scalar() for query in waiting)
            upto = acknowledged_upto(connection)
        return not busy and not self.inbox.as_inbox().acknowledgements_after(upto)

    def _next_due(self) -> datetime | None:
        dispatcher = None if self._deliver is None else self._deliver.dispatcher
        for _ in range(_PATIENCE):
            with suppress(OperationalError):
                return None if dispatcher is None else dispatcher.next_due([])
        raise TransientError("VAULT", "deliver holds the vault for longer than it should")

    def _begin_at_the_end(self) -> None:
        """Make a vault that reads what is published from now on."""
        engine = open_store(self._path, METADATA)
        rows: list[dict[str, Any]] = [
            {
                "topic": place.topic,
                "partition": place.partition,
                "next_offset": end,
                "generation": 0,
            }
            for place, end in self._from.items()
        ]
        with engine.begin() as connection:
            connection.execute(insert(POSITION), rows)
        engine.dispose()


@contextmanager
def real_run(scenario: Scenario, house: House) -> Iterator[RealRun]:
    """Give a story its stores for as long as it runs; what it published is withdrawn after it."""
    folder = house.folder / "stories" / f"{scenario.name.split()[0]}-{id(scenario):x}"
    run = RealRun(scenario, house, folder)
    try:
        yield run
    finally:
        run.close()
        last = (Press(house.topics).as_it_is(each) for each in withdrawals(scenario))
        house.publish(last, run.clock.now())
        house.rest()
        shutil.rmtree(folder, ignore_errors=True)
