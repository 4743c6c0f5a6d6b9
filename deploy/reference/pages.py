"""All pages of the reference, and README's figures: written, or compared with the commit."""

from collections.abc import Callable, Iterator, Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Final

from deploy.reference import (
    asyncapi,
    attributes,
    catalogue,
    commands,
    errors,
    metrics,
    readme,
    settings,
    standing,
    topics,
)

FOLDER: Final = Path(__file__).parents[1] / "docs" / "reference"
README: Final = Path(__file__).parents[2] / "README.md"

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "asyncapi.yaml": asyncapi.render,
    "attributes.md": attributes.render,
    "commands.md": commands.render,
    "errors.md": errors.render,
    "events.md": catalogue.render,
    "metrics.md": metrics.render,
    "quarantine.md": errors.render_reasons,
    "settings.md": settings.render,
    "standing.md": standing.render,
    "topics.md": topics.render,
}


def write(folder: Path = FOLDER) -> Iterator[Path]:
    """Write every page that changed, remove what is no page any more, and yield the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in _wanted(folder).items():
        if _text(path) == text:
            continue
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
        yield path


def stale(folder: Path = FOLDER) -> Iterator[tuple[Path, list[str]]]:
    """Yield every file that is not what it should be, with the difference to what should be."""
    for path, text in _wanted(folder).items():
        if (found := _text(path)) != text:
            before, after = (found or "").splitlines(), (text or "").splitlines()
            yield path, list(unified_diff(before, after, "committed", "generated", lineterm=""))


def _wanted(folder: Path) -> dict[Path, str | None]:
    """Return what every file of the folder should hold; None: it should not be there."""
    strays: dict[Path, str | None] = dict.fromkeys(sorted(folder.glob("*")))
    wanted = strays | {folder / name: render() for name, render in PAGES.items()}
    if folder == FOLDER:
        wanted[README] = readme.render(README.read_text(encoding="utf-8"))
    return wanted


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
