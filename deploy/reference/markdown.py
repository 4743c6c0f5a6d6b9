"""The little Markdown that pages are made of."""

from collections.abc import Iterable, Sequence


def page(title: str, *parts: str) -> str:
    """Return a whole page, marked as generated."""
    head = (f"# {title}", "<!-- Written by `liaison docs` from the code; do not edit. -->")
    return "\n\n".join((*head, *parts)) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar or a line's end inside a cell stays inside it."""
    lines = [head, ["---"] * len(head), *([_cell(each) for each in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(text: object) -> str:
    """Return a text or number as it is typed; nothing of an empty text."""
    return f"`{text}`" if text != "" else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
