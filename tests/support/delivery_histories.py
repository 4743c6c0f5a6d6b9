"""Seeded histories of deliver: any interleaving of its steps with losses, repeats and crashes.

What must hold at every commit and byte is checked as it happens; at rest each recipient holds
exactly what a decision over the final vault says, once. One module: scheduler, receivers and
checks are read together.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from consumers.delivery.apply import Message
from consumers.delivery.attempts import Attempt, Result
from consumers.delivery.dispatcher import Dispatcher
from consumers.delivery.lease import Lease
from consumers.ledger.verify import verify
from consumers.store.policies import Grant
from consumers.store.queries import backlog, positions, unaccounted
from consumers.store.vault import MATCH, NOTICE
from schemas.errors import ConfigError
from schemas.match import Support
from tests.support.delivery_checks import Checker, Operator
from tests.support.delivery_world import (
    CODEC,
    OFFICES,
    TOPICS,
    World,
    build_support,
    match_message,
    record_message,
)


class Crash(BaseException):
    """The process dies here."""


@dataclass(frozen=True)
class Sent:
    """An attempt on its way, under the lease of the start that began it; `left`: its bytes did."""

    attempt: Attempt
    lease: Lease
    left: bool = False


@dataclass
class Receiver:
    """A partner: upserts by id, remembers what was taken back even if it comes later."""

    rows: dict[str, Any] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def receive(self, attempt: Attempt) -> None:
        notice = attempt.notice
        self.gone.update(notice.supersedes)
        for notice_id in notice.supersedes:
            self.rows.pop(notice_id, None)
        if notice.data is not None and notice.id not in self.gone:
            self.rows[notice.id] = notice.data


class History:
    """One history: a script of messages, a scheduler, a network, receivers and the checks."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.rng = random.Random(seed)
        self.world = World(folder)
        self.logs: dict[str, list[Message]] = {TOPICS.record: [], TOPICS.match: []}
        self.script = _script(self.rng)
        self.network: list[Sent] = []
        self.results: list[Result] = []
        self.receivers = {c: Receiver() for c in self.world.register.channels}
        self.checker = Checker(self.world)
        self.operator = Operator(self.world, self.rng, self.checker)
        self.reply: Grant | None = None
        self.zombie: Dispatcher | None = None
        self.statements = 0
        event.listen(self.world.vault, "before_cursor_execute", self._maybe_die)

    def run(self) -> None:
        """Play the storm, let everything come to rest and compare; then again after all timers."""
        steps = 0
        while self.script or steps < 110:
            steps += 1
            self._storm()
        for days in (0, 4):
            self.world.advance(days * 86_400)
            self.statements = 0
            self._drain()
            self._at_rest()

    def _maybe_die(self, *_arguments: Any) -> None:
        if self.statements:
            self.statements -= 1
            if not self.statements:
                raise Crash

    def _storm(self) -> None:
        rng, dice = self.rng, self.rng.random()
        if self.script and dice < 0.25:
            topic, build = self.script.pop(0)
            log = self.logs[topic]
            log.append(build(len(log)))
            if rng.random() < 0.2:
                log.append(replace(rng.choice(log), offset=len(log)))
        elif self.network and dice < 0.4:
            self._deliver(lossy=True)
        elif dice < 0.48:
            self.world.advance(rng.choice((0.01, 0.05, 0.1, 0.3, 1.0)))
        elif dice < 0.6:
            self.operator.acts()
        elif dice < 0.68:
            self._lease()
        else:
            self.statements = rng.choice((0, 0, 0, rng.randint(1, 60)))
            try:
                self._step(
                    rng.choice(("take_in", "take_in", "sequence", "begin", "begin", "sweep"))
                )
            except Crash:
                self._restart()
            self.statements = 0
            if rng.random() < 0.03:
                self._restart()
        self.operator.watch()

    def _restart(self) -> None:
        self.statements = 0
        self.results = []
        self.reply = None
        self.zombie = self.world.dispatcher
        self.world.restart()

    def _lease(self) -> None:
        """The keeper in two steps, so that a reading may arrive late."""
        if self.reply is not None:
            self.world.keeper.receive(self.reply)
            self.reply = None
        else:
            self.reply = self.world.keeper.ask()

    def _step(self, step: str) -> None:
        dispatcher = self.world.dispatcher
        if self.zombie is not None and self.rng.random() < 0.1:
            self._zombie_step(step)
        if self.reply is None and self.rng.random() < 0.6:
            self.world.keeper.turn()
        dispatcher.adopt()
        if step == "take_in":
            results = [r for r in self.results if self.rng.random() < 0.5]
            dispatcher.take_in(self._polled(), results)
            self.results = [r for r in self.results if r not in results]
        elif step == "sequence":
            dispatcher.sequence()
        elif step == "sweep":
            dispatcher.sweep()
        else:
            room = dict.fromkeys(self.world.register.channels, self.rng.randint(1, 3))
            for attempt in dispatcher.begin(room):
                self.checker.begun(attempt)
                self.network.append(Sent(attempt, self.world.lease))

    def _zombie_step(self, step: str) -> None:
        """What was overtaken wakes up: nothing of it may be committed."""
        assert self.zombie is not None
        try:
            if step == "take_in":
                self.zombie.take_in(self._polled(), self.results)
            elif step == "sequence":
                self.zombie.sequence()
            elif step == "sweep":
                self.zombie.sweep()
            elif self.zombie.begin(dict.fromkeys(self.world.register.channels, 3)):
                raise AssertionError("a stale process has begun an attempt")
        except ConfigError:
            return
        raise AssertionError("a stale process has committed")

    def _polled(self) -> list[Message]:
        found, places = [], positions(self.world.vault)
        for topic, log in self.logs.items():
            start = places.get((topic, 0), 0)
            found += log[start : start + self.rng.randint(0, 3)]
        return found

    def _deliver(self, *, lossy: bool) -> None:
        sent = self.network.pop(self.rng.randrange(len(self.network)))
        attempt, over, fate = sent.attempt, True, self.rng.random() if lossy else 1.0
        if sent.left or sent.lease.enter(attempt):
            if not sent.left:
                sent.lease.leave(attempt)
                self.checker.first_byte(attempt)
            if fate < 0.15:
                over = False
            else:
                if fate < 0.3:
                    self.network.append(Sent(attempt, sent.lease, left=True))
                self.receivers[attempt.channel.id].receive(attempt)
                if fate > 0.45:
                    self.results.append(Result(attempt, "received", "written"))
                    return
        self.results.append(Result(attempt, "failed", "timeout", over=over))

    def _drain(self) -> None:
        for _ in range(400):
            self.world.keeper.turn()
            self.reply = None
            for step in ("sweep", "take_in", "sequence", "begin"):
                self._step(step)
            while self.network:
                self._deliver(lossy=False)
            self.operator.watch()
            self.operator.release()
            if self._resting():
                return
            self.world.advance(1.0)
        raise AssertionError(f"does not come to rest: {backlog(self.world.vault)}")

    def _resting(self) -> bool:
        waiting = backlog(self.world.vault)
        places = positions(self.world.vault)
        read = all(places.get((t, 0), 0) == len(log) for t, log in self.logs.items())
        idle = self.world.dispatcher.sweep() == {}
        return (
            read
            and idle
            and not (self.network or self.results or waiting["redecide"] or waiting["outbox"])
        )

    def _at_rest(self) -> None:
        vault = self.world.vault
        with vault.connect() as connection:
            newest = {row.match: row.order for row in connection.execute(select(MATCH)).all()}
            assert newest == self._newest_orders(), "an old match won"
            feeds = connection.execute(select(NOTICE.c.channel, NOTICE.c.feed)).all()
            wanted = {
                channel: Counter(
                    repr(told)
                    for match in newest
                    if (told := self.checker.wanted(connection, match, channel)) is not None
                )
                for channel in self.receivers
            }
            self.checker.consents_at_rest(connection)
        for channel_id, receiver in self.receivers.items():
            has = Counter(repr(data) for data in receiver.rows.values())
            assert has == wanted[channel_id], f"{channel_id} holds other notices"
            numbers = sorted(row.feed for row in feeds if row.channel == channel_id)
            assert numbers == list(range(1, len(numbers) + 1)), "a gap in the feed"
        assert unaccounted(vault) == []
        assert verify(vault, self.world.public_key, TOPICS.namespace).problems == ()

    def _newest_orders(self) -> dict[str, int]:
        newest: dict[str, int] = {}
        for message in self.logs[TOPICS.match]:
            match = CODEC.decode(message.value).datum
            newest[match["id"]] = max(match["order"], newest.get(match["id"], 0))
        return newest


