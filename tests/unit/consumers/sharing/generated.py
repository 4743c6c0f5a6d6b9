"""Generated records, markings and supports for the properties of decisions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from consumers.sharing.decide import Outcome, RecordHistory
from consumers.sharing.vocabulary import KINDS, ROLES
from schemas.marking import CRIME_TYPES
from schemas.match import Support
from tests.support.events import build_person
from tests.unit.consumers.sharing.parties import CHANNELS
from tests.unit.consumers.sharing.scene import (
    PASSPORT,
    PHONE,
    field_marking,
    identifier_evidence,
    record,
    support,
)

BARRED = ("NOFORN", "ORCON", "LES", "VICTIM_1367")
OWNERS = {
    "hsi.field/R-1": "HSI/miami",
    "hsi.field/R-2": "HSI/los-angeles",
    "bis.oee/B-1": "BIS/enforcement",
    "skr.main/Q-1": "SKR/main",
}
FIELD_WORDS = ("name", "birth_date", "sex", "phone", "document_number", "address")
STRICTNESS = [Outcome.FULL, Outcome.TEAR, Outcome.POINTER, Outcome.HOLD, Outcome.DENY]

few = settings(max_examples=60, deadline=None)
caveats = st.lists(st.sampled_from((*BARRED, "ASYLUM", "REL_TO_GBR")), max_size=2, unique=True)
field_markings = st.builds(
    field_marking,
    st.sampled_from(FIELD_WORDS),
    st.sampled_from(BARRED),
    originator=st.sampled_from((None, "FBI", "HSI", "BIS")),
    value=st.sampled_from((None, PHONE["value"], "nowhere")),
)
markings = st.fixed_dictionaries(
    {},
    optional={
        "caveats": caveats,
        "originator": st.sampled_from(("HSI", "BIS", "FBI", "SKR")),
        "onward": st.sampled_from(("free", "originator_consent", "prohibited")),
        "handling": st.sampled_from(("H0", "H1", "H2", "H3")),
        "source_grade": st.sampled_from("BX"),
        "information_grade": st.sampled_from("24"),
        "crime_types": st.lists(st.sampled_from(sorted(CRIME_TYPES)), min_size=1, max_size=2),
        "audience": st.sampled_from((None, None, [], ["BIS"], ["HSI"], ["HSI/miami"])),
        "tear_line": st.sampled_from((None, "Call first.")),
        "fields": st.lists(field_markings, max_size=2),
    },
)
people = st.builds(
    build_person,
    kind=st.sampled_from(KINDS.words[:4]),
    role=st.sampled_from(ROLES.words),
    nationalities=st.sampled_from((["RU"], ["MX"])),
    us_person=st.sampled_from((None, True, False)),
)
channels = st.sampled_from([channel.id for channel in CHANNELS])


@st.composite
def records(draw: st.DrawFn, keys: Sequence[str] = tuple(OWNERS)) -> RecordHistory:
    key = draw(st.sampled_from(keys))
    marking: dict[str, Any] = draw(markings)
    return record(key, OWNERS[key], entities=[draw(people)], **marking)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[RecordHistory, RecordHistory]:
    one = draw(records())
    rest = [key for key in OWNERS if key != one.record]
    return one, draw(records(rest))


def marked(history: RecordHistory, **changes: Any) -> RecordHistory:
    assert history.newest is not None
    marking: Any = {**history.newest["marking"], **changes}
    newest: Any = {**history.newest, "marking": marking}
    return replace(history, newest=newest, markings={history.newest_rank: marking})


def weak(one: RecordHistory, other: RecordHistory) -> Support:
    evidence = identifier_evidence(one, other, PHONE)
    return support(one, other, evidence, match_class="shared_identifier", bits=12.0)


def hidden(protected: RecordHistory, other: RecordHistory) -> Support:
    return support(protected, other, identifier_evidence(protected, other, PASSPORT), bits=99.0)
