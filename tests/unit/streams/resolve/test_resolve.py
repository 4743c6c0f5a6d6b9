"""Entities for analysts: clusters with brakes, ambiguity kept, ids that stay, changes named."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streams.correlate.clusters import Edge
from streams.resolve.core import Entity, changes, entity_id, fits, resolve

A, B, C = "R-1#p", "R-2#p", "R-3#p"
OTHER = "R-2#q"
"""A second entity of B's record."""
WHEN = {A: 1, B: 2, C: 3, OTHER: 2}


def entity(*members: str, ambiguous: tuple[str, ...] = ()) -> dict[str, Entity]:
    return {entity_id(members, WHEN): Entity(tuple(sorted(members)), ambiguous)}


def test_links_make_an_entity_and_a_record_never_names_one_person_twice() -> None:
    assert resolve([Edge(A, B, 20), Edge(B, C, 20)], WHEN) == entity(A, B, C)
    found = resolve([Edge(A, B, 7), Edge(A, C, 6), Edge(C, OTHER, 5)], WHEN)
    assert [each.members for each in found.values() if OTHER in each.members] == [(OTHER,)]
    assert [each.ambiguous for each in found.values() if OTHER in each.members] == [(C,)]


def test_a_link_below_the_threshold_joins_nobody_and_speaks_against_others() -> None:
    assert resolve([Edge(A, B, -2)], WHEN) == {}
    found = resolve([Edge(A, B, 7), Edge(B, C, 1), Edge(A, C, -8)], WHEN)
    assert found == entity(A, B, ambiguous=(C,)) | entity(C, ambiguous=(B,))


def test_two_fits_within_the_margin_are_ambiguous_and_no_merge() -> None:
    found = resolve([Edge(A, B, 20), Edge(A, OTHER, 18)], WHEN)
    assert found == entity(A, ambiguous=(B, OTHER)) | entity(B, ambiguous=(A,)) | entity(
        OTHER, ambiguous=(A,)
    )


def test_the_better_fit_counts_where_it_is_better_by_the_margin() -> None:
    assert resolve([Edge(A, B, 40), Edge(A, OTHER, 18)], WHEN) == entity(A, B)


def test_changes_are_named_and_the_older_id_stays() -> None:
    one, other = entity(A, B), entity(C, OTHER)
    both = entity(A, B, C)
    (formed,) = changes({}, one)
    assert formed.change == "formed"
    gone, merged = sorted(changes(one | other, both), key=lambda told: told.change)
    assert (merged.change, merged.id, merged.others) == ("merged", formed.id, tuple(other))
    assert (gone.change, gone.others) == ("gone", (formed.id,))
    split = {told.id: told for told in changes(both, one | other)}
    assert split[formed.id].change == "split"
    assert split[formed.id].others == tuple(other)


names = st.sampled_from([f"R-{record}#{local}" for record in range(4) for local in "pq"])
edges = st.dictionaries(
    st.tuples(names, names).filter(lambda pair: pair[0][:3] < pair[1][:3]),
    st.sampled_from([-6.0, -1.0, 0.0, 4.0, 7.0, 20.0]),
    max_size=10,
)


@given(edges, st.integers())
def test_entities_do_not_depend_on_order_and_no_ambiguous_link_merges(
    weights: dict[tuple[str, str], float], seed: int
) -> None:
    known = [Edge(*ends, bits) for ends, bits in weights.items()]
    shuffled = [*known, *known]
    Random(seed).shuffle(shuffled)
    happened = {end: len(end) for ends in weights for end in ends}
    found = resolve(known, happened)
    assert found == resolve(dict.fromkeys(shuffled), happened)
    members = [member for each in found.values() for member in each.members]
    assert len(members) == len(set(members))
    sure = {frozenset(edge[:2]) for edge in fits(known).sure}
    assert all(frozenset(e[:2]) not in sure for e in fits(known).ambiguous)
