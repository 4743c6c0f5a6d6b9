"""Runs scenarios and says which held."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import structlog
from structlog.testing import capture_logs

from deploy.scenario.checking import Failure, check
from deploy.scenario.fast import FastRun, fast_run
from deploy.scenario.reading import Found
from deploy.scenario.seen import Seen
from deploy.scenario.story import Probe, Publish, Refusal, Scenario
from schemas.errors import ConfigError

_ALARMING: Final = frozenset({"warning", "error", "critical"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one scenario; `error` where it could not be read or run."""

    found: Found
    title: str
    row: int | None
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
    for found in cases:
        started = time.monotonic()
        try:
            scenario = found.read()
        except ConfigError as error:
            yield Verdict(found, "", None, error=error.detail)
            continue
        with fast_run(scenario) as run:
            failures = tuple(tell(scenario, run))
        yield Verdict(
            found,
            scenario.title,
            scenario.row,
            failures,
            fast_only=scenario.fast_only,
            seconds=time.monotonic() - started,
        )


def tell(scenario: Scenario, run: FastRun) -> Iterator[Failure]:
    """Go through a story step by step, and yield what does not hold."""
    names = events_of(scenario)
    alarms: set[str] = set()
    for step in scenario.steps:
        with alarms_into(alarms):
            run.advance(step.at)
            for happening in step.happenings:
                run.happen(happening)
        if step.expected is not None:
            yield from check(step, look(scenario, run, frozenset(alarms), names))


def look(scenario: Scenario, run: FastRun, alarms: frozenset[str], names: dict[str, str]) -> Seen:
    """Return what can be seen now."""
    return Seen(
        scenario=scenario,
        vault=run.desk.vault,
        policy=run.desk.policy,
        sent=run.desk.inbox.sent,
        quarantined=[(dict(each.headers), each.value) for each in run.quarantined()],
        refused=[Refusal(r.record, reason, None) for r in run.refused for reason in r.reasons],
        alarms=alarms,
        events=names,
    )


def events_of(scenario: Scenario) -> dict[str, str]:
    """Return record names by event id."""
    return {
        happening.event["header"]["event_id"]: happening.record
        for step in scenario.steps
        for happening in step.happenings
        if isinstance(happening, Publish)
    } | {
        event["header"]["event_id"]: "probe"
        for step in scenario.steps
        for happening in step.happenings
        if isinstance(happening, Probe)
        for event in happening.events
    }


@contextmanager
def alarms_into(alarms: set[str]) -> Iterator[None]:
    """Collect the names of what is logged as a warning or worse, and print none of it."""
    structlog.reset_defaults()
    with capture_logs() as entries:
        yield
    alarms.update(each["event"] for each in entries if each["log_level"] in _ALARMING)
