"""Cedar itself: slices of policies parsed once, questions checked against the schema, no guess.

An error note of Cedar, which answers Allow beside it, is a `SecondKeyError`. A recipient with a
record is parsed once and remembered by its whole text: parsed input, no decision.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

import cedarpy
import orjson

from consumers.sharing.cedar.language import SCHEMA
from consumers.sharing.cedar.party import Recipient
from consumers.sharing.cedar.policies import slice_of
from consumers.sharing.cedar.reading import Subject
from consumers.sharing.cedar.request import RECORD, Attributes
from consumers.sharing.documents import Document

_SCHEMA: Final = cedarpy.Schema.from_str(SCHEMA)


class SecondKeyError(Exception):
    """Cedar has no answer: the message names what failed, and no value."""


class Said(NamedTuple):
    """What Cedar answered: whether it allows, and the ids of the policies that decided."""

    allowed: bool
    ids: tuple[str, ...]

    @property
    def barred(self) -> tuple[str, ...]:
        """The bars that forbid, as `RULE EFFECT`; where no clause permits, none."""
        return () if self.allowed else self.ids


class Claim(NamedTuple):
    """What is said of the match, and when; days and moments as numbers."""

    match_class: str
    band: str
    now: int
    today: int
    imminence: int


class _Slice(NamedTuple):
    policies: cedarpy.PolicySet
    heeds: bool


class Engine:
    """Answers questions by the documents' policies."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = tuple(documents)
        self._slice = lru_cache(4_096)(self._sliced)
        self._entities = lru_cache(16_384)(_parsed)

    def ask(
        self,
        recipient: Recipient,
        record: Attributes,
        claim: Claim,
        subjects: Iterable[Subject],
        action: str = "disclose",
    ) -> list[Said]:
        """Put one question a subject; raises SecondKeyError on any error note."""
        kinds = recipient.kinds(record["owner"])
        found = self._slice(record["owner"], recipient.agency, kinds)
        if action == "heed" and not found.heeds:
            return []
        entities = self._entities(recipient, orjson.dumps(record))
        said = claim._asdict()
        questions = [
            {
                "principal": {"type": "Channel", "id": recipient.channel},
                "action": {"type": "Action", "id": action},
                "resource": RECORD,
                "context": orjson.dumps(said | subject._asdict()).decode(),
            }
            for subject in subjects
        ]
        return authorize(questions, found.policies, entities)

    def _sliced(self, owner: str, recipient: str, kinds: frozenset[str]) -> _Slice:
        chosen = slice_of(self._documents, owner, recipient, kinds)
        policies = cedarpy.PolicySet.from_str("\n".join(each.text for each in chosen))
        return _Slice(policies, any(each.effect == "heed" for each in chosen))


def authorize(
    questions: list[dict[str, Any]], policies: cedarpy.PolicySet, entities: cedarpy.Entities
) -> list[Said]:
    """Ask Cedar, the schema always on; raises SecondKeyError on any error note."""
    answers = cedarpy.is_authorized_batch(questions, policies, entities, _SCHEMA)
    if len(answers) != len(questions) or any(each.diagnostics.errors for each in answers):
        raise SecondKeyError("Cedar refuses the question")
    return [
        Said(each.allowed, tuple(each.diagnostics.id_annotations_by_reason.values()))
        for each in answers
    ]


def parse_entities(recipient: Recipient, record: Mapping[str, Any]) -> cedarpy.Entities:
    """Parse a recipient and a record; what is missing, unknown or mistyped is refused."""
    stated = {"uid": RECORD, "attrs": record, "parents": []}
    text = orjson.dumps([*recipient.entities, stated]).decode()
    try:
        return cedarpy.Entities.from_json_str(text, _SCHEMA)
    except ValueError:
        raise SecondKeyError("Cedar refuses the record") from None


def _parsed(recipient: Recipient, record: bytes) -> cedarpy.Entities:
    return parse_entities(recipient, orjson.loads(record))
