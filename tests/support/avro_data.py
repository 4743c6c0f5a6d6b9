"""Hypothesis strategies for any value of a canonical Avro schema of ours."""

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from schemas.record import from_microseconds

_LONG = 2**63
_INT = 2**31
_PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "null": st.none(),
    "boolean": st.booleans(),
    "int": st.integers(-_INT, _INT - 1),
    "long": st.integers(-_LONG, _LONG - 1),
    "double": st.floats(allow_nan=False),
    "bytes": st.binary(max_size=80),
    "string": st.text(st.characters(codec="utf-8"), max_size=70),
}
_LOGICAL: dict[str, st.SearchStrategy[Any]] = {
    "timestamp-micros": st.integers(-(2**51), 2**52).map(from_microseconds),
    "date": st.dates(date(1900, 1, 1), date(2200, 1, 1)),
}


def datums(
    schema: Any, named: dict[str, Callable[[], st.SearchStrategy[Any]]] | None = None
) -> st.SearchStrategy[Any]:
    """Values of `schema`: whole records, short arrays, any text and number that Avro carries."""
    named = {} if named is None else named
    if isinstance(schema, str):
        return _PLAIN[schema] if schema in _PLAIN else named[schema]()
    if isinstance(schema, list):
        return st.one_of(*(datums(branch, named) for branch in schema))
    if schema["type"] == "array":
        return st.lists(datums(schema["items"], named), max_size=2)
    if schema["type"] == "record":
        record = st.fixed_dictionaries(
            {field["name"]: datums(field["type"], named) for field in schema["fields"]}
        )
        named[schema["name"]] = lambda: record
        return record
    return _LOGICAL[schema["logicalType"]]
