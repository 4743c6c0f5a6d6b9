"""The table of `liaison bench correlate`: measure, best peer, ours, goal, reached."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from rich.table import Table

Figures = Mapping[str, Any]
NOT_MEASURED: Final = "not measured"
_MORE_IS_BETTER: Final = frozenset({"events/s", "of 1", "of 20"})
"""Units of measures that should be high; all others should be low."""


class Row(NamedTuple):
    """One measure; `value` finds ours in the result, or None where it was not measured."""

    measure: str
    value: Callable[[Figures], float | None]
    goal: float
    unit: str
    peer: Callable[[Figures], str] | str = ""


def _at(*path: str) -> Callable[[Figures], float | None]:
    def find(figures: Figures) -> float | None:
        found: Any = figures
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return None if found is None else float(found)

    return find


def _ratio(
    over: Callable[[Figures], float | None], under: Callable[[Figures], float | None]
) -> Callable[[Figures], float | None]:
    def divide(figures: Figures) -> float | None:
        top, bottom = over(figures), under(figures)
        return None if top is None or not bottom else round(top / bottom, 2)

    return divide


def _splink(size: str, name: str, unit: str) -> Callable[[Figures], str]:
    def say(figures: Figures) -> str:
        found = _at("peers", f"splink_{size}", name)(figures)
        return "" if found is None else f"Splink {found:g} {unit} at {size}"

    return say


def _name_peer(figures: Figures) -> str:
    found = _at("peers", "nomenklatura", "us_per_pair")(figures)
    return "" if found is None else f"nomenklatura logic-v2 {found:g} µs"


_LARGEST: Final = ("latency", "1000000")
_CPU_P99: Final = "cpu_p99_us"
_BATCHES: Final = _splink("46k", "records_s", "records/s")
_ONE: Final = _splink("46k", "one_record_ms", "ms")
_HUB: Final = _ratio(_at("hub", "shared", _CPU_P99), _at("hub", "own", _CPU_P99))
_GROWTH: Final = _ratio(_at(*_LARGEST, _CPU_P99), _at("latency", "10000", _CPU_P99))
_EVENTS: Final = "events/s"
ROWS: Final = (
    Row("historical50k, features made", _at("historical50k", "with_features_s"), 0, _EVENTS),
    Row("historical50k, from features", _at("historical50k", "from_features_s"), 15_000, _EVENTS,
        _BATCHES),
    Row("febrl4, features made", _at("febrl4", "with_features_s"), 0, _EVENTS),
    Row("febrl4, from features", _at("febrl4", "from_features_s"), 40_000, _EVENTS,
        _splink("4k", "records_s", "records/s")),
    Row("one event at 10 k, p99 of own CPU", _at("latency", "10000", _CPU_P99), 0, "µs"),
    Row("one event at 100 k, p99 of own CPU", _at("latency", "100000", _CPU_P99), 0, "µs"),
    Row("one event at 1 M, p50", _at(*_LARGEST, "p50_us"), 60, "µs", _ONE),
    Row("one event at 1 M, p99", _at(*_LARGEST, "p99_us"), 500, "µs"),
    Row("one event at 1 M, p99 of own CPU", _at(*_LARGEST, _CPU_P99), 500, "µs"),
    Row("one event at 1 M, max", _at(*_LARGEST, "max_us"), 20_000, "µs"),
    Row("p99 at 1 M / at 10 k, own CPU", _GROWTH, 1.5, "x"),
    Row("memory, keys included", _at("latency", "bytes_per_record"), 1_500, "bytes/record"),
    Row("one phone of 100,000: p99 / normal, own CPU", _HUB, 2, "x", "MISP stops correlating"),
    Row("withdraw one record, p99", _at("withdrawal", "p99_us"), 5_000, "µs", "full rerun"),
    Row("withdrawn is as never arrived", _at("withdrawal", "as_never_arrived"), 1, "of 1"),
    Row("shuffles with identical entities", _at("shuffles", "identical"), 20, "of 20"),
    Row("candidate pair refused, mean", _at("comparison", "refused_us"), 1, "µs"),
    Row("candidate pair compared, mean", _at("comparison", "mean_us"), 8, "µs"),
    Row("candidate pair that holds, mean", _at("comparison", "full_us"), 8, "µs"),
    Row("two names, warm", _at("names", "warm_us"), 10, "µs", _name_peer),
    Row("two names, met first", _at("names", "cold_us"), 60, "µs"),
    Row("two names, warm, p99", _at("names", "warm_p99_us"), 200, "µs"),
)  # fmt: skip
"""Every measure with its goal; 0 where none was set."""


def lines_new(figures: Figures, told: set[str]) -> Iterator[str]:
    """Yield a line for each row that has a value and is not yet told, and note it as told."""
    for measure, _, ours, goal, reached in rows(figures):
        if ours != NOT_MEASURED and measure not in told:
            told.add(measure)
            yield f"{measure}: {ours}" + (f" (goal {goal}: {reached})" if goal else "")


def speed_table(figures: Figures) -> Table:
    """Return the table of a result."""
    table = Table(
        "measure", "best peer", "ours", "goal", "reached", title="Correlation core, speed"
    )
    for cells in rows(figures):
        table.add_row(*cells)
    return table


def rows(figures: Figures) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the cells of each row as text."""
    for row in ROWS:
        value = row.value(figures)
        sign = ">=" if row.unit in _MORE_IS_BETTER else "<="
        goal = f"{sign} {row.goal:,g} {row.unit}".rstrip() if row.goal else ""
        ours = NOT_MEASURED if value is None else f"{value:,g} {row.unit}".rstrip()
        peer = row.peer if isinstance(row.peer, str) else row.peer(figures)
        yield row.measure, peer, ours, goal, _reached(row, value)


def _reached(row: Row, value: float | None) -> str:
    if value is None or not row.goal:
        return "-"
    more = row.unit in _MORE_IS_BETTER
    return "yes" if (value >= row.goal if more else value <= row.goal) else "no"
