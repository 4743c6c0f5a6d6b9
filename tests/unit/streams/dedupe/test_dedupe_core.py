"""Which version is in force, and who is told of it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.blocking import combined_key
from schemas.record import KeyFact, RecordPostings
from schemas.topics import partition_of_key
from streams.dedupe.core import MAX_ORIGINS, Judgement, Settlement, inform, settle
from streams.dedupe.state import RecordState

PARTITIONS = 4


def record(
    version: int = 1,
    content: bytes = b"a",
    published_at_us: int = 10,
    keys: dict[str, list[int]] | None = None,
    **header: Any,
) -> RecordPostings:
    """One version of record `s/R-1`; an entity `p1` with key 0 unless said otherwise.

    Keys are given by number, as `key` has it.
    """
    entities = {"p1": [0]} if keys is None else keys
    return {
        "header": {
            "record": "s/R-1",
            "version": version,
            "published_at_us": published_at_us,
            "digest": content,
            "operation": "REPORT",
            "event_type": "any",
            "event_id": "any",
            "owner": "HSI/miami",
            "sides": ["HSI:record/s/R-1"],
            "published_ms": 0,
            **header,  # type: ignore[typeddict-item]
        },
        "entities": [
            {
                "entity": entity,
                "kind": "person",
                "keys": [key(number) for number in held],
                "features": b"f",
                "finer": [],
            }
            for entity, held in entities.items()
        ],
    }


def key(number: int) -> int:
    """The key of a number, which may be split; it belongs to partition `number` modulo four."""
    return 2 * number


def fact(*facts: tuple[int, int], record: str = "s/R-1", published_ms: int = 9) -> KeyFact:
    """(key number, generation) as the owner of the keys tells them."""
    told = [{"key": key(number), "generation": generation} for number, generation in facts]
    return {"record": record, "published_ms": published_ms, "facts": told}  # type: ignore[typeddict-item]


def fold(*arrivals: tuple[RecordPostings, str]) -> tuple[RecordState, list[Settlement]]:
    state: RecordState | None = None
    settlements = []
    for arrived, origin in arrivals:
        settlements.append(settle(state, arrived, origin, PARTITIONS))
        state = settlements[-1].state or state
    assert state is not None
    return state, settlements


def told(settlement: Settlement) -> dict[int, dict[str, list[int]]]:
    """By destination: the key list of each entity posted there."""
    return {
        partition: {e["entity"]: [each // 2 for each in e["keys"]] for e in posting["entities"]}
        for partition, posting in settlement.postings.items()
    }


def test_a_new_version_is_posted_whole_to_keys_it_has_and_had() -> None:
    _, (_, second) = fold(
        (record(keys={"p1": [0, 1]}), "o/0/0"), (record(2, keys={"p1": [1, 2]}), "o/0/1")
    )
    assert told(second) == {partition: {"p1": [1, 2]} for partition in (0, 1, 2)}


def test_a_vanished_entity_leaves_a_marker_where_it_stood() -> None:
    _, (_, second) = fold((record(keys={"p1": [0], "p2": [3]}), "o/0/0"), (record(2), "o/0/1"))
    assert told(second) == {0: {"p1": [0]}, 3: {"p2": []}}


def test_a_withdrawal_outlives_a_late_older_version() -> None:
    state, (_, second, third) = fold(
        (record(), "o/0/0"),
        (record(3, keys={}, operation="WITHDRAW"), "o/0/1"),
        (record(2, b"late"), "o/0/2"),
    )
    assert told(second) == {0: {"p1": []}}
    assert third.judgement is Judgement.STALE
    assert not third.postings
    assert state.rank[0] == 3


def test_the_same_position_is_a_replay_another_one_a_duplicate() -> None:
    again = record(event_id="other")
    _, (_, replay, duplicate) = fold((record(), "o/0/0"), (record(), "o/0/0"), (again, "o/0/7"))
    assert (replay.judgement, replay.state) == (Judgement.REPLAY, None)
    assert duplicate.judgement is Judgement.DUPLICATE
    assert not replay.postings
    assert not duplicate.postings


def test_a_posting_says_whether_there_was_another_content() -> None:
    _, (first, second) = fold((record(), "o/0/0"), (record(2), "o/0/1"))
    assert [each.postings[0]["changed"] for each in (first, second)] == [False, True]
    again = inform(fold((record(), "o/0/0"))[0], fact((0, 1)), PARTITIONS)
    assert not again.postings[0]["changed"]


def test_an_entity_is_posted_wherever_it_ever_stood() -> None:
    _, (*_, third) = fold(
        (record(keys={"p1": [0]}), "o/0/0"),
        (record(2, keys={"p1": [1]}), "o/0/1"),
        (record(3, keys={"p1": [2]}), "o/0/2"),
    )
    assert told(third) == {partition: {"p1": [2]} for partition in (0, 1, 2)}


def test_news_of_a_key_posts_the_version_in_force_again_under_finer_keys() -> None:
    state, _ = fold((record(keys={"p1": [0, 1, 3]}), "o/0/0"))
    settled = inform(state, fact((0, 1), (1, 3)), PARTITIONS)
    assert settled.state is not None
    assert settled.state.reposting == 1
    posted = settled.postings[0]["entities"][0]
    pair = combined_key((key(0), key(1)))
    assert posted["keys"] == sorted((key(3), pair))
    assert posted["facts"] == [
        {"key": key(0), "generation": 1},
        {"key": key(1), "generation": 3},
    ]
    assert (posted["features"], posted["kind"]) == (b"f", "person")
    assert settled.postings[0]["published_ms"] == 9
    assert settled.postings.keys() == {0, 1, 3, partition_of_key(pair, PARTITIONS)}


def test_old_news_changes_nothing_and_newer_is_answered_even_where_the_list_stays() -> None:
    state, _ = fold((record(), "o/0/0"))
    known = inform(state, fact((0, 2)), PARTITIONS)
    assert known.state is not None
    assert known.postings
    for generation in (1, 2):
        assert inform(known.state, fact((0, generation)), PARTITIONS).state is None


def test_news_of_a_key_that_the_record_has_not_is_nothing_to_it() -> None:
    state, _ = fold((record(), "o/0/0"))
    assert inform(state, fact((7, 1)), PARTITIONS).state is None
    assert inform(None, fact((7, 1)), PARTITIONS).state is None


def test_a_later_version_keeps_what_is_known_of_the_keys_it_keeps() -> None:
    state, _ = fold((record(keys={"p1": [0, 1]}), "o/0/0"))
    informed = inform(state, fact((0, 1), (1, 1)), PARTITIONS).state
    later = settle(informed, record(2, keys={"p1": [1, 2]}), "o/0/1", PARTITIONS)
    assert later.state is not None
    assert later.state.facts == {key(1): 1}
    assert told(later)[2] == {"p1": [2]}
    assert later.state.reposting == 0


def test_of_two_contents_the_later_published_is_in_force_whatever_came_first() -> None:
    early, late = (
        (record(content=b"e", published_at_us=1), "o/0/0"),
        (record(content=b"l"), "o/0/1"),
    )
    forth, (_, winner) = fold(early, late)
    back, (_, loser) = fold(late, early)
    assert forth.rank == back.rank == (1, 10, b"l")
    assert (forth.reposting, back.reposting) == (1, 0)
    assert winner.refusals == loser.refusals == (("o/0/0", b"e", "HSI/miami"),)
    assert winner.postings
    assert not loser.postings


def test_every_position_of_losing_content_is_refused() -> None:
    _, (*_, winner) = fold(
        (record(content=b"e", published_at_us=1), "o/0/0"),
        (record(content=b"e", published_at_us=2), "o/0/1"),
        (record(content=b"l"), "o/0/2"),
    )
    assert [refusal.origin for refusal in winner.refusals] == ["o/0/0", "o/0/1"]


def test_a_source_that_repeats_itself_for_ever_does_not_grow_its_row() -> None:
    state, _ = fold(*((record(), f"o/0/{offset}") for offset in range(3 * MAX_ORIGINS)))
    assert len(state.origins) == MAX_ORIGINS


def test_sides_left_are_former_until_returned_to() -> None:
    state, _ = fold(
        (record(1, sides=["a"]), "o/0/0"),
        (record(2, sides=["b", "c"]), "o/0/1"),
        (record(3, sides=["a", "c"]), "o/0/2"),
    )
    assert (state.sides, state.former_sides) == (("a", "c"), ("b",))


contents = st.builds(
    record,
    version=st.integers(1, 3),
    content=st.sampled_from([b"a", b"b", b"c"]),
    published_at_us=st.integers(0, 3),
    keys=st.dictionaries(st.sampled_from(["p", "q"]), st.lists(st.integers(0, 7), unique=True)),
)


@given(st.lists(contents, min_size=1, max_size=8), st.randoms())
def test_the_version_in_force_does_not_depend_on_the_order_of_arrival(
    arriving: list[RecordPostings], shuffler: Any
) -> None:
    arrivals = [(arrived, f"o/0/{offset}") for offset, arrived in enumerate(arriving)]
    forth, _ = fold(*arrivals)
    shuffler.shuffle(arrivals)
    back, _ = fold(*arrivals)
    assert (
        forth.rank
        == back.rank
        == max(
            (each["header"]["version"], each["header"]["published_at_us"], each["header"]["digest"])
            for each in arriving
        )
    )


@given(st.lists(contents, min_size=1, max_size=8))
def test_every_partition_that_holds_a_posting_hears_of_its_replacement(
    arriving: list[RecordPostings],
) -> None:
    standing: dict[int, dict[str, list[int]]] = {}
    state, settlements = fold(*((each, f"o/0/{n}") for n, each in enumerate(arriving)))
    for settlement in settlements:
        for partition, entities in told(settlement).items():
            standing.setdefault(partition, {}).update(entities)
    for partition, entities in standing.items():
        for entity, keys in entities.items():
            if partition in {partition_of_key(key(number), PARTITIONS) for number in keys}:
                assert tuple(map(key, keys)) == tuple(sorted(state.entities[entity].keys))
