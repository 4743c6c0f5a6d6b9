"""Which version is in force, and who is told of it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.record import RecordPostings
from schemas.topics import partition_of_key
from streams.dedupe.core import MAX_ORIGINS, Judgement, inform
from tests.support.arrivals import PARTITIONS, fact, fold, key, record, told


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
