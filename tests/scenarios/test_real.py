"""A sample of the catalogue on the real path; all of it: `make scenarios`."""

from pathlib import Path

import pytest

from deploy.local.jars import unwatched
from deploy.scenario.reading import find
from deploy.scenario.run import run_real
from deploy.settings import BrokerSettings, PathSettings, read_settings

CATALOGUE = Path(__file__).parent / "catalogue"
SAMPLE = ("01-", "10-", "16-", "26-", "28-", "30-")
"""A held field, an override, a ledger that is down, a suspension, a consent, a recall."""


@pytest.mark.timeout(240)
def test_sample_of_the_catalogue_has_the_same_result_through_broker_and_stages(
    broker: str, tmp_path: Path
) -> None:
    settings = read_settings()
    paths = PathSettings(state=tmp_path, cache=settings.paths.cache)
    update = {"broker": BrokerSettings(bootstrap=broker), "paths": paths}
    cases = [case for case in find(CATALOGUE) if case.name.startswith(SAMPLE)]
    verdicts = list(run_real(cases, settings.model_copy(update=update), unwatched))
    assert len(verdicts) == 2 * len(SAMPLE)
    assert [(v.found.name, *map(str, v.failures), v.error) for v in verdicts if not v.passed] == []
