"""Suspensions raced against sends: deliver's own loop, senders, stores and policy, in one process.

python -m tests.support.suspension_race RACES SEED

One module: deliver as it is composed here, and what is watched. Each race corrects a record, so
that three channels are owed a correction, suspends the agreement at a drawn moment, and after the
suspension has returned watches endpoint and inbox for content.
"""

import json
import logging
import os
import queue
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select

from consumers.delivery.apply import Intake, Message
from consumers.delivery.decider import Decider
from consumers.delivery.dispatcher import Dispatch, Dispatcher
from consumers.delivery.health import Condition, Watch
from consumers.delivery.housekeeping import Housekeeping
from consumers.delivery.inbox import InboxSender
from consumers.delivery.keeper import Keeper
from consumers.delivery.lease import Lease
from consumers.delivery.loop import Loop
from consumers.delivery.metrics import Metrics
from consumers.delivery.receipts import RetryRules
from consumers.delivery.senders import Senders
from consumers.delivery.webhook import WebhookRules, WebhookSender
from consumers.inbox.store import Inbox
from consumers.inbox.tables import NOTICE
from consumers.sharing.policy import AGREEMENTS, load_policy
from consumers.sharing.suspension import Act, Deed
from consumers.sqlite import open_reader, open_store
from consumers.store.generation import take_over
from consumers.store.policies import PolicyBook
from consumers.store.standings import Thread, clear
from consumers.store.timers import reviews
from consumers.store.vault import METADATA
from deploy.cli.acts import await_confirmed
from schemas.clock import SystemClock
from schemas.codec import Codec
from schemas.record import microseconds
from schemas.registry import load_lock
from schemas.signing import generate_key, sign_detached
from schemas.topics import MATCH_SCHEMA, RECORD_SCHEMA, Topics
from tests.support.barrier_receiver import BarrierReceiver
from tests.support.deliver_process import SECRETS, build_register
from tests.support.events import build_person
from tests.unit.consumers.sharing.scene import match, record, support

AGREEMENT = "HSI-BIS-2024"
CODEC = Codec(load_lock())
TOPICS = Topics("t-race", partitions=1)


