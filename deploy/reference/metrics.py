"""The page of metrics, from the very objects that processes expose."""

from collections.abc import Iterator
from typing import Any, Final

from prometheus_client import Counter, Gauge, Histogram

from consumers.delivery.metrics import Metrics
from consumers.web import events
from deploy.reference.markdown import code, page, table
from streams import poison
from streams.correlate import agent as correlate
from streams.dedupe import agent as dedupe
from streams.match import agent as match
from streams.network import agent as network
from streams.resolve import agent as resolve
from streams.transport import metrics as transport

Metric = Counter | Gauge | Histogram

SOURCES: Final = {
    "every stage": (transport, poison),
    "dedupe": (dedupe,),
    "correlate": (correlate,),
    "match": (match,),
    "network": (network,),
    "resolve": (resolve,),
    "deliver": (Metrics,),
    "pages": (events,),
}
"""Which part of the system exposes what; a class is asked through an instance of its own."""


def metrics() -> Iterator[tuple[str, Metric]]:
    """Yield (who exposes it, metric), by name within each."""
    for owner, sources in SOURCES.items():
        holders = [vars(each() if isinstance(each, type) else each) for each in sources]
        held = (each for holder in holders for each in holder.values())
        found = {_name(each): each for each in held if isinstance(each, Metric)}
        yield from ((owner, each) for _, each in sorted(found.items()))


def render() -> str:
    """Return `metrics.md`."""
    rows = [
        (
            owner,
            code(_name(metric)),
            _family(metric).type,
            ", ".join(map(code, metric._labelnames)),  # noqa: SLF001 - the client tells nobody else
            _family(metric).documentation,
        )
        for owner, metric in metrics()
    ]
    return page(
        "Metrics",
        "On `/metrics` of every process, beside `/livez` and `/readyz`. Labels are bounded: never "
        "an id, never a pair of agencies. Counters of a stage count a replay again; distinct "
        "figures are read from topics and stores.",
        table(("Exposed by", "Metric", "Type", "Labels", "Meaning"), rows),
    )


def _name(metric: Metric) -> str:
    family = _family(metric)
    return f"{family.name}_total" if family.type == "counter" else str(family.name)


def _family(metric: Metric) -> Any:
    return next(iter(metric.describe()))
