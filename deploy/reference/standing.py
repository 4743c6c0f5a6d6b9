"""standing.md: the table that `liaison explain standing` prints, and the timers beside it."""

from consumers.sharing import timers, transition
from deploy.reference.markdown import page, table


def render() -> str:
    """Return the page."""
    rules = [
        (
            " or ".join(rule.decided) or "anything",
            " or ".join(rule.holds) or "anything",
            rule.action + (f", {rule.request}" if rule.request else ""),
            rule.why,
        )
        for rule in transition.TABLE
    ]
    cases = [
        (
            case.name,
            case.basis,
            case.decided,
            case.holds,
            case.action + (f", {case.request}" if case.request else ""),
        )
        for case in transition.CASES
    ]
    return page(
        "What becomes of a standing",
        "From what is decided, and what a recipient holds, to what is sent and who is asked. "
        "The first row that fits counts.",
        table(("decided", "holds", "done", "why"), rules),
        "## Decided",
        table(("word", "meaning"), transition.DECIDED.items()),
        "## Holds",
        table(("word", "meaning"), transition.HOLDS.items()),
        "## Cases",
        table(("case", "basis", "decided", "holds", "done"), cases),
        "## Timers",
        "Each only asks for another decision.",
        table(("kind", "due when"), timers.KINDS.items()),
        "## Alarms",
        table(("kind", "meaning"), timers.ALARMS.items()),
    )
