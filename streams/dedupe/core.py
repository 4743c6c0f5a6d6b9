"""Record versions (design section 2): one record's arrivals folded into the version in force.

The fold is a pure function of the record's log up to here, never of how that log was cut into
batches: a replay after a crash repeats the same postings under the same posting versions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from schemas.record import EntityPosting, Posting, Rank, RecordPostings
from schemas.topics import partition_of_key

Keys = tuple[int, ...]

MAX_ORIGINS: Final = 8
"""Positions remembered of one content; a source that repeats it for ever must not grow a row."""

_NO_KEYS: Final[Keys] = ()


class Judgement(StrEnum):
    """What an arriving version is to the version in force."""

    NEWER = "newer"
    WINNER = "winner"
    """Same version, other content, higher rank: it takes over, the other is refused."""
    LOSER = "loser"
    STALE = "stale"
    DUPLICATE = "duplicate"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class RecordState:
    """The version in force. `keys` is by local entity id, entities without keys left out."""

    rank: Rank
    reposting: int
    owner: str
    origins: tuple[str, ...]
    """Agency positions at which this content arrived, the first `MAX_ORIGINS`."""
    sides: tuple[str, ...]
    former_sides: tuple[str, ...]
    former_owners: tuple[str, ...]
    keys: Mapping[str, Keys]


class Refusal(NamedTuple):
    """One event that lost a version conflict, named by position and content digest only."""

    origin: str
    digest: bytes
    owner: str


class Settlement(NamedTuple):
    """What follows from one arrival."""

    judgement: Judgement
    state: RecordState | None
    """None: unchanged."""
    postings: Mapping[int, Posting]
    """By destination partition."""
    refusals: tuple[Refusal, ...] = ()


def settle(
    state: RecordState | None, record: RecordPostings, origin: str, partitions: int
) -> Settlement:
    """Fold one arrival, found at agency position `origin`, into the state of its record."""
    header = record["header"]
    rank = (header["version"], header["published_at_us"], header["digest"])
    judgement = judge(state, rank, origin)
    if state is None or judgement in (Judgement.NEWER, Judgement.WINNER):
        following = _follow(state, record, rank, origin)
        previous = state.keys if state else {}
        refusals = _refused(state) if state and judgement is Judgement.WINNER else ()
        return Settlement(
            judgement, following, _post(following, previous, record, partitions), refusals
        )
    if judgement is Judgement.DUPLICATE:
        return Settlement(judgement, _repeated(state, rank, origin), {})
    refusals = ()
    if judgement is Judgement.LOSER:
        refusals = (Refusal(origin, rank[2], header["owner"]),)
    return Settlement(judgement, None, {}, refusals)


def judge(state: RecordState | None, rank: Rank, origin: str) -> Judgement:
    """Compare an arrival with the version in force."""
    if state is None or rank[0] > state.rank[0]:
        return Judgement.NEWER
    if rank[0] < state.rank[0]:
        return Judgement.STALE
    if rank[2] == state.rank[2]:
        # INVARIANT: the outputs of what stands in durable state were acknowledged before it.
        return Judgement.REPLAY if origin in state.origins else Judgement.DUPLICATE
    return Judgement.WINNER if rank > state.rank else Judgement.LOSER


def former_sides(state: RecordState | None, sides: Sequence[str]) -> tuple[str, ...]:
    """Every side the record was ever posted on and has left, the latest first."""
    if state is None:
        return ()
    known = dict.fromkeys((*state.sides, *state.former_sides))
    return tuple(side for side in known if side not in sides)


def former_owners(state: RecordState | None, owner: str) -> tuple[str, ...]:
    """Every owner the record was ever posted under and has left, the latest first."""
    if state is None:
        return ()
    known = dict.fromkeys((state.owner, *state.former_owners))
    return tuple(each for each in known if each != owner)


def destinations(current: Keys, previous: Keys, partitions: int) -> set[int]:
    """Partitions that hold a key of the list in force or of the list before.

    INVARIANT: an entity goes whole to all of them at every version; a posting of only what changed
    would leave a key's home without the version that its verdict must name.
    """
    return {partition_of_key(key, partitions) for key in (*current, *previous)}


def _follow(
    state: RecordState | None, record: RecordPostings, rank: Rank, origin: str
) -> RecordState:
    """State once the arrival is in force; a posting version is (version, re-postings in it)."""
    header = record["header"]
    again = state is not None and state.rank[0] == rank[0]
    return RecordState(
        rank=rank,
        reposting=state.reposting + 1 if state and again else 0,
        owner=header["owner"],
        origins=(origin,),
        sides=tuple(header["sides"]),
        former_sides=former_sides(state, header["sides"]),
        former_owners=former_owners(state, header["owner"]),
        keys={e["entity"]: tuple(e["keys"]) for e in record["entities"] if e["keys"]},
    )


def _repeated(state: RecordState, rank: Rank, origin: str) -> RecordState:
    """State after the same content came again, elsewhere.

    The later publishing time counts: else which of two conflicting contents wins would depend on
    which of the repeats came first.
    """
    return replace(
        state,
        rank=max(rank, state.rank),
        origins=(*state.origins, origin)[:MAX_ORIGINS],
    )


def _refused(state: RecordState) -> tuple[Refusal, ...]:
    return tuple(Refusal(origin, state.rank[2], state.owner) for origin in state.origins)


def _post(
    state: RecordState, previous: Mapping[str, Keys], record: RecordPostings, partitions: int
) -> dict[int, Posting]:
    """All entities of the record, and withdrawn markers of those it no longer has."""
    entities = {entity["entity"]: entity for entity in record["entities"]}
    by_partition: dict[int, list[EntityPosting]] = {}
    for entity in (*entities.values(), *_markers(previous.keys() - entities.keys())):
        before = previous.get(entity["entity"], _NO_KEYS)
        for partition in destinations(tuple(entity["keys"]), before, partitions):
            by_partition.setdefault(partition, []).append(entity)
    version, published_at_us, digest = state.rank
    whole: Posting = {
        "record": record["header"]["record"],
        "version": version,
        "reposting": state.reposting,
        "published_at_us": published_at_us,
        "digest": digest,
        "owner": state.owner,
        "sides": list(state.sides),
        "former_sides": list(state.former_sides),
        "published_ms": record["header"]["published_ms"],
        "entities": [],
        "former_owners": list(state.former_owners),
        "occurred_at_us": record["header"].get("occurred_at_us", 0),
    }
    return {p: {**whole, "entities": by_partition[p]} for p in sorted(by_partition)}


def _markers(vanished: Iterable[str]) -> list[EntityPosting]:
    return [
        EntityPosting(entity=entity, kind="", keys=[], features=b"") for entity in sorted(vanished)
    ]
