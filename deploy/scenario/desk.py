"""Deliver in one process, step by step: the real dispatcher over a real vault and a real inbox."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from consumers.delivery.apply import Intake, Message
from consumers.delivery.attempts import Result
from consumers.delivery.backoff import Backoff
from consumers.delivery.decider import Decider
from consumers.delivery.dispatcher import Dispatch, Dispatcher
from consumers.delivery.followup import watch_boundaries
from consumers.delivery.inbox import InboxSender
from consumers.delivery.keeper import Keeper
from consumers.delivery.lease import Lease
from consumers.delivery.receipts import RetryRules
from consumers.inbox.store import Inbox
from consumers.inbox.tables import METADATA as INBOX_TABLES
from consumers.sharing.policy import Policy, Secrets, build_policy
from consumers.sqlite import open_reader, open_store
from consumers.store.generation import take_over
from consumers.store.policies import METADATA as BOOK_TABLES
from consumers.store.policies import PolicyBook
from consumers.store.standings import oldest_parked_us
from consumers.store.vault import METADATA
from deploy.scenario.clock import StoryClock
from deploy.scenario.mail import CODEC
from deploy.scenario.parts import BLOCKING_SECRET, RECIPIENT_SECRET, LedgerKey, Recorder
from schemas.errors import TransientError
from schemas.party import Register
from schemas.record import microseconds
from schemas.signing import sign_detached
from schemas.topics import Topics

log = structlog.get_logger(__name__)

Poll = Callable[[], list[Message]]
"""Returns what has arrived since the last call."""

_TIMEOUTS: Final = {"inbox": timedelta(seconds=2), "webhook": timedelta(seconds=5)}
_ROOM: Final = 1_000
_PARKED_ALARM_US: Final = 5_000_000
_TURNS: Final = 500


_BUILT: Final[dict[tuple[object, ...], Policy]] = {}


def policy_of(texts: dict[str, str], register: Register) -> Policy:
    """Return the policy of documents and parties; raises ConfigError where one does not stand."""
    key = (*sorted(texts.items()), repr(register))
    if key not in _BUILT:
        secrets = Secrets(recipient=RECIPIENT_SECRET, blocking=BLOCKING_SECRET)
        _BUILT[key] = build_policy(texts, register, secrets)
    return _BUILT[key]


class Desk:
    """The steps of deliver, driven by the story instead of by a loop of its own."""

    def __init__(self, folder: Path, clock: StoryClock, topics: Topics, poll: Poll) -> None:
        self.vault = _fast(open_store(folder / "vault" / "vault.sqlite", METADATA))
        path = folder / "inbox" / "inbox.sqlite"
        engine = _fast(open_store(path, INBOX_TABLES))
        self.inbox = Recorder(Inbox(engine, open_reader(path)))
        self.ledger = LedgerKey()
        self.book = PolicyBook(
            _fast(open_store(folder / "vault" / "policy.sqlite", BOOK_TABLES)),
            open_reader(folder / "vault" / "policy.sqlite"),
        )
        self._clock, self._topics, self._poll = clock, topics, poll
        self.policy: Policy
        self.dispatcher: Dispatcher
        self._lease: Lease
        self._keeper: Keeper
        self._results: list[Result] = []
        self._alarmed: set[str] = set()

    def start(self, policy: Policy) -> None:
        """Begin, or go on under another policy, over the same vault."""
        self.policy, now = policy, self._clock.now()
        self._lease = Lease(self._clock)
        self._keeper = Keeper(self.book, lambda _: policy, self._lease, self._clock)
        in_force = self._keeper.in_force
        with self.vault.begin() as connection:
            generation = take_over(connection, in_force.policy.version, microseconds(now))
            watch_boundaries(connection, in_force.policy, now)
        self.dispatcher = Dispatcher(
            Dispatch(
                vault=self.vault,
                generation=generation,
                intake=Intake(CODEC, self._topics),
                decider=Decider(in_force, CODEC),
                lease=self._lease,
                in_force=lambda: self._keeper.in_force,
                sign=partial(sign_detached, self.ledger.as_private_key()),
                origin=self._topics.namespace,
                clock=self._clock,
                retry=RetryRules(Backoff(0.5, 60.0)),
                draw=lambda: 0.5,
                timeouts=_TIMEOUTS,
            )
        )

    def rest(self) -> None:
        """Work until nothing is due at this moment."""
        messages: list[Message] = self._poll()
        for _ in range(_TURNS):
            try:
                more = self._turn(messages)
            except (SQLAlchemyError, OSError, TransientError) as error:
                self._alarm("ledger_unavailable", error=type(error).__name__)
                return
            self._alarmed.discard("ledger_unavailable")
            messages = self._poll()
            if not (more or messages or self._results or self._is_due()):
                break
        self._keep_house()

    def next_due(self) -> datetime | None:
        """Return when there is work without any message."""
        return self.dispatcher.next_due([])

    def close(self) -> None:
        """Give back every connection."""
        self.vault.dispose()
        self.book.close()
        self.inbox.close()

    def _turn(self, messages: list[Message]) -> bool:
        self._keeper.turn()
        self.dispatcher.adopt()
        self.dispatcher.sweep()
        results, self._results = self._results, []
        self.dispatcher.take_in(messages, results)
        self.dispatcher.sequence()
        channels = self.policy.register.channels
        begun = self.dispatcher.begin(dict.fromkeys(channels, _ROOM))
        sender = InboxSender(self.inbox.as_inbox(), self._lease, self._clock, self._results.append)
        self._results += sender.write(begun)
        return bool(begun)

    def _is_due(self) -> bool:
        due = self.next_due()
        return due is not None and due <= self._clock.now()

    def _keep_house(self) -> None:
        self.dispatcher.exchange(self.inbox.as_inbox())
        with self.vault.connect() as connection:
            since = oldest_parked_us(connection)
        if since is not None and microseconds(self._clock.now()) - since > _PARKED_ALARM_US:
            self._alarm("standings_parked")

    def _alarm(self, name: str, **facts: Any) -> None:
        """Log once a stretch, as the process does."""
        if name not in self._alarmed:
            self._alarmed.add(name)
            log.error(name, **facts)


def _fast(engine: Engine) -> Engine:
    """Nobody cuts the power in a story."""
    engine.dispose()

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return engine
