"""Figures of a stage, counted by hand: Faust's own sensors see a batch as one event."""

import time
from collections.abc import Sequence

from prometheus_client import Counter, Gauge, Histogram

RECORDS_IN = Counter(
    "liaison_streams_records_in_total", "Source records whose effects are durable.", ["stage"]
)
RECORDS_OUT = Counter(
    "liaison_streams_records_out_total", "Output records acknowledged by the broker.", ["stage"]
)
POISON = Counter(
    "liaison_streams_poison_records_total",
    "Records the stage could not process alone.",
    ["stage"],
)
BATCH_SECONDS = Histogram(
    "liaison_streams_batch_seconds",
    "From handing a batch to the stage until its effects are durable.",
    ["stage"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)
LAG = Gauge(
    "liaison_streams_lag_records",
    "Records on the owned source partitions that are not durable yet.",
    ["stage"],
)
OLDEST_UNACKED = Gauge(
    "liaison_streams_oldest_unacked_seconds",
    "Age of the oldest fetched record whose effects are not durable yet.",
    ["stage"],
)
PARTITIONS = Gauge(
    "liaison_streams_owned_partitions", "Source partitions this worker owns.", ["stage"]
)


def observe(stage: str, lag: int, unacked_ms: Sequence[int]) -> None:
    """Show how far behind a stage is; `unacked_ms` are publishing times of what isn't durable."""
    LAG.labels(stage).set(lag)
    OLDEST_UNACKED.labels(stage).set(time.time() - min(unacked_ms) / 1000 if unacked_ms else 0.0)
