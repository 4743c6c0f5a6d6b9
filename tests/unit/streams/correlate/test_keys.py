"""Which blocking keys may be split."""

import pytest

from schemas.blocking import may_split
from streams.correlate.keys import Composite, splits
from tests.support.entities import SAME, named, place


@pytest.mark.parametrize(
    ("composite", "expected"),
    [
        (("id", "passport", "RUS", "712345678"), False),
        (("id", "phone", "", "+79161234567"), True),
        (("name", "krsn", "vltn"), True),
        (("cell", "599686042433355775", "20000"), False),
    ],
    ids=["strong", "shared", "name", "cell"],
)
def test_strong_identifiers_and_cells_are_never_split(
    composite: Composite, *, expected: bool
) -> None:
    assert splits(composite) == expected


def test_a_posted_key_says_itself_whether_it_may_be_split() -> None:
    assert all(map(may_split, named("Valentina Krasnova", **SAME).keys))
    assert not any(map(may_split, place().keys))
