"""A record's row comes back as it went."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dedupe import rows
from streams.dedupe.core import RecordState

_text = st.text(min_size=1, max_size=12)
_texts = st.lists(_text, max_size=3).map(tuple)
_keys = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=9).map(tuple)

states = st.builds(
    RecordState,
    rank=st.tuples(st.integers(1, 2**31 - 1), st.integers(0, 2**62), st.binary(max_size=32)),
    reposting=st.integers(0, 99),
    owner=_text,
    origins=_texts,
    sides=_texts,
    former_sides=_texts,
    keys=st.dictionaries(_text, _keys, max_size=4),
)


@given(states)
def test_a_row_comes_back_as_it_went(state: RecordState) -> None:
    assert rows.decode(rows.encode(state)) == state


def test_a_row_of_another_format_is_refused() -> None:
    row = rows.encode(RecordState((1, 0, b""), 0, "", (), (), (), (), {}))
    with pytest.raises(rows.RowFormatError):
        rows.decode(b"\xff" + row[1:])
