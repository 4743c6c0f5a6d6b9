"""Deliver's metrics, in a registry of their own."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from schemas import metrics as names

LAG_RECORDS: Final = "liaison_consumers_lag_records"  # topic
TURN_SECONDS: Final = "liaison_consumers_turn_seconds"  # step
UNREADABLE: Final = "liaison_consumers_unreadable_total"  # none: our own messages, broken
TWO_KEYS: Final = "liaison_consumers_two_keys_total"  # none: decisions on which the keys disagree
AGREEMENTS_REFUSED: Final = "liaison_consumers_agreements_refused_total"  # reason
UNDECIDABLE: Final = "liaison_consumers_undecidable_total"  # none: decisions that raised
FAILED_NOTICES: Final = "liaison_consumers_failed_notices"  # none: given up, an operator's alarm
TIMERS: Final = "liaison_consumers_timers_total"  # kind
PARKED_SECONDS: Final = "liaison_consumers_parked_seconds"  # none: age of the oldest

_LATENCIES: Final = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 2, 5, 10, 30, 60, 300)


class Metrics:
    """Every metric of one deliver process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.decisions = self._counter(names.DECISIONS, "Decisions", "outcome")
        self.attempts = self._counter(names.ATTEMPTS, "Attempts ended", "kind", "outcome")
        self.entries = self._counter(names.LEDGER_ENTRIES, "Entries sequenced")
        self.acknowledged = self._counter(names.ACKNOWLEDGED, "Officers' ACKs")
        self.unreadable = self._counter(UNREADABLE, "Own messages unreadable")
        self.undecidable = self._counter(UNDECIDABLE, "Decisions that raised")
        self.timers = self._counter(TIMERS, "Timers fired", "kind")
        self.two_keys = self._counter(TWO_KEYS, "Decisions the keys disagree on")
        self.agreements_refused = self._counter(
            AGREEMENTS_REFUSED, "Distributed documents refused", "reason"
        )
        self.delivery = Histogram(
            names.DELIVERY_SECONDS,
            "Publish to receipt",
            ["class"],
            buckets=_LATENCIES,
            registry=registry,
        )
        self.turn = Histogram(TURN_SECONDS, "One step", ["step"], registry=registry)
        self.standings = Gauge(names.STANDINGS, "Standings", ["outcome"], registry=registry)
        self.lag = Gauge(LAG_RECORDS, "Not yet applied", ["topic"], registry=registry)
        self.parked = Gauge(names.PARKED_SUPPORTS, "Standings parked", registry=registry)
        self.parked_age = Gauge(PARKED_SECONDS, "Longest parked", registry=registry)
        self.outbox = Gauge(names.OUTBOX_ROWS, "Open outbox rows", registry=registry)
        self.failed = Gauge(FAILED_NOTICES, "Notices given up", registry=registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(name.removesuffix("_total"), meaning, labels, registry=self.registry)
