"""A record's row comes back as it went."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dedupe import rows
from streams.dedupe.state import Entity, RecordState

_text = st.text(min_size=1, max_size=12)
_texts = st.lists(_text, max_size=3).map(tuple)
_keys = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=9).map(tuple)

entities = st.builds(
    Entity,
    kind=st.sampled_from(["person", "place_time"]),
    keys=_keys,
    features=st.binary(max_size=20),
    finer=st.dictionaries(st.integers(-(2**63), 2**63 - 1), _keys, max_size=2),
    stood=st.lists(st.integers(0, 63), max_size=4).map(tuple),
    role=_text,
    facts=st.lists(st.dictionaries(_text, st.integers(-(2**63), 2**63 - 1)), max_size=2).map(tuple),
)
states = st.builds(
    RecordState,
    record=_text,
    rank=st.tuples(st.integers(1, 2**31 - 1), st.integers(0, 2**62), st.binary(max_size=32)),
    reposting=st.integers(0, 99),
    owner=_text,
    origins=_texts,
    sides=_texts,
    former_sides=_texts,
    former_owners=_texts,
    published_ms=st.integers(0, 2**62),
    occurred_at_us=st.integers(0, 2**62),
    changed=st.booleans(),
    entities=st.dictionaries(_text, entities, max_size=4),
    facts=st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.integers(1, 2**32 - 1), max_size=4),
)


@given(states)
def test_a_row_comes_back_as_it_went(state: RecordState) -> None:
    assert rows.decode(rows.encode(state)) == state


@given(states)
def test_a_row_of_another_format_is_refused(state: RecordState) -> None:
    with pytest.raises(rows.RowFormatError):
        rows.decode(b"\xff" + rows.encode(state)[1:])
