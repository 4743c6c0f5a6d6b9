"""Our canonical JSON is RFC 8785, as an independent implementation writes it."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from schemas.digest import canonical_json

keys = st.text(st.characters(codec="ascii"), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(codec="utf-8"))
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
)


@given(values)
def test_any_value_is_written_alike(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [
        "".join(map(chr, range(0x20))) + '"\\/\x7f\x80\u2028\u2029\U0001f600',
        {"b": 1, "a": 2, "": 3, "A": 4, "a\x00": 5, "aa": 6},
        [-0, 2**53 - 1, -(2**53) + 1],
        [True, False, None, [], {}, ""],
    ],
    ids=["escapes", "order of keys", "integers", "literals"],
)
def test_corner_is_written_alike(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)