def _script(rng: random.Random) -> list[tuple[str, Any]]:
    """Record versions and match revisions, each key in its order, shuffled among each other."""
    queues: list[list[tuple[str, Any]]] = []
    versions: dict[str, int] = {}
    for number in range(rng.choice((2, 2, 3, 4))):
        side = "hsi.field" if number % 2 == 0 else "bis.oee"
        record = f"{side}/R-{number}"
        versions[record] = rng.choice((1, 2, 2, 3))
        queues.append([_version(rng, record, v) for v in range(1, versions[record] + 1)])
    order = iter(range(1, 1_000))
    matches = [f"m{number}" for number in range(rng.randint(1, 3))]
    for match in matches:
        others = [m for m in matches if m > match]
        queues.append([_revision(rng, match, next(order), versions, others) for _ in range(5)])
    script = []
    while any(queues):
        script.append(rng.choice([q for q in queues if q]).pop(0))
    return script


def _version(rng: random.Random, record: str, version: int) -> tuple[str, Any]:
    changes: dict[str, Any] = {
        "name": rng.choice(("A", "B")),
        "owner": "HSI/miami" if record.startswith("hsi") else "BIS/oee",
        "barred": list(_caveats(rng)),
        "withdrawn": version > 1 and rng.random() < 0.15,
    }
    return TOPICS.record, lambda at: record_message(at, record, version, **changes)


def _caveats(rng: random.Random) -> Iterator[str]:
    for office in OFFICES:
        dice = rng.random()
        if dice < 0.25:
            yield office if dice < 0.12 else f"ask:{office}"
    if rng.random() < 0.15:
        yield f"until:{rng.randint(3, 40)}"
    if rng.random() < 0.15:
        yield f"keep:{rng.randint(1, 2)}"


def _revision(
    rng: random.Random, match: str, order: int, versions: dict[str, int], others: list[str]
) -> tuple[str, Any]:
    left = [r for r in versions if r.startswith("hsi")]
    right = [r for r in versions if r.startswith("bis")]
    supports: list[Support] = []
    for _ in range(rng.choice((0, 1, 1, 2))):
        pair = rng.choice(left), rng.choice(right)
        lineage = rng.randint(1, versions[pair[0]]), rng.randint(1, versions[pair[1]])
        supports.append(build_support(*pair, lineage))
    successor = rng.choice(others) if others and rng.random() < 0.25 else None
    kept = () if successor else tuple(supports)
    return TOPICS.match, lambda at: match_message(at, match, order, kept, successor)
