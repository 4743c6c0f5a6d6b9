"""The tables that the benches print: a row a measure, ours beside the best peer and the goal."""

from collections.abc import Iterable, Iterator, Mapping

from rich.table import Table

from deploy.bench.quality import Figures, Finding
from deploy.bench.sets import MEASURES

_LESS_IS_BETTER = frozenset({"negatives", "links_per_record"})
EXPLAINED = {
    "febrl4": "best_link of a peer counts only the best partner of each record of the second file",
    "fake1000": "the baseline at p >= .99 is of another example of Splink's",
    "pseudopeople": "Splink has no example for these two files; the baseline's .986 is the best "
    "partner of each tax form, all pairs above a cut give .93",
    "name_bench": "439 of 826 pairs are here; logic-v2 has .825 on them, the baseline .804",
    "transliteration": "false pairs are neighbours in the alphabet: rapidfuzz has a pooled AUC of "
    ".830 on them, the baseline .829; pairs by lot (.961) are transliteration_shuffled",
    "un": "peers see the 20 nearest rows by romanised name and are cut where 0.05 % of the "
    "negatives reach",
}
"""Where a peer's figure needs a word beside the baselines of engineering.md."""


def quality_table(findings: Iterable[Finding], weights: str) -> Table:
    """Every measure of every set with all peers; figures from memory carry `*`."""
    table = Table("set", "who", *MEASURES, "µs a pair", title=f"Match quality, weights {weights}")
    for finding in findings:
        goal = [_bound(finding.goal, name) for name in MEASURES]
        table.add_row(finding.name, "ours", *_cells(finding.ours), style="bold")
        for title, figures in finding.peers.items():
            name = title + (" *" if title in finding.cached else "")
            way = f" ({figures['way']})" if "way" in figures else ""
            table.add_row("", name + way, *_cells(figures))
        table.add_row("", f"goal: {verdict(finding)}", *goal, "", end_section=True)
    return table


def notes(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield what the table does not say of itself."""
    yield "* from memory (--fresh measures anew); peers are cut where they are best, with hindsight"
    for finding in findings:
        if finding.peers and finding.name in EXPLAINED:
            yield f"{finding.name}: {EXPLAINED[finding.name]}"


def verdict(finding: Finding) -> str:
    """Return whether each bound of the goal was reached, in one word; "none" without a goal."""
    if not finding.goal:
        return "none"
    return "reached" if all(_reached(finding, name) for name in finding.goal) else "missed"


def _reached(finding: Finding, name: str) -> bool:
    ours, bound = finding.ours[name], finding.goal[name]
    return bool(ours <= bound if name in _LESS_IS_BETTER else ours >= bound)


def _bound(goal: Mapping[str, float], name: str) -> str:
    if name not in goal:
        return ""
    return f"{'<=' if name in _LESS_IS_BETTER else '>='} {goal[name]:g}"


def _cells(figures: Figures) -> list[str]:
    shown = [f"{figures[name]:.4f}" if name in figures else "" for name in MEASURES]
    return [*shown, str(figures.get("us_per_pair", ""))]
