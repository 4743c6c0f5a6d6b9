"""README's figures: written from the JSON that the commands printed, never by hand.

Each block stands between `<!-- figures:NAME -->` and `<!-- /figures -->`; its JSON is the last line
of the command's output, kept under `deploy/docs/figures`.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from deploy.bench.sets import MEASURES
from deploy.bench.speed_table import rows as rows_of_speed
from deploy.reference.markdown import table

FIGURES: Final = Path(__file__).resolve().parents[1] / "docs" / "figures"
_BLOCK: Final = re.compile(r"(<!-- figures:(\w+) -->\n).*?(<!-- /figures -->)", re.DOTALL)

Json = Mapping[str, Any]


def render(readme: str, figures: Path = FIGURES) -> str:
    """Return README with every figures block written anew; raises KeyError for an unknown one."""

    def block(found: re.Match[str]) -> str:
        writer, kept = _WRITERS[found[2]], figures / f"{found[2]}.json"
        if not kept.exists():
            return f"{found[1]}Not measured yet: `make figures`.\n{found[3]}"
        return f"{found[1]}{writer(json.loads(kept.read_text(encoding='utf-8')))}\n{found[3]}"

    return _BLOCK.sub(block, readme)


def _real(printed: Json) -> str:
    un = printed["un"]
    return "\n\n".join(
        (
            table(
                ("UN list", "pairs"),
                (
                    ("expected", str(un["expected"])),
                    ("found, at or above the release threshold", str(un["found"])),
                    ("queued for an analyst", str(un["queued"])),
                    ("false", str(un["false"])),
                ),
            ),
            f"Publish → standing: {_percentiles(printed)} at {printed['events_s']} events/s.",
            *_historical(printed.get("historical50k")),
            _measured("make real", printed),
        )
    )


def _historical(people: Json | None) -> tuple[str, ...]:
    """The table of the people of three offices, where they were published."""
    if people is None:
        return ()
    rows = (
        ("records", people["records"]),
        ("expected: one person, two offices", people["expected"]),
        ("found, at or above the release threshold", people["found"]),
        ("queued for an analyst", people["queued"]),
        ("false", people["false"]),
        ("precision / recall", f"{people['precision']:.4f} / {people['recall']:.4f}"),
    )
    counted = [(name, str(value)) for name, value in rows]
    times = f"Publish → standing: {_percentiles(people)} at {people['events_s']} events/s."
    return table(("historical50k, three offices of HSI", "pairs"), counted), times


def _percentiles(printed: Json) -> str:
    return f"p50 {printed['p50_ms']} ms, p99 {printed['p99_ms']} ms"


def _bench(printed: Json) -> str:
    slow = printed["latency_at_half"]
    cpu = printed["cpu_us_per_event"]
    return "\n\n".join(
        (
            table(
                ("bench mix", "figure"),
                (
                    ("published → decided, events/s", str(printed["events_s"])),
                    ("publish → inbox, p50 / p95 / p99", _three(slow)),
                    ("at events/s", str(slow["rate"])),
                ),
            ),
            table(("CPU µs an event", *cpu), (("", *map(str, cpu.values())),)),
            _measured("make bench", printed),
        )
    )


def _three(slow: Json) -> str:
    return " / ".join(f"{slow[name]} ms" for name in ("p50_ms", "p95_ms", "p99_ms"))


def _demo(printed: Json) -> str:
    names = (
        ("published, each with a receipt", "published"),
        ("accepted", "accepted"),
        ("exact matches expected", "expected_matches"),
        ("found", "found_matches"),
        ("false", "false_matches"),
        ("ghosts", "ghosts"),
        ("delivered without an earlier ledger entry", "unaccounted"),
        ("notices recalled", "recalled"),
        ("seconds, first publish → last notice", "seconds"),
    )
    rows = [(label, str(printed[key])) for label, key in names]
    return "\n\n".join((table(("demo", "count"), rows), _measured("make demo", printed)))


def _quality(printed: Json) -> str:
    rows = [
        (
            name,
            _leading(found["peer"]) if found["peer"] else "-",
            found["peer_name"] or "-",
            _leading(found["ours"]),
            ", ".join(f"{each} {value:g}" for each, value in found["goal"].items()),
        )
        for name, found in printed["sets"].items()
    ]
    head = ("set", "best peer's", "peer", "ours", "goal")
    said = (
        f"`make bench-quality`, weights `{printed['weights']}`: one configuration and threshold of "
        "ours for all sets, each peer cut where it is best on the set, with hindsight."
    )
    return "\n\n".join((table(head, rows), said))


def _leading(figures: Json) -> str:
    """The measures a goal can be set for, those that a set has."""
    shown = [f"{name} {figures[name]:.4f}" for name in MEASURES if name in figures]
    return ", ".join(shown)


def _correlate(printed: Json) -> str:
    head = ("measure", "best peer", "ours", "goal", "reached")
    said = (
        f"`make bench-correlate` at commit `{printed['commit']}` on {printed['cores']} cores "
        f"({printed['processor']}), weights `{printed['weights']}`, in one process."
    )
    return "\n\n".join((table(head, list(rows_of_speed(printed))), said))


def _measured(command: str, printed: Json) -> str:
    return (
        f"`{command}` at commit `{printed['commit']}` on {printed['cores']} cores "
        f"({printed['processor']}), broker, publisher and all processes on the same machine."
    )


_WRITERS: Final[Mapping[str, Callable[[Json], str]]] = {
    "real": _real,
    "bench": _bench,
    "demo": _demo,
    "bench_quality": _quality,
    "bench_correlate": _correlate,
}
