"""The deliver process: what the loop, the senders and the probes are made of."""

import random
import signal
import threading
from contextlib import ExitStack
from functools import partial

import structlog
from sqlalchemy import Engine

from consumers.delivery.agreements import Acceptance, AgreementTopic, Distributed, Feed
from consumers.delivery.apply import Intake
from consumers.delivery.decider import Decider
from consumers.delivery.disagreement import alarming
from consumers.delivery.dispatcher import Dispatch, Dispatcher
from consumers.delivery.followup import watch_boundaries
from consumers.delivery.health import Condition, HealthServer, Watch
from consumers.delivery.housekeeping import Housekeeping
from consumers.delivery.inbox import InboxSender
from consumers.delivery.keeper import Keeper
from consumers.delivery.lease import Lease
from consumers.delivery.loop import Loop
from consumers.delivery.metrics import Metrics
from consumers.delivery.senders import Senders
from consumers.delivery.settings import DeliverSettings
from consumers.delivery.source import Source
from consumers.delivery.webhook import WebhookRules, WebhookSender
from consumers.inbox.store import Inbox
from consumers.sharing.decide import decide
from consumers.sqlite import open_store
from consumers.store.generation import exclusive, take_over
from consumers.store.policies import PolicyBook
from consumers.store.queries import positions
from consumers.store.vault import METADATA
from schemas.clock import Clock, SystemClock
from schemas.codec import Codec
from schemas.record import microseconds
from schemas.registry import load_lock
from schemas.signing import sign_detached

log = structlog.get_logger(__name__)


class Deliver:
    """The one deliver process of an installation.

    `run` works until `stop` or SIGTERM; it raises ConfigError where another process holds the
    vault. What it knows stands in the vault: a process killed anywhere is continued by the next.
    """

    def __init__(self, settings: DeliverSettings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._stopping = threading.Event()
        self.metrics = Metrics()
        self.condition = Condition()
        self.web = HealthServer(self.condition, self.metrics.registry, settings.web_port)

    def stop(self) -> None:
        """Ask the loop to end; from any thread, or a signal."""
        self._stopping.set()

    def run(self) -> None:
        """Take the vault over and deliver."""
        settings = self._settings
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self.stop())
        with ExitStack() as stack:
            stack.enter_context(exclusive(settings.vault))
            self.web.start()
            stack.callback(self.web.stop)
            vault = open_store(settings.vault, METADATA, busy_seconds=settings.busy_seconds)
            stack.callback(vault.dispose)
            inbox = Inbox.open(settings.inbox, busy_seconds=settings.busy_seconds)
            stack.callback(inbox.close)
            lease = Lease(self._clock)
            keeper = self._keeper(stack, vault, lease)
            dispatcher = self._dispatcher(vault, lease, keeper)
            source = Source(
                settings.bootstrap, settings.topics, positions(vault), settings.poll_records
            )
            stack.callback(source.close)
            senders = self._senders(inbox, lease)
            stack.callback(senders.stop)
            watch = Watch(self.condition, self.metrics, self._clock)
            loop = Loop(
                dispatcher=dispatcher,
                source=source,
                senders=senders,
                housekeeping=Housekeeping(vault, inbox, watch),
                watch=watch,
                poll_seconds=settings.poll_seconds,
            )
            self.condition.works("start")
            log.info("deliver_started", web_port=self.web.port)
            loop.run(self._stopping)

    def _keeper(self, stack: ExitStack, vault: Engine, lease: Lease) -> Keeper:
        """Take in what stands on the agreement topic; then keep the policy in force."""
        settings = self._settings
        book = PolicyBook.beside(settings.vault)
        stack.callback(book.close)
        base = Distributed(settings.policy)
        refused = self.metrics.agreements_refused
        acceptance = Acceptance(vault, book, base, refused, self._clock)
        feed = Feed(AgreementTopic(settings.bootstrap, settings.topics), acceptance)
        feed.start()
        stack.callback(feed.stop)
        keeper = Keeper(book, base, lease, self._clock)
        keeper.start()
        stack.callback(keeper.stop)
        return keeper

    def _dispatcher(self, vault: Engine, lease: Lease, keeper: Keeper) -> Dispatcher:
        settings, codec, in_force = self._settings, Codec(load_lock()), keeper.in_force
        with vault.begin() as connection:
            now_us = microseconds(self._clock.now())
            generation = take_over(connection, in_force.policy.version, now_us)
            watch_boundaries(connection, in_force.policy, self._clock.now())
        return Dispatcher(
            Dispatch(
                vault=vault,
                generation=generation,
                intake=Intake(codec, settings.topics),
                decider=Decider(in_force, codec, alarming(decide, self.metrics.two_keys.inc)),
                lease=lease,
                in_force=lambda: keeper.in_force,
                sign=partial(sign_detached, settings.ledger_key),
                origin=settings.topics.namespace,
                clock=self._clock,
                retry=settings.retry,
                draw=random.SystemRandom().random,
                timeouts=settings.timeouts,
            )
        )

    def _senders(self, inbox: Inbox, lease: Lease) -> Senders:
        settings = self._settings
        channels = settings.policy.register.channels.values()
        senders = Senders(channels, settings.concurrency)
        rules = WebhookRules(settings.allow_loopback_webhooks)
        senders.add("inbox", InboxSender(inbox, lease, self._clock, senders.report))
        senders.add("webhook", WebhookSender(rules, lease, self._clock, senders.report))
        return senders
