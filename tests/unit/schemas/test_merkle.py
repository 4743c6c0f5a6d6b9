"""The Merkle tree against RFC 6962's own definition and published vectors."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# The entries and roots with which Certificate Transparency implementations test themselves.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]

sizes = st.integers(1, 70)


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(index.to_bytes(4, "big")) for index in range(size)]


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962, section 2.1, writes it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(defined_root(leaves[:split]), defined_root(leaves[split:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_root_is_the_published_one(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY_ROOT == Frontier().root == hashlib.sha256(b"").digest()


def test_audit_path_is_the_published_one() -> None:
    assert [node.hex() for node in inclusion_proof(LEAVES[:3], 2)] == [ROOTS[1]]
    assert [node.hex() for node in inclusion_proof(LEAVES, 0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


@given(sizes)
def test_root_and_frontier_follow_the_definition(size: int) -> None:
    leaves = leaves_of(size)
    frontier = Frontier(leaves)
    assert root(leaves) == frontier.root == defined_root(leaves)
    assert frontier.size == size


@given(sizes, st.data())
def test_frontier_goes_on_from_its_serialised_form(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    cut = data.draw(st.integers(0, size))
    frontier = Frontier.from_bytes(Frontier(leaves[:cut]).to_bytes())
    assert [frontier.append(leaf) for leaf in leaves[cut:]] == list(range(cut, size))
    assert frontier.root == root(leaves)


@pytest.mark.parametrize("data", [b"", b"\0" * 7, b"\0" * 7 + b"\1", b"\0" * 41])
def test_frontier_refuses_what_is_none(data: bytes) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier.from_bytes(data)


@given(sizes, st.data())
def test_inclusion_holds_for_its_leaf_place_and_tree_alone(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof, expected = inclusion_proof(leaves, index), root(leaves)
    assert verify_inclusion(leaves[index], index, size, proof, expected)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, expected)
    assert not verify_inclusion(leaves[index], size, size, proof, expected)
    assert not verify_inclusion(leaves[index], index, size, [*proof, expected], expected)
    assert not verify_inclusion(leaves[index], index, size, proof, EMPTY_ROOT)
    other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index)) if size > 1 else -1
    assert not verify_inclusion(leaves[index], other, size, proof, expected)


@given(sizes, st.data())
def test_consistency_holds_for_prefixes_alone(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    first = data.draw(st.integers(1, size))
    proof = consistency_proof(leaves, first)
    earlier, later = root(leaves[:first]), root(leaves)
    assert verify_consistency(first, earlier, size, later, proof)
    forged = root([leaf_hash(b"forged"), *leaves[1:first]])
    assert not verify_consistency(first, forged, size, later, proof)
    assert not verify_consistency(first, earlier, size, forged, proof)
    assert not verify_consistency(first, earlier, size, later, [*proof, later])


def test_path_that_stops_below_the_root_proves_nothing() -> None:
    below = node_hash(LEAVES[0], LEAVES[1])
    assert not verify_inclusion(LEAVES[0], 0, 8, [LEAVES[1]], below)
    assert verify_inclusion(LEAVES[0], 0, 2, [LEAVES[1]], below)
    first, proof = root(LEAVES[:2]), consistency_proof(LEAVES[:4], 2)
    assert not verify_consistency(2, first, 8, root(LEAVES[:4]), proof)
    assert verify_consistency(2, first, 4, root(LEAVES[:4]), proof)


@pytest.mark.parametrize("first", [0, 9])
def test_consistency_needs_a_prefix(first: int) -> None:
    with pytest.raises(ValueError, match="prefix"):
        consistency_proof(LEAVES, first)


def test_leaf_outside_the_tree_has_no_path() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES, 8)
