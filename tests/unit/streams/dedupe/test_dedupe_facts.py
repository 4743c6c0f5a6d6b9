"""What a record does with the news of a common key."""

from schemas.blocking import combined_key
from schemas.topics import partition_of_key
from streams.dedupe.core import inform, settle
from tests.support.arrivals import PARTITIONS, fact, fold, key, record, told


def test_news_of_a_key_posts_the_version_in_force_again_under_finer_keys() -> None:
    state, _ = fold((record(keys={"p1": [0, 1, 3]}), "o/0/0"))
    settled = inform(state, fact((0, 1), (1, 3)), PARTITIONS)
    assert settled.state is not None
    assert settled.state.reposting == 1
    posted = settled.postings[0]["entities"][0]
    pair = combined_key((key(0), key(1)))
    assert posted["keys"] == sorted((key(3), pair))
    assert posted["generations"] == [
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
