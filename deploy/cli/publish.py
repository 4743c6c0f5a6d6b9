"""`liaison publish`: files of an agency, through a mapping, onto its topics."""

import json
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.progress import shown_progress
from deploy.local.stack import LocalStack
from deploy.settings import Settings, read_settings
from producers.adapters import Line, Mapping, count_rows, load_mapping, read_events
from producers.sdk import Publisher, PublishError, Receipt, Rejected, SigningKeyPair
from schemas.clock import SystemClock
from schemas.errors import ConfigError, TransientError
from schemas.event import Event
from schemas.marking import Problem

SOME_REJECTED = 3

app = typer.Typer(help="Publish files of an agency through a mapping.")


@dataclass(slots=True)
class _Press:
    """Reads files, publishes what can be, and says what became of every line."""

    publisher: Publisher
    mapping: Mapping
    as_json: bool
    pause_seconds: float
    now: datetime
    acknowledged: int = 0
    rejected: int = 0
    _waiting: deque[tuple[str, int]] = field(default_factory=deque)

    def publish(self, files: Sequence[Path]) -> Iterator[int]:
        """Publish every file; yield how many lines are settled as they are."""
        for result in self.publisher.publish_many(self._events(files)):
            place = self._waiting.popleft()
            if isinstance(result, Rejected):
                self._report(place, result.problems)
            else:
                self._confirm(place, result)
            yield self.acknowledged + self.rejected

    def _events(self, files: Sequence[Path]) -> Iterator[Event]:
        due = time.monotonic()
        for file in files:
            for line in read_events(file, self.mapping, self.now):
                place = (str(file), line.line)
                event = self._readable(place, line)
                if event is not None:
                    due = max(due + self.pause_seconds, time.monotonic() - self.pause_seconds)
                    time.sleep(max(0.0, due - time.monotonic()))
                    self._waiting.append(place)
                    yield event

    def _readable(self, place: tuple[str, int], line: Line) -> Event | None:
        if line.event is None:
            self._report(place, line.problems)
        return line.event

    def _confirm(self, place: tuple[str, int], receipt: Receipt) -> None:
        self.acknowledged += 1
        if self.as_json:
            typer.echo(json.dumps({"file": place[0], "line": place[1], **asdict(receipt)}))

    def _report(self, place: tuple[str, int], problems: Sequence[Problem]) -> None:
        self.rejected += 1
        file, line = place
        for problem in problems:
            typer.echo(f"{file}:{line}: {problem.path}: {problem.message}", err=True)
        if self.as_json:
            found = [problem._asdict() for problem in problems]
            typer.echo(json.dumps({"file": file, "line": line, "problems": found}))


@app.command()
def publish(
    files: Annotated[list[Path], typer.Argument(help="CSV or NDJSON, UTF-8, one record a line.")],
    *,
    mapping: Annotated[Path, typer.Option(help="YAML: columns and constants of the fields.")],
    source: Annotated[str, typer.Option(help="Source system, such as bis.oee.")],
    key: Annotated[Path, typer.Option(help="PEM file of the source's Ed25519 key.")],
    rate: Annotated[
        float | None, typer.Option(min=0.1, help="At most so many events a second.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line on standard output.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """Publish every line as an event; exit 3 when some were rejected, 5 without a broker."""
    settings = read_settings()
    chosen = load_mapping(mapping)
    if chosen.event_type.source != source:
        raise ConfigError("mapping", f"{mapping.name} is for {chosen.event_type.source}")
    pair = SigningKeyPair.load(key)
    total = sum(count_rows(file, chosen.columns) for file in files)
    with (
        Publisher(
            _bootstrap(settings), source=source, key=pair, namespace=settings.namespace
        ) as publisher,
        shown_progress(quiet=quiet) as progress,
    ):
        press = _Press(publisher, chosen, as_json, 1 / rate if rate else 0.0, SystemClock().now())
        progress("Events", 0, total)
        try:
            for settled in press.publish(files):
                progress("Events", min(settled, total - 1), total)
        except PublishError as error:
            raise _unfinished(error, press) from None
        progress("Events", total, total)
    if not as_json:
        typer.echo(f"{press.acknowledged} acknowledged, {press.rejected} rejected")
    if press.rejected:
        raise typer.Exit(SOME_REJECTED)


def _bootstrap(settings: Settings) -> str:
    """The broker of the settings, else the running local stack's."""
    bootstrap = settings.broker.bootstrap or LocalStack(settings).status().bootstrap
    if bootstrap is None:
        raise TransientError(
            "BROKER", "no broker: set LIAISON_BROKER__BOOTSTRAP or run `liaison stack up`"
        )
    return str(bootstrap)


def _unfinished(error: PublishError, press: _Press) -> TransientError:
    return TransientError(
        error.code,
        f"{error.detail}. {press.acknowledged} lines are acknowledged; run the same command again",
    )
