"""The bench of a common value measures what it says it does."""

from deploy.bench import splitting


def test_everybody_is_placed_twice_with_and_without_the_common_value() -> None:
    found = splitting.splitting(1, 200)
    assert found["people"] == 200
    assert found["normal_us"].keys() == found["common_us"].keys() == {"p50", "p99", "p99.9"}
    assert found["ratio_p99"] > 0
