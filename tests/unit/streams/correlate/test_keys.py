"""Which blocking keys may be split."""

import pytest

from schemas.blocking import may_split
from tests.support.entities import named, place


@pytest.mark.parametrize(
    ("identifier", "strong"),
    [
        ({"scheme": "passport", "issuer": "RUS", "value": "712345678"}, True),
        ({"scheme": "phone", "issuer": None, "value": "+79161234567"}, False),
    ],
    ids=["strong", "shared"],
)
def test_strong_identifiers_are_never_split(
    identifier: dict[str, str | None], *, strong: bool
) -> None:
    bare, numbered = (
        set(named("Valentina Krasnova", identifiers=found).keys) for found in ([], [identifier])
    )
    assert all(map(may_split, bare))
    (key,) = numbered - bare
    assert may_split(key) != strong


def test_a_cell_is_split_only_where_its_operation_brings_finer_ones() -> None:
    posted = place()
    assert {key for key in posted.keys if may_split(key)} == {key for key, _ in posted.finer}
    assert not any(may_split(key) for _, finer in posted.finer for key in finer)
