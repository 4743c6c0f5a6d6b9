"""README's figures: written from the JSON that the commands printed, never by hand.

Each block stands between `<!-- figures:NAME -->` and `<!-- /figures -->`; its JSON is the last line
of the command's output, kept under `deploy/docs/figures`.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

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
            _measured("make real", printed),
        )
    )


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


def _measured(command: str, printed: Json) -> str:
    return (
        f"`{command}` at commit `{printed['commit']}` on {printed['cores']} cores "
        f"({printed['processor']}), broker, publisher and all processes on the same machine."
    )


_WRITERS: Final[Mapping[str, Callable[[Json], str]]] = {
    "real": _real,
    "bench": _bench,
    "demo": _demo,
}
