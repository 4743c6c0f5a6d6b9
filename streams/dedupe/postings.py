"""A record's state as it is posted: to which partitions, and what each of them hears."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from schemas.blocking import is_split
from schemas.record import KeyGeneration, PostedEntity, Posting
from schemas.topics import partition_of_key
from streams.dedupe.state import Entity, RecordState
from streams.lists import Lists, key_lists


class Posted(NamedTuple):
    """The state with where its entities stand now, and its postings by destination partition."""

    state: RecordState
    postings: Mapping[int, Posting]


def post(before: RecordState | None, state: RecordState, partitions: int) -> Posted:
    """Post all entities of a record, and withdrawn markers of those it no longer has.

    The state returned has no fact of a key at which nothing is listed any more.
    """
    former = before.entities if before else {}
    by_partition: dict[int, list[PostedEntity]] = {}
    entities: dict[str, Entity] = {}
    known: dict[int, int] = {}
    split = _split(state)
    for name, entity in state.entities.items():
        lists = key_lists(entity.keys, entity.finer, split)
        facts = {key: state.facts[key] for key in lists.listed & state.facts.keys()}
        stood = former[name].stood if name in former else ()
        where = sorted(destinations(lists.listed, stood, partitions))
        entities[name] = entity.standing(tuple(where))
        known |= facts
        shown = _shown(name, entity, lists, facts)
        for partition in where:
            by_partition.setdefault(partition, []).append(shown)
    for name in sorted(former.keys() - entities.keys()):
        for partition in former[name].stood:
            by_partition.setdefault(partition, []).append(_marker(name))
    settled = replace(state, entities=entities, facts=known)
    return Posted(settled, _envelopes(settled, by_partition))


def enqueue(waiting: list[Posting], posting: Posting) -> None:
    """Add a posting of a record to those that wait for one partition; it replaces older ones.

    An older one stays where it names an entity that the new one doesn't. To drop it is as if it
    came late, which is harmless.
    """
    named = {each["entity"] for each in posting["entities"]}
    while waiting and named.issuperset(each["entity"] for each in waiting[-1]["entities"]):
        waiting.pop()
    waiting.append(posting)


def destinations(listed: Iterable[int], stood: Iterable[int], partitions: int) -> set[int]:
    """Partitions that hold a key of the lists in force, and those where the entity stood before.

    INVARIANT: an entity goes whole to all of them at every posting; a posting of only what changed
    would leave a key's home without the version that its verdict must name. Stood, ever: a pair
    that moves from one home to a key that its owner finds split is told of by nobody but the former
    home, which must hear of both ends until the key is known as split to them.
    """
    return {partition_of_key(key, partitions) for key in listed}.union(stood)


def listed(state: RecordState) -> frozenset[int]:
    """Return every key at which an entity of the record is listed as a holder."""
    split = _split(state)
    entities = state.entities.values()
    return frozenset().union(*(key_lists(e.keys, e.finer, split).listed for e in entities))


def _split(state: RecordState) -> frozenset[int]:
    return frozenset(key for key, generation in state.facts.items() if is_split(generation))


def _shown(name: str, entity: Entity, lists: Lists, facts: Mapping[int, int]) -> PostedEntity:
    return PostedEntity(
        entity=name,
        kind=entity.kind,
        keys=list(lists.current),
        features=entity.features,
        role=entity.role,
        facts=list(entity.facts),
        generations=[KeyGeneration(key=key, generation=facts[key]) for key in sorted(facts)],
    )


def _marker(name: str) -> PostedEntity:
    return PostedEntity(
        entity=name, kind="", keys=[], features=b"", role="", facts=[], generations=[]
    )


def _envelopes(
    state: RecordState, by_partition: Mapping[int, list[PostedEntity]]
) -> dict[int, Posting]:
    version, published_at_us, digest = state.rank
    whole: Posting = {
        "record": state.record,
        "version": version,
        "reposting": state.reposting,
        "published_at_us": published_at_us,
        "digest": digest,
        "owner": state.owner,
        "sides": list(state.sides),
        "former_sides": list(state.former_sides),
        "published_ms": state.published_ms,
        "entities": [],
        "former_owners": list(state.former_owners),
        "changed": state.changed,
        "occurred_at_us": state.occurred_at_us,
    }
    return {p: {**whole, "entities": by_partition[p]} for p in sorted(by_partition)}
