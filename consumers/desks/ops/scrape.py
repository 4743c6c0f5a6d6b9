"""What one process says on /metrics, and what a process that does not answer is shown as."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import httpx
from prometheus_client.parser import text_string_to_metric_families


class Sample(NamedTuple):
    """One line of a metrics page."""

    name: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Process:
    """A process as last asked; `since`: when it began to answer, or not to."""

    name: str
    up: bool
    since: datetime
    problem: str
    samples: tuple[Sample, ...]


def parse(text: str) -> tuple[Sample, ...]:
    """Return the samples of a metrics page; raises ValueError where it is none."""
    return tuple(
        Sample(sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    )


async def scrape(
    client: httpx.AsyncClient,
    targets: Mapping[str, str],
    before: Mapping[str, Process],
    now: datetime,
) -> dict[str, Process]:
    """Ask every target (name → address of its /metrics) at once; `before` keeps `since`."""
    answers = await asyncio.gather(*(_ask(client, address) for address in targets.values()))
    found = {}
    for name, (samples, problem) in zip(targets, answers, strict=True):
        last, up = before.get(name), not problem
        since = last.since if last is not None and last.up == up else now
        found[name] = Process(name, up, since, problem, samples)
    return found


async def _ask(client: httpx.AsyncClient, address: str) -> tuple[tuple[Sample, ...], str]:
    try:
        answer = await client.get(address)
        answer.raise_for_status()
        return parse(answer.text), ""
    except httpx.HTTPStatusError as error:
        return (), f"answered {error.response.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return (), type(error).__name__
    except ValueError:
        return (), "not a metrics page"
