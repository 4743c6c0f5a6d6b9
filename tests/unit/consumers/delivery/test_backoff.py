"""Retries spread out, grow, stay bounded and honour what the receiver asked for."""

from hypothesis import given
from hypothesis import strategies as st

from consumers.delivery.backoff import Backoff

BACKOFF = Backoff(first_seconds=0.5, longest_seconds=60.0)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True), st.floats(0, 10_000))
def test_delay_is_at_least_what_was_asked_and_never_over_the_longest(
    attempts: int, draw: float, asked: float
) -> None:
    delay = BACKOFF.delay_seconds(attempts, draw, asked)
    assert min(asked, 60.0) <= delay <= 60.0


def test_ceiling_doubles_and_jitter_reaches_down_to_nothing() -> None:
    assert [BACKOFF.delay_seconds(n, 0.5) for n in (1, 2, 3)] == [0.25, 0.5, 1.0]
    assert BACKOFF.delay_seconds(9, 0.0) == 0.0
