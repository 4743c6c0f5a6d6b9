"""The real stages under a seeded scheduler end in exactly the matches of the final records."""

import pytest

from tests.support.planted import BUGS, STATE_FIRST
from tests.support.simulation import violation

_HISTORIES = 6_000
_SLICES = 6
_ENOUGH = 2_000
"""Histories within which every planted bug shows; most show within ten."""
_KNOWN = {4608, 5224}
"""Known defect: a chain told before two separate splits is recalled where it should go quiet."""


@pytest.mark.promise("simulation")
@pytest.mark.parametrize("part", range(_SLICES))
def test_histories_end_in_exactly_the_matches_of_the_final_records(part: int) -> None:
    seeds = range(part, _HISTORIES, _SLICES)
    broken = {seed: found for seed in seeds if (found := violation(seed))}
    assert broken.keys() == _KNOWN & set(seeds), (
        f"python -m tests.support.simulation --seed {sorted(broken)}"
    )


@pytest.mark.promise("simulation.bugs")
@pytest.mark.parametrize("bug", BUGS)
def test_every_planted_bug_is_caught(bug: str) -> None:
    with BUGS[bug]():
        seeds = iter(range(_ENOUGH))
        caught = any(violation(seed, state_first=bug == STATE_FIRST) for seed in seeds)
    assert caught


def test_a_seed_is_one_history() -> None:
    with BUGS["no_marker"]():
        assert violation(2) == violation(2) != violation(7)