class Feed:
    """Stands in for Kafka: what was put is polled."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._offset = 0

    def put(self, topic: str, value: bytes) -> None:
        self._offset += 1
        self._waiting.put(Message(topic, 0, self._offset, value, {}, 0))

    def poll(self, seconds: float) -> list[Message]:
        try:
            found = [self._waiting.get(timeout=max(seconds, 1e-4))]
        except queue.Empty:
            return []
        while not self._waiting.empty():
            found.append(self._waiting.get())
        return found

    def lag(self) -> Iterator[tuple[str, int]]:
        return iter(())


@dataclass
class Outcome:
    """What the races came to; times in seconds."""

    races: int = 0
    late_webhook: int = 0
    late_inbox: int = 0
    content_sent: int = 0
    unsent_when_suspended: int = 0
    in_force: tuple[float, ...] = ()

    def facts(self) -> dict[str, Any]:
        ordered = sorted(self.in_force)
        return {
            "races": self.races,
            "sends_after_suspend_returned": self.late_webhook + self.late_inbox,
            "content_sent": self.content_sent,
            "races_with_content_stopped": self.unsent_when_suspended,
            "in_force_p50_seconds": round(ordered[len(ordered) // 2], 4),
            "in_force_p99_seconds": round(ordered[int(len(ordered) * 0.99)], 4),
            "in_force_max_seconds": round(ordered[-1], 4),
            "load_average": round(os.getloadavg()[0], 2),
        }


class Race:
    """Deliver over real stores in a folder, a partner's endpoint, and an operator."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.clock, self.rng, self.stack = SystemClock(), random.Random(seed), ExitStack()
        self.hook = BarrierReceiver()
        self.policy = load_policy(
            sorted(AGREEMENTS.glob("*.yaml")), build_register(self.hook.url), SECRETS
        )
        self.vault = open_store(folder / "vault.sqlite", METADATA)
        self.inbox = Inbox.open(folder / "inbox.sqlite")
        self.inbox_reader = open_reader(folder / "inbox.sqlite")
        self.book = PolicyBook.beside(folder / "vault.sqlite")
        self.feed, self.stopping = Feed(), threading.Event()
        self.versions = 1
        self._start()

    def _start(self) -> None:
        lease = Lease(self.clock)
        keeper = Keeper(self.book, lambda _: self.policy, lease, self.clock, poll_seconds=0.004)
        keeper.start()
        senders = Senders(self.policy.register.channels.values(), {"inbox": 100, "webhook": 4})
        senders.add("inbox", InboxSender(self.inbox, lease, self.clock, senders.report))
        rules = WebhookRules(allow_loopback=True)
        senders.add("webhook", WebhookSender(rules, lease, self.clock, senders.report))
        watch = Watch(Condition(), Metrics(), self.clock)
        loop = Loop(
            dispatcher=self._dispatcher(lease, keeper),
            source=self.feed,  # type: ignore[arg-type]
            senders=senders,
            housekeeping=Housekeeping(self.vault, self.inbox, watch),
            watch=watch,
            poll_seconds=0.002,
        )
        thread = threading.Thread(target=loop.run, args=(self.stopping,), daemon=True)
        thread.start()
        for end in (self.hook.stop, keeper.stop, senders.stop, thread.join, self.stopping.set):
            self.stack.callback(end)

    def _dispatcher(self, lease: Lease, keeper: Keeper) -> Dispatcher:
        with self.vault.begin() as connection:
            now_us = microseconds(self.clock.now())
            generation = take_over(connection, keeper.in_force.policy.version, now_us)
        timeouts = {"inbox": timedelta(seconds=2), "webhook": timedelta(seconds=2)}
        return Dispatcher(
            Dispatch(
                vault=self.vault,
                generation=generation,
                intake=Intake(CODEC, TOPICS),
                decider=Decider(keeper.in_force, CODEC),
                sign=partial(sign_detached, generate_key()),
                origin="t-race",
                clock=self.clock,
                retry=RetryRules(),
                draw=lambda: 0.02,
                timeouts=timeouts,
                lease=lease,
                in_force=lambda: keeper.in_force,
            )
        )

    def close(self) -> None:
        self.stack.close()

    def publish(self) -> None:
        """A new version of one record, and at first the match."""
        first = record("hsi.field/R-1", "HSI/miami")
        other = record("bis.oee/B-1", "BIS/enforcement")
        if self.versions == 1:
            for each in (first, other):
                self._record(each)
            self.feed.put(TOPICS.match, CODEC.encode(MATCH_SCHEMA, _match(first, other)))
        self.versions += 1
        for key, owner in (("hsi.field/R-1", "HSI/miami"), ("bis.oee/B-1", "BIS/enforcement")):
            person = build_person()
            person["names"][0]["full"] = f"Name Number {self.versions}"
            changed = record(key, owner, version=2, entities=[person])
            assert changed.newest is not None
            changed.newest["header"]["version"] = self.versions
            rank = (self.versions, self.versions, f"{self.versions:>32}".encode())
            self._record(replace(changed, newest_rank=rank))

    def _record(self, history: Any) -> None:
        version, published_us, digest = history.newest_rank
        event = history.newest
        kind = event["header"]["event_type"]
        header = {
            "record": history.record,
            "version": version,
            "published_at_us": published_us,
            "digest": digest,
            "operation": "REPORT",
            "event_type": kind,
            "event_id": "e",
            "owner": history.owner,
            "sides": [f"{history.owner[:3]}:record/{history.record}"],
            "published_ms": 0,
        }
        body = {"header": header, "entities": [], "event": CODEC.encode(kind, event)}
        self.feed.put(TOPICS.record, CODEC.encode(RECORD_SCHEMA, body))

    def act(self, deed: Deed) -> float:
        """Do as the command does; return the seconds until it returned."""
        now = self.clock.now()
        return await_confirmed(self.book, self.book.act(Act(AGREEMENT, deed, "Order 1", now)), now)

    def release(self) -> None:
        """Release everything that waits for review."""
        with self.vault.begin() as connection:
            for row in reviews(connection):
                thread = Thread(row["match"], row["channel"])
                clear(connection, thread, microseconds(self.clock.now()))

    def usual_seconds(self) -> float:
        """How long it usually takes from a publication to all its content, at this hour."""
        seen, pause = [], threading.Event()
        for _ in range(5):
            wanted = self.hook.content + self.inbox_content() + 3
            self.publish()
            started = time.monotonic()
            while self.hook.content + self.inbox_content() < wanted:
                pause.wait(0.002)
                if time.monotonic() - started > 5:
                    break
            seen.append(time.monotonic() - started)
        return sorted(seen)[2]

    def inbox_content(self) -> int:
        """Content rows that ever arrived."""
        query = select(func.count()).select_from(NOTICE)
        with self.inbox_reader.connect() as connection:
            return connection.execute(query).scalar_one()


def _match(*pair: Any) -> dict[str, Any]:
    return replace(match(support(*pair)), id="m-1", order=1).to_avro()


def run(races: int, folder: Path, seed: int = 7) -> Outcome:
    """Race so often."""
    race, outcome, pause = Race(folder, seed), Outcome(), threading.Event()
    try:
        usual = race.usual_seconds()
        for _ in range(races):
            before = race.hook.content + race.inbox_content()
            race.publish()
            pause.wait(race.rng.random() * 1.5 * usual)
            seconds = race.act("suspend")
            race.hook.barrier()
            arrived = race.inbox_content()
            outcome.unsent_when_suspended += race.hook.content + arrived < before + 3
            pause.wait(0.01)
            outcome.late_inbox += race.inbox_content() - arrived
            race.hook.forgive()
            outcome.in_force += (seconds,)
            outcome.races += 1
            race.act("resume")
            race.release()
        outcome.late_webhook = race.hook.late_content
        outcome.content_sent = race.hook.content + race.inbox_content()
    finally:
        race.close()
    return outcome


def main(arguments: Sequence[str]) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(int(arguments[0]), Path(folder), int(arguments[1]))
    print(json.dumps(outcome.facts()))  # noqa: T201
    sys.exit(bool(outcome.late_webhook + outcome.late_inbox))


if __name__ == "__main__":
    main(sys.argv[1:])
