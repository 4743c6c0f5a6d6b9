"""Merkle trees of RFC 6962 (RFC 9162, section 2.1): the base of the ledger and of signing.

Leaves are given as leaf *hashes* throughout (`leaf_hash(entry)`), so that a log need not keep
its entries in memory. Nodes are 32 bytes.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, Self

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the leaf hash of an entry, SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node, SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return the tree bottom-up, the leaves first and the root last.

    Pairing neighbours and promoting an odd last node gives RFC 6962's tree, whose left part is
    the largest power of two below n.
    """
    tree = [list(leaves)]
    while len(tree[-1]) > 1:
        row = tree[-1]
        parents = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        tree.append([*parents, row[-1]] if len(row) % 2 else parents)
    return tree


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash; of no leaves, SHA-256 of nothing."""
    return levels(leaves)[-1][0] if leaves else EMPTY_ROOT


def path(tree: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """Return the audit path of a leaf in a tree given by `levels`; IndexError outside it."""
    if not 0 <= index < len(tree[0]):
        raise IndexError("no such leaf")
    nodes = []
    for row in tree[:-1]:
        sibling = index ^ 1
        if sibling < len(row):
            nodes.append(row[sibling])
        index >>= 1
    return nodes


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of one leaf, from its sibling up; IndexError outside the tree."""
    return path(levels(leaves), index)


def root_from_path(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that an audit path leads to, None when its length is not the tree's.

    RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        position >>= 1
        last >>= 1
    return node if last == 0 else None


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> bool:
    """Return whether `leaf` stands at `index` in the tree of `size` leaves with this root."""
    return root_from_path(leaf, index, size, proof) == expected_root


def consistency_proof(leaves: Sequence[bytes], first_size: int) -> list[bytes]:
    """Return the proof that the tree of the first `first_size` leaves is a prefix of this one.

    RFC 9162, section 2.1.4.1. Raises ValueError unless 0 < first_size <= len(leaves).
    """
    if not 0 < first_size <= len(leaves):
        raise ValueError("the earlier tree must be a non-empty prefix of the later one")
    return _subproof(leaves, first_size, whole=True)


def _subproof(leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [root(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if size <= split:
        return [*_subproof(leaves[:split], size, whole=whole), root(leaves[split:])]
    return [*_subproof(leaves[split:], size - split, whole=False), root(leaves[:split])]


def verify_consistency(
    first_size: int,
    first_root: bytes,
    second_size: int,
    second_root: bytes,
    proof: Sequence[bytes],
) -> bool:
    """Return whether the second tree only appends to the first (RFC 9162, section 2.1.4.2)."""
    if first_size == second_size:
        return not proof and first_root == second_root
    if not 0 < first_size < second_size or not proof:
        return False
    nodes = list(proof)
    if first_size & (first_size - 1) == 0:
        nodes.insert(0, first_root)
    position, last = first_size - 1, second_size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            second = node_hash(second, node)
        position >>= 1
        last >>= 1
    return last == 0 and first == first_root and second == second_root


class Frontier:
    """The right edge of a growing tree: appends in O(1) amortised, keeps at most 64 nodes."""

    __slots__ = ("_nodes", "_size")

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._nodes: list[bytes] = []
        self._size = 0
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    @property
    def root(self) -> bytes:
        """Merkle tree hash of all leaves so far."""
        if not self._nodes:
            return EMPTY_ROOT
        node = self._nodes[-1]
        for left in reversed(self._nodes[:-1]):
            node = node_hash(left, node)
        return node

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash and return its index."""
        # INVARIANT: node k of the list is the root of a full subtree as wide as the k-th highest
        # set bit of the size, so appending merges one node per trailing one bit.
        index = carry = self._size
        node = leaf
        while carry & 1:
            node = node_hash(self._nodes.pop(), node)
            carry >>= 1
        self._nodes.append(node)
        self._size += 1
        return index

    def to_bytes(self) -> bytes:
        """Serialise: big-endian u64 size, then the nodes from the widest subtree down."""
        return self._size.to_bytes(8, "big") + b"".join(self._nodes)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote; raises ValueError when it is not a frontier."""
        size, nodes = int.from_bytes(data[:8], "big"), data[8:]
        if len(data) < 8 or len(nodes) != HASH_BYTES * size.bit_count():
            raise ValueError("not a Merkle frontier")
        frontier = cls()
        frontier._size = size
        frontier._nodes = [nodes[at : at + HASH_BYTES] for at in range(0, len(nodes), HASH_BYTES)]
        return frontier
