"""The operators' table as a value: groups of rows, every cell a number or a word. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isinf
from typing import Any, Final

from consumers.desks.ops import figures
from consumers.desks.ops.broker import Broker
from consumers.desks.ops.figures import Reading
from consumers.desks.ops.scrape import Process
from schemas import metrics

#: Names that streams' driver and delivery coin beside `schemas.metrics`.
RECORDS_IN: Final = "liaison_streams_records_in_total"
RECORDS_OUT: Final = "liaison_streams_records_out_total"
POISON: Final = "liaison_streams_poison_records_total"
DELIVER_LAG: Final = "liaison_consumers_lag_records"
OLDEST_UNACKED: Final = "liaison_streams_oldest_unacked_seconds"
BLANK: Final = "\N{EN DASH}"

Cell = str


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, column heads and rows: `words` columns of words, the first a row's head."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    words: int = 1


@dataclass(frozen=True, slots=True)
class Status:
    """Everything the desk shows, as of one time."""

    at: datetime
    window_seconds: float
    processes: tuple[Process, ...]
    broker: Broker | None
    tables: tuple[Table, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the same as JSON; times are RFC 3339."""
        return {
            "at": self.at.isoformat(),
            "window_seconds": self.window_seconds,
            "processes": [
                {"name": p.name, "up": p.up, "since": p.since.isoformat(), "problem": p.problem}
                for p in self.processes
            ],
            "broker": None
            if self.broker is None
            else {**asdict(self.broker), "since": self.broker.since.isoformat()},
            "tables": {
                table.caption: [dict(zip(table.heads, row, strict=True)) for row in table.rows]
                for table in self.tables
            },
        }


def status(
    old: Reading, new: Reading, processes: Mapping[str, Process], broker: Broker | None
) -> Status:
    """Return the desk's table; rates and latencies are those between `old` and `new`."""
    return Status(
        at=new.at,
        window_seconds=(new.at - old.at).total_seconds(),
        processes=tuple(processes.values()),
        broker=broker,
        tables=(
            _stages(old, new, tuple(processes)),
            _waiting(new, broker),
            _delivery(old, new),
            _counts(new, "Standings now", "Outcome", metrics.STANDINGS, "outcome"),
            _counts(new, "Quarantine", "Reason", metrics.QUARANTINED, "reason"),
            _attempts(new),
        ),
    )


def _stages(old: Reading, new: Reading, order: tuple[str, ...]) -> Table:
    """Show each stage, in the order of the processes as configured, which is that of the flow."""
    samples = new.samples
    arriving = figures.rates(old, new, RECORDS_IN, "stage")
    leaving = figures.rates(old, new, RECORDS_OUT, "stage")
    lag = figures.by_label(samples, metrics.STAGE_LAG_RECORDS, "stage")
    oldest = figures.largest_by_label(samples, OLDEST_UNACKED, "stage")
    poison = figures.by_label(samples, POISON, "stage")
    middle, tail = (
        figures.percentiles(old, new, metrics.STAGE_BATCH_SECONDS, "stage", quantile)
        for quantile in (0.5, 0.99)
    )
    rows = (
        (
            stage,
            _number(arriving.get(stage), 1),
            _number(leaving.get(stage), 1),
            _number(lag.get(stage)),
            _number(oldest.get(stage), 2),
            _at_most(middle.get(stage)),
            _at_most(tail.get(stage)),
            _number(poison.get(stage)),
        )
        for stage in sorted(
            arriving.keys() | lag.keys(),
            key=lambda name: (order.index(name) if name in order else len(order), name),
        )
    )
    heads = (
        "Stage",
        "In, records/s",
        "Out, records/s",
        "Lag, records",
        "Oldest unacked, s",
        "Batch p50, s",
        "Batch p99, s",
        "Poison, records",
    )
    return Table("Stages", heads, tuple(rows))


def _waiting(new: Reading, broker: Broker | None) -> Table:
    """Show lag as the broker knows it, and of deliver, whose offsets stand in the vault."""
    lag = broker.lag if broker is not None and broker.lag is not None else {}
    deliver = figures.by_label(new.samples, DELIVER_LAG, "topic")
    rows = [(group, _number(value)) for group, value in sorted(lag.items())]
    rows += [(f"deliver: {topic}", _number(value)) for topic, value in deliver.items()]
    return Table("Not committed yet", ("Group", "Records"), tuple(rows))


def _delivery(old: Reading, new: Reading) -> Table:
    middle, tail = (
        figures.percentiles(old, new, metrics.DELIVERY_SECONDS, "class", quantile)
        for quantile in (0.5, 0.99)
    )
    rows = tuple((name, _at_most(middle[name]), _at_most(tail[name])) for name in sorted(middle))
    waiting = _number(figures.total(new.samples, metrics.OUTBOX_ROWS))
    parked = _number(figures.total(new.samples, metrics.PARKED_SUPPORTS))
    entries = _number(figures.total(new.samples, metrics.LEDGER_ENTRIES))
    note = f"Outbox rows open: {waiting}. Parked: {parked}. Ledger entries: {entries}."
    heads = ("Class", "Publish to delivered p50, s", "Publish to delivered p99, s")
    return Table("Delivery", heads, rows, note)


def _attempts(new: Reading) -> Table:
    counts: dict[tuple[str, str], float] = {}
    for sample in new.samples:
        if sample.name == metrics.ATTEMPTS:
            key = (sample.labels.get("kind", ""), sample.labels.get("outcome", ""))
            counts[key] = counts.get(key, 0.0) + sample.value
    rows = tuple((kind, outcome, _number(n)) for (kind, outcome), n in sorted(counts.items()))
    return Table("Delivery attempts", ("Channel", "Outcome", "Attempts"), rows, words=2)


def _counts(new: Reading, caption: str, head: str, name: str, label: str) -> Table:
    counts: Iterable[tuple[str, float]] = figures.by_label(new.samples, name, label).items()
    return Table(caption, (head, "Count"), tuple((key, _number(n)) for key, n in counts))


def _number(value: float | None, digits: int = 0) -> str:
    return BLANK if value is None else f"{value:,.{digits}f}"


def _at_most(seconds: float | None) -> str:
    """Show a bucket's bound: what was observed is at most that."""
    if seconds is None:
        return BLANK
    return "over the last bucket" if isinf(seconds) else f"\N{LESS-THAN OR EQUAL TO} {seconds:g}"
