"""Records, their versions and sides; shapes of `record.v1` and `posting.v1`."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, NotRequired, TypedDict

from schemas.event import Header

Rank = tuple[int, int, bytes]
"""(version, published_at in µs, content digest): the greatest is in force, whatever came first."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class RecordHeader(TypedDict):
    """Header of a `liaison.Record`; times are integers, so that no hot path builds datetimes."""

    record: str
    version: int
    published_at_us: int
    digest: bytes
    operation: str
    event_type: str
    event_id: str
    owner: str
    sides: list[str]
    published_ms: int
    occurred_at_us: NotRequired[int]


class FinerKeys(TypedDict):
    """What an entity stands at instead of `key` once that is split."""

    key: int
    keys: list[int]


class EntityPosting(TypedDict):
    """One entity or place with its sorted blocking keys and encoded features.

    `facts` are data of `liaison.Fact`. `finer` replaces keys that may be split: whoever overlaps at
    the key overlaps at a finer one.
    """

    entity: str
    kind: str
    keys: list[int]
    features: bytes
    finer: list[FinerKeys]
    role: str
    facts: list[dict[str, Any]]


class KeyGeneration(TypedDict):
    """How often a blocking key has been split or joined again (`schemas.blocking.is_split`)."""

    key: int
    generation: int


class KeyFact(TypedDict):
    """What the owner of common keys tells a record that stands at them.

    `published_ms` is when the message was published because of which it is told.
    """

    record: str
    published_ms: int
    facts: list[KeyGeneration]


class PostedEntity(TypedDict):
    """An entity as one partition hears of it; an empty key list is its withdrawn marker.

    It is paired at `keys`. It is listed, and its holder counted, at these and at every key of
    `generations`, which is what its record knows of them. `facts` are data of `liaison.Fact`.
    """

    entity: str
    kind: str
    keys: list[int]
    features: bytes
    role: str
    facts: list[dict[str, Any]]
    generations: list[KeyGeneration]


class RecordPostings(TypedDict):
    """The prefix of a `liaison.Record` that dedupe reads."""

    header: RecordHeader
    entities: list[EntityPosting]


class Record(RecordPostings):
    """An admitted record version; `event` is the agency's framed value, untouched."""

    event: bytes


class Posting(TypedDict):
    """One posting version of a record.

    `changed` is False while the record has been posted with one content only, if re-posted.
    """

    record: str
    version: int
    reposting: int
    published_at_us: int
    digest: bytes
    owner: str
    sides: list[str]
    former_sides: list[str]
    published_ms: int
    entities: list[PostedEntity]
    former_owners: list[str]
    occurred_at_us: int
    changed: bool


class PostingBlock(TypedDict):
    """One input batch for one destination partition."""

    postings: list[Posting]


def microseconds(moment: datetime) -> int:
    """Return an aware time as exact microseconds since 1970-01-01T00:00Z."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """Return the UTC time of microseconds since 1970; raises OverflowError outside years 1-9999."""
    return _EPOCH + timedelta(microseconds=value)


def record_key(header: Header) -> str:
    """Return `<source>/<record_id>`, the message key of the record everywhere."""
    return f"{header['source']}/{header['record_id']}"


def owner(agency: str, header: Header) -> str:
    """Return `AGENCY/office`, to whom the record belongs."""
    return f"{agency}/{header['office']}"


def sides(agency: str, header: Header) -> tuple[str, ...]:
    """Return the sorted sides of a record: its cases, or the record itself without one."""
    cases = header["cases"]
    if not cases:
        return (f"{agency}:record/{record_key(header)}",)
    return tuple(sorted({f"{agency}:case/{case}" for case in cases}))


def entity_reference(record: str, entity: str) -> str:
    """Return `<record key>#<local id>`."""
    return f"{record}#{entity}"


def rank(header: Header, digest: bytes) -> Rank:
    """Return what orders the versions of one record."""
    return header["version"], microseconds(header["published_at"]), digest
