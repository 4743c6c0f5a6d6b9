"""What no schema knows is refused by its path, when it is written and when it is published."""

from typing import Any

import pytest

from producers.sdk import MemoryPublisher, ValidationError, event, identifier, person
from tests.support.reports import report


def misspelt(**fields: Any) -> dict[str, Any]:
    return dict(person("p1", "Ana Ruiz", role="subject", **fields))


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"nonsense": 1}, "nonsense"),
        ({"header": {}}, "header"),
        ({"marking": {"nonsense": 1}}, "marking.nonsense"),
        ({"marking": {"predicate": {"bassis": ""}}}, "marking.predicate.bassis"),
        ({"detail": {"nonsense": 1}}, "detail.nonsense"),
        ({"places": [{"longtitude": 1}]}, "places[0].longtitude"),
        ({"entities": [misspelt(brith_date="1980-01-01")]}, "entities[0].brith_date"),
        (
            {"entities": [misspelt(identifiers=[{**identifier("phone", "1"), "isuer": ""}])]},
            "entities[0].identifiers[0].isuer",
        ),
    ],
)
def test_unknown_field_is_named_by_its_path(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationError) as caught:
        event("hsi.field.SubjectReported", "R-1", office="miami", **fields)
    assert [(each.path, each.message) for each in caught.value.problems] == [
        (path, "unknown field")
    ]


def test_unknown_field_added_later_is_not_published() -> None:
    publisher = MemoryPublisher(source="hsi.field")
    with pytest.raises(ValidationError, match=r"entities\[0\]\.brith_date: unknown field"):
        publisher.publish(report(entity={"brith_date": "1980-01-01"}))
    assert publisher.sent == []


@pytest.mark.parametrize(
    ("field", "value"), [("role", "sujbect"), ("sex", "banana"), ("sex", "m"), ("sex", "")]
)
def test_word_outside_its_vocabulary_is_refused(field: str, value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MemoryPublisher(source="hsi.field").publish(report(entity={field: value}))
    assert caught.value.path == f"entities[0].{field}"


@pytest.mark.parametrize("sex", ["F", "M", "X", None])
def test_known_sex_is_published(sex: str | None) -> None:
    assert MemoryPublisher(source="hsi.field").publish(report(entity={"sex": sex}))


@pytest.mark.parametrize(
    ("name", "known"), [("hsi.field.Nope", "SubjectReported"), ("nowhere.Nope", "hsi.field")]
)
def test_unknown_event_type_names_the_known_ones(name: str, known: str) -> None:
    with pytest.raises(ValidationError, match=known) as caught:
        event(name, "R-1", office="miami")
    assert caught.value.path == "header.event_type"
