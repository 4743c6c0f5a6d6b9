"""What people see of a demo: who was told what, why, and what to try next."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, func, select

from consumers.store.vault import MATCH, NOTICE, STANDING

_RELEASED = ("FULL", "TEAR", "POINTER")
_WITHHELD = ("HOLD", "DENY")
_OPERATOR_ONLY = (
    "Operators alone see why something was withheld: to the recipient it does not exist."
)


class Example(NamedTuple):
    """One standing worth a look, with the steps of its decision."""

    match: str
    channel: str
    outcome: str
    match_class: str
    steps: tuple[str, ...]


def print_report(console: Console, vault: Engine, result: Mapping[str, Any]) -> None:
    """Print the tables of a finished run."""
    console.print(_totals(result))
    for table in _recipients(vault):
        console.print(table)
    console.print("\n[bold]Why three were released as they were, and one was withheld[/bold]")
    for example in _examples(vault):
        console.print(
            f"\n[bold]{example.outcome}[/bold]  {example.match_class} to {example.channel}, "
            f"match {example.match}"
        )
        for step in example.steps:
            console.print(f"  {step}", highlight=False)
    console.print(f"\n{_OPERATOR_ONLY}")


def _totals(result: Mapping[str, Any]) -> Table:
    table = Table(
        title="What was published, found and told", title_justify="left", show_header=False
    )
    table.add_column()
    table.add_column(justify="right")
    quarantined = sum(result["quarantined"].values())
    rows: Iterable[tuple[str, object]] = (
        ("events published, each with a receipt", result["published"]),
        ("accepted", result["accepted"]),
        (f"quarantined, for {len(result['quarantined'])} reasons", quarantined),
        ("duplicates, corrections, withdrawals", _joined(result, _CHANGES)),
        ("exact matches expected, found, false", _joined(result, _EXACT)),
        ("fuzzy expected, found, false, queued", _joined(result["fuzzy"], _FUZZY)),
        ("notices to inboxes, to webhooks", _joined(result["delivered"], ("inbox", "webhook"))),
        ("notices recalled", result["recalled"]),
        ("ghosts, unaccounted, lost", _joined(result, ("ghosts", "unaccounted", "lost"))),
        ("seconds from first publish to last notice", result["seconds"]),
    )
    for name, value in rows:
        table.add_row(name, str(value))
    return table


_CHANGES = ("duplicates", "corrections", "withdrawals")
_EXACT = ("expected_matches", "found_matches", "false_matches")
_FUZZY = ("expected", "found", "false", "queued")


def _joined(result: Mapping[str, Any], names: Iterable[str]) -> str:
    return ", ".join(str(result[name]) for name in names)


def _recipients(vault: Engine) -> tuple[Table, Table]:
    outcomes = ("FULL", "TEAR", "POINTER", "SILENT", "HOLD", "DENY")
    standings = (
        select(STANDING.c.channel, STANDING.c.outcome, func.count())
        .join(MATCH, MATCH.c.match == STANDING.c.match)
        .where(MATCH.c.status == "live")
        .group_by(STANDING.c.channel, STANDING.c.outcome)
    )
    notices = select(NOTICE.c.channel, NOTICE.c.action, func.count()).group_by(
        NOTICE.c.channel, NOTICE.c.action
    )
    counts: dict[str, Counter[str]] = {}
    with vault.connect() as connection:
        for query in (standings, notices):
            for channel, what, count in connection.execute(query):
                counts.setdefault(channel, Counter())[what] = count
    return (
        _table("Per recipient: what it may know of live matches", outcomes, counts),
        _table("Per recipient: what was sent", _SENT, counts),
    )


_SENT = ("notice", "update", "correction", "recall")


def _table(title: str, names: Iterable[str], counts: Mapping[str, Counter[str]]) -> Table:
    table = Table("recipient", title=title, title_justify="left")
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for channel in sorted(counts):
        table.add_row(channel, *(str(counts[channel][name] or "") for name in names))
    return table


def _examples(vault: Engine) -> list[Example]:
    """Three releases of different kinds and one withheld by a bar, where the run has them."""
    released = [e for outcome in _RELEASED if (e := _example(vault, outcome))]
    withheld = next((e for outcome in _WITHHELD if (e := _example(vault, outcome))), None)
    return [*released, *([withheld] if withheld else [])]


def _example(vault: Engine, outcome: str) -> Example | None:
    """Return the standing of an outcome whose decision says the most in few steps."""
    query = select(STANDING).where(STANDING.c.outcome == outcome).limit(200)
    with vault.connect() as connection:
        rows = connection.execute(query).all()
    examples = [
        Example(row.match, row.channel, outcome, decision["match_class"], _steps(decision))
        for row in rows
        if (decision := orjson.loads(row.decision))["match_class"]
    ]
    return min(examples, key=lambda e: (abs(len(e.steps) - 5), e.match), default=None)


def _steps(decision: Mapping[str, Any]) -> tuple[str, ...]:
    steps = (
        f"{reason['effect']} by {reason['rule']} on {reason['subject']}: {reason['sentence']}"
        for reason in decision["reasons"]
    )
    return tuple(dict.fromkeys(steps))
