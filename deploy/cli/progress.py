"""How a command shows that something slow goes on: always on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from deploy.local.jars import Progress

_TENTHS = 10


@contextmanager
def shown_progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Live bars on a terminal, elsewhere a line for each tenth of a step, nothing when quiet."""
    console = Console(stderr=True, quiet=quiet)
    if not console.is_terminal:
        said: dict[str, int] = {}

        def say(step: str, done: int, total: int) -> None:
            tenth = _TENTHS * done // total if total else _TENTHS
            if said.get(step) != tenth:
                said[step] = tenth
                console.print(f"{step}: {done} of {total}", highlight=False)

        yield say
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, TimeElapsedColumn(), console=console) as bars:
        tasks = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield show
