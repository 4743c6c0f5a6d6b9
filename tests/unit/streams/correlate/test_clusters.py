"""Entities from links: brakes, ambiguity, and no dependence on order."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from streams.correlate.clusters import Edge, cluster

edges = st.lists(
    st.tuples(st.sampled_from(list(combinations("abcdefgh", 2))), st.integers(-8, 12)),
    unique_by=lambda each: each[0],
    max_size=28,
).map(lambda found: [Edge(*pair, float(bits)) for pair, bits in found])


def members(*found: Edge) -> list[tuple[str, ...]]:
    return [each.members for each in cluster(found) if len(each.members) > 1]


@given(edges, st.randoms(use_true_random=False))
def test_entities_do_not_depend_on_order(found: list[Edge], rng: object) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert cluster(shuffled) == cluster(found)


@given(edges)
def test_every_record_is_of_one_entity_at_most(found: list[Edge]) -> None:
    listed = [member for each in cluster(found) for member in each.members]
    assert len(listed) == len(set(listed))


def test_links_make_an_entity_named_after_its_first_member() -> None:
    (found,) = cluster([Edge("b", "c", 5.0), Edge("a", "b", 5.0), Edge("a", "c", 5.0)])
    assert found.members == ("a", "b", "c")
    assert found.entity == "a"


def test_one_link_does_not_join_two_families() -> None:
    one = [Edge(*pair, 8.0) for pair in combinations("abc", 2)]
    other = [Edge(*pair, 8.0) for pair in combinations("xyz", 2)]
    bridge = Edge("c", "x", 4.0)
    assert members(*one, *other, bridge) == [("a", "b", "c"), ("x", "y", "z")]
    assert [each.ambiguous for each in cluster([*one, *other, bridge])] == [(bridge,), (bridge,)]


def test_a_record_of_which_little_is_known_joins_where_several_say_so() -> None:
    group = [Edge(*pair, 8.0) for pair in combinations("abc", 2)]
    weak = [Edge(each, "d", -0.5) for each in "abc"]
    assert members(*group, *weak) == [("a", "b", "c", "d")]
    assert members(*group, weak[0]) == [("a", "b", "c")]
