"""Runs scenarios, in process or through the real pipeline, and says which held."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Protocol

import structlog
from sqlalchemy import Engine
from structlog.testing import capture_logs

from consumers.sharing.policy import Policy
from deploy.local.jars import Progress
from deploy.scenario.acts import Doors
from deploy.scenario.checking import Failure, check
from deploy.scenario.clock import StoryClock
from deploy.scenario.fast import fast_run
from deploy.scenario.house import house
from deploy.scenario.parties import joined
from deploy.scenario.parts import Recorder
from deploy.scenario.reading import Found
from deploy.scenario.real import real_run
from deploy.scenario.seen import Seen
from deploy.scenario.story import Act, Happening, Probe, Publish, Refusal, Scenario
from deploy.scenario.unbuilt import UNBUILT, Unbuilt
from deploy.settings import Settings
from schemas.errors import LiaisonError

_ALARMING: Final = frozenset({"warning", "error", "critical"})


class Running(Protocol):
    """A story as it runs, whatever it runs on."""

    clock: StoryClock
    fast: bool
    refused: list[Refusal]

    @property
    def vault(self) -> Engine: ...  # noqa: D102

    @property
    def writer(self) -> Engine: ...  # noqa: D102

    @property
    def policy(self) -> Policy: ...  # noqa: D102

    @property
    def inbox(self) -> Recorder: ...  # noqa: D102

    def advance(self, to: datetime) -> None:
        """Let the clock go on, halting at whatever is due before."""

    def happen(self, happening: Happening) -> None:
        """Do what a step says, up to rest."""

    def quarantined(self) -> list[tuple[dict[str, bytes], bytes]]:
        """Return headers and value of what is in quarantine."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one scenario; `error` where it could not be read or run.

    `fast_only`: the part still to be built without which it does not run whole for real.
    """

    found: Found
    title: str = ""
    row: int | None = None
    failures: tuple[Failure, ...] = ()
    error: str = ""
    fast_only: str | None = None
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether every expectation held."""
        return not self.failures and not self.error

    def as_json(self) -> dict[str, Any]:
        """Return one line of the report."""
        return {
            "case": self.found.name,
            "title": self.title,
            "row": self.row,
            "passed": self.passed,
            "fast_only": self.fast_only,
            "failures": [str(each) for each in self.failures],
            "error": self.error or None,
            "seconds": round(self.seconds, 2),
        }


def run_fast(cases: Iterable[Found]) -> Iterator[Verdict]:
    """Run scenarios in this process, one after the other."""
    with silence():
        for found in cases:
            yield _verdict(found, fast_run)


def run_real(cases: Sequence[Found], settings: Settings, progress: Progress) -> Iterator[Verdict]:
    """Run scenarios through one running pipeline; those for `--fast` only run in this process."""
    readable = []
    for number, found in enumerate(cases):
        try:
            readable.append((found, found.read(f"s{number}.")))
        except LiaisonError as error:
            yield Verdict(found, error=str(error))
    if not readable:
        return
    register = joined([scenario.register for _, scenario in readable])
    with silence(), house(settings, register, progress) as running:
        for found, scenario in readable:
            yield _verdict(found, lambda each: real_run(each, running), scenario)


def _verdict(found: Found, run: Any, scenario: Scenario | None = None) -> Verdict:
    """Run one scenario; `run` gives a context in which it runs."""
    started, verdict = time.monotonic(), Verdict(found)
    try:
        scenario = scenario or found.read()
        verdict = Verdict(found, scenario.title, scenario.row, fast_only=scenario.fast_only)
        with run(scenario) as running:
            verdict = replace(verdict, failures=tuple(tell(scenario, running)))
    except LiaisonError as error:
        verdict = replace(verdict, error=str(error))
    return replace(verdict, seconds=time.monotonic() - started)


def tell(scenario: Scenario, run: Running) -> Iterator[Failure]:
    """Go through a story step by step, and yield what does not hold."""
    names = events_of(scenario)
    alarms: set[str] = set()
    unbuilt = Unbuilt()
    for step in scenario.steps:
        if step.fast_only is not None and not run.fast:
            continue
        with alarms_into(alarms):
            run.advance(step.at)
            for happening in step.happenings:
                if isinstance(happening, Act) and happening.verb in UNBUILT:
                    unbuilt.note(happening, look(scenario, run, alarms, names))
                elif isinstance(happening, Act):
                    seen = look(scenario, run, alarms, names)
                    Doors(run.inbox.as_inbox(), run.writer, seen, run.clock.now()).act(happening)
                run.happen(happening)
        if run.fast:
            alarms |= unbuilt.follow(step, look(scenario, run, alarms, names), run.inbox)
        if step.expected is not None:
            yield from check(step, look(scenario, run, alarms, names), unbuilt.purged)


def look(scenario: Scenario, run: Running, alarms: set[str], names: dict[str, str]) -> Seen:
    """Return what can be seen now."""
    return Seen(
        scenario=scenario,
        vault=run.vault,
        policy=run.policy,
        sent=run.inbox.sent,
        quarantined=run.quarantined(),
        refused=run.refused,
        alarms=frozenset(alarms),
        events=names,
    )


def events_of(scenario: Scenario) -> dict[str, str]:
    """Return record names by event id."""
    named: dict[str, str] = {}
    for step in scenario.steps:
        for happening in step.happenings:
            if isinstance(happening, Publish):
                named[happening.event["header"]["event_id"]] = happening.record
            elif isinstance(happening, Probe):
                named |= {each["header"]["event_id"]: "probe" for each in happening.events}
    return named


@contextmanager
def alarms_into(alarms: set[str]) -> Iterator[None]:
    """Collect the names of what is logged as a warning or worse, and print none of it."""
    with capture_logs() as entries:
        yield
    for each in entries:
        if each["log_level"] in _ALARMING:
            alarms.add(each["kind"] if each["event"] == "standing_alarm" else each["event"])


@contextmanager
def silence() -> Iterator[None]:
    """Print no log: what a story alarms is collected, the rest is of no interest to it."""
    structlog.configure(processors=[_drop])
    try:
        yield
    finally:
        structlog.reset_defaults()


def _drop(_logger: Any, _name: str, _event: Any) -> Any:
    raise structlog.DropEvent
