"""Entities posted and compared in one line, for tests of the correlation library."""

from typing import Any, cast

from schemas.event import Event
from schemas.link import Evidence
from streams.correlate.features import PostedFeatures, decode, extract
from streams.correlate.levels import judge
from streams.correlate.weights import supports
from tests.support.events import build_event, build_person, build_place

SECRET = b"s" * 32
SAME = {"birth_date": "1965-03-01", "nationalities": ["AF"]}
"""A birth date and a nationality to agree on."""
UNNAMED: dict[str, Any] = {
    "identifiers": [],
    "addresses": [],
    "birth_place": None,
    "nationalities": [],
    "birth_date": None,
    "sex": None,
}


def posted(*entities: dict[str, Any], places: tuple[dict[str, Any], ...] = ()) -> PostedFeatures:
    event = build_event(entities=list(entities), places=list(places))
    return extract(cast("Event", event), SECRET)[0]


def named(full: str, **changes: Any) -> PostedFeatures:
    name = {"full": full, "given": "", "middle": "", "family": "", "alias": False}
    return posted(build_person(**(UNNAMED | {"names": [name]} | changes)))


def evidence(left: PostedFeatures, right: PostedFeatures) -> tuple[Evidence, ...]:
    return judge(decode(left.features), decode(right.features))


def reached(left: PostedFeatures, right: PostedFeatures) -> set[tuple[str, str]]:
    return {(each.match_class, each.band) for each in supports(evidence(left, right))}


def place(**changes: Any) -> PostedFeatures:
    return posted(places=(build_place(**changes),))
