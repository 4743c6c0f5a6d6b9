"""A row of the posting table comes back as it went."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.link import Fact
from schemas.record import KeyGeneration, PostedEntity
from streams.correlate import rows
from streams.correlate.posted import Head, Row

_word = st.text("abcXYZ019-._:/ #é", min_size=1, max_size=10)
_record = st.text("abc019-._:/", min_size=1, max_size=10)
_sides = st.lists(_word, max_size=3).map(tuple)
_keys = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=6)

heads = st.builds(
    Head,
    record=_record,
    posting_version=st.tuples(st.integers(1, 2**31 - 1), st.integers(0, 99)),
    published_at_us=st.integers(0, 2**62),
    digest=st.binary(max_size=32),
    owner=_word,
    sides=_sides,
    former_sides=_sides,
    published_ms=st.integers(0, 2**62),
    changed=st.booleans(),
    occurred_at_us=st.integers(0, 2**62),
)
facts = st.builds(
    lambda *fact: Fact(*fact)._asdict(), _word, _word, st.integers(-(2**63), 2**63 - 1), _word
)
generations = st.lists(
    st.builds(
        KeyGeneration, key=st.integers(-(2**63), 2**63 - 1), generation=st.integers(1, 2**32 - 1)
    ),
    max_size=3,
)
entities = st.builds(
    PostedEntity,
    entity=_word,
    kind=st.just(""),
    keys=_keys,
    features=st.binary(max_size=40),
    role=_word,
    facts=st.lists(facts, max_size=2),
    generations=generations,
)


@given(heads, entities, _keys.map(tuple))
def test_a_row_comes_back_as_it_went(
    head: Head, posted: PostedEntity, held: tuple[int, ...]
) -> None:
    row: Row[bytes] = Row(head, posted, held)
    back: Row[bytes] = rows.decode(row.reference.encode(), rows.encode(row))
    for name in set(Row.__slots__) - {"features"}:
        assert getattr(back, name) == getattr(row, name)


def test_a_row_of_another_format_is_refused() -> None:
    row: Row[bytes] = Row(
        Head("r", (1, 0), 0, b"", "", (), (), (), 0, changed=False),
        PostedEntity(entity="p", kind="", keys=[], features=b"", role="", facts=[], generations=[]),
    )
    with pytest.raises(rows.RowFormatError):
        rows.decode(b"r#p", b"\xff" + rows.encode(row)[1:])


@given(st.integers(-(2**63), 2**63 - 1), st.integers(1, 2**32 - 1))
def test_a_generation_comes_back_and_is_no_entity(key: int, generation: int) -> None:
    row = rows.encode_generation(key, generation)
    assert rows.is_generation(row[0])
    assert rows.decode_generation(*row) == (key, generation)
    assert not rows.is_generation(b"src/R-1#p")
