"""Whatever dies, freezes or starves, and whenever: nothing lost, no ghost, no second id."""

import logging
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy.bench.crash.aftermath import Aftermath, aftermath
from deploy.bench.crash.run import ZEROS as NOTHING
from deploy.bench.crash.run import Crashed, Order, crash, world_of
from deploy.local.jars import unwatched
from deploy.rehearsal.run import Cast
from deploy.settings import PathSettings, read_settings
from producers.world import World
from tests.support import faulty_worker
from tests.support.faulty_worker import died_at
from tests.support.killing import outlived
from tests.support.rehearsing import STREAM_AND_DELIVER, rehearsed

pytestmark = pytest.mark.timeout(420)

ORDER = Order(kills=40, seed=31, freeze_seconds=12.0)
"""CI-sized; `make bench-crash` is the long run."""
DEATHS = {"dedupe": 3, "correlate": 2, "match": 2}
"""How often each stage that keeps state dies between the halves of a batch's durability."""
ZEROS = dict.fromkeys(
    ("lost", "ghosts", "second_ids", "unaccounted", "astray", "ledger_problems"), 0
)

EMPTY: dict[str, list[str]] = {"differing": []}

_log = logging.getLogger(__name__)


@pytest.fixture(autouse=True)
def _report(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "tests")


@pytest.fixture(scope="module", autouse=True)
def _one_secret() -> Iterator[None]:
    """Give all runs one blocking secret: equals among supports are ordered by digests keyed by it.

    With a secret each, a match with two supports of one strength may show the other one.
    """
    with pytest.MonkeyPatch.context() as patch:
        one = SimpleNamespace(token_hex=lambda size: "5e" * size)
        patch.setattr("deploy.rehearsal.run.secrets", one)
        yield


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(ORDER, datetime.now(UTC))


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory, world: World) -> Crashed:
    """Processes, broker and network struck in every way, at seeded moments of the world."""
    settings = read_settings()
    paths = PathSettings(state=tmp_path_factory.mktemp("killed"), cache=settings.paths.cache)
    return crash(settings.model_copy(update={"paths": paths}), ORDER, unwatched, world)


@pytest.fixture(scope="module")
def died(
    broker: str, namespaces: set[str], tmp_path_factory: pytest.TempPathFactory, world: World
) -> Aftermath:
    """Stages of the real order, dead between outputs and state."""
    return dying(broker, namespaces, tmp_path_factory.mktemp("died"), world, "outputs")


def dying(
    broker: str, namespaces: set[str], folder: Path, world: World, order: faulty_worker.Order
) -> Aftermath:
    commands: Mapping[str, tuple[str, ...]] = {
        stage: (
            *(sys.executable, "-m", "tests.support.faulty_worker", stage, order, "9"),
            *(str(DEATHS[stage]), str(folder)),
        )
        for stage in DEATHS
    }
    with rehearsed(broker, folder, namespaces, Cast(STREAM_AND_DELIVER, commands)) as run:
        publication = outlived(run, world, lambda: to_die(folder))
        after = aftermath(run, world, publication)
    _log.info("died between the halves of %s", {name: died_at(folder, name) for name in DEATHS})
    return after


def to_die(folder: Path) -> Mapping[str, int]:
    return {stage: deaths - len(died_at(folder, stage)) for stage, deaths in DEATHS.items()}


def check_against_truth(after: Aftermath, world: World) -> None:
    result, truth = after.result, world.truth
    _log.info("%s of %s", after.report, result)
    assert after.report == ZEROS
    assert result["ok"]
    assert (result["accepted"], result["duplicates"]) == (truth.accepted, truth.duplicates)
    assert (result["corrections"], result["withdrawals"]) == (truth.corrections, truth.withdrawals)
    assert result["found_matches"] == len(truth.exact) > 0


@pytest.mark.promise("pipeline-kill")
def test_faults_at_seeded_moments_lose_nothing_and_repeat_no_id(
    killed: Crashed, world: World
) -> None:
    result, after = killed
    _log.info("%s", result)
    assert {name: result[name] for name in NOTHING} == {**dict.fromkeys(NOTHING, 0), **EMPTY}
    assert result["kills"] == ORDER.kills
    assert result["idle_kills"] < result["faults"]["kill"], "most had work in flight"
    check_against_truth(after, world)


@pytest.mark.promise("pipeline-kill")
def test_stages_that_die_between_outputs_and_state_lose_nothing(
    died: Aftermath, world: World
) -> None:
    check_against_truth(died, world)


@pytest.mark.promise("pipeline-kill")
def test_where_a_process_was_killed_shows_in_no_match_and_no_standing(
    killed: Crashed, died: Aftermath
) -> None:
    one = killed.after
    assert one.result["matches"] == died.result["matches"]
    assert one.standings == died.standings


@pytest.mark.promise("state-first-caught")
def test_kill_test_finds_a_build_that_makes_state_durable_before_outputs(
    broker: str, namespaces: set[str], tmp_path: Path, world: World, died: Aftermath
) -> None:
    """What the tests above ask of a build must not hold of this one.

    On a busy machine batches are small. Those that a death falls on may then hold no exact match,
    which alone counts as lost; every match and standing that the real order has is asked for.
    """
    after = dying(broker, namespaces, tmp_path, world, "state")
    _log.info("%s of %s", after.report, after.result)
    lost = after.report["lost"] + after.report["ghosts"]
    same = after.result["matches"] == died.result["matches"] and after.standings == died.standings
    assert lost > 0 or not same
