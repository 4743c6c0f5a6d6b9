"""Who meets whom on one partition, and which verdicts follow (design section 2, "Home of a pair").

Every verdict is a pure function of the two posting versions it names: two partitions, or two
attempts at one batch, may repeat a verdict but can never contradict each other on it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import Final, Generic, TypeVar

from schemas.link import EntityVersion, Evidence, Fact, Verdict
from schemas.record import EntityPosting, Posting, entity_reference
from schemas.topics import partition_of_key

F = TypeVar("F")
"""Decoded features; the table never looks into them."""

Compare = Callable[[F, F], tuple[Evidence, ...]]
"""Evidence on two entities, left and right in the order of their references; () is a no."""

FIRST: Final = (1, 0)
"""Posting version before which nobody can have said yes."""

HOLDERS_CAP: Final = 200
"""A key with more distinct holders keeps pairing, and raises an alarm."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the entities of one posting share."""

    record: str
    posting_version: tuple[int, int]
    """(version, re-postings within it)."""
    published_at_us: int
    digest: bytes
    owner: str
    sides: tuple[str, ...]
    former_sides: tuple[str, ...]
    former_owners: tuple[str, ...]
    published_ms: int
    occurred_at_us: int = 0


class Row(Generic[F]):
    """One entity as it stands on one partition, withdrawn or not; compared by identity."""

    __slots__ = ("blob", "entity", "facts", "features", "head", "held", "keys", "reference", "role")

    def __init__(self, head: Head, posted: EntityPosting, held: tuple[int, ...] = ()) -> None:
        """`held` are the keys of this partition at which it stands, or ever stood."""
        self.reference = entity_reference(head.record, posted["entity"])
        self.entity = posted["entity"]
        self.held = held
        self.update(head, posted)

    def update(self, head: Head, posted: EntityPosting) -> None:
        """Take another posting of the entity."""
        self.head = head
        self.keys = tuple(posted["keys"])
        self.blob = posted["features"]
        self.features: F | None = None
        self.role = posted.get("role", "")
        self.facts = tuple(Fact(**fact) for fact in posted.get("facts", ()))

    @property
    def end(self) -> EntityVersion:
        """This row as one end of a link."""
        head = self.head
        return EntityVersion(
            head.record,
            self.entity,
            *head.posting_version,
            head.published_at_us,
            head.digest,
            head.owner,
            head.occurred_at_us,
            self.role,
            self.facts,
        )


class Home(Enum):
    """Where the verdict on a pair is given."""

    HERE = 1
    ELSEWHERE = 2
    NOWHERE = 3
    """The lists no longer meet: every partition at which both stand says no."""


class Table(Generic[F]):
    """The rows of one partition, and who holds which key: current, former and withdrawn."""

    def __init__(
        self,
        partition: int,
        partitions: int,
        compare: Compare[F],
        features_of: Callable[[Row[F]], F],
    ) -> None:
        self.overfull: set[int] = set()
        """Keys with more than `HOLDERS_CAP` distinct holders."""
        self.rows: dict[str, Row[F]] = {}
        self._holders: dict[int, list[Row[F]]] = {}
        self._partition = partition
        self._partitions = partitions
        self._compare = compare
        self._features_of = features_of

    def place(self, head: Head, posted: EntityPosting) -> Row[F] | None:
        """Apply one posted entity; None when the row is of a later posting already.

        INVARIANT: rows are never removed, withdrawn or not: without its marker a late posting of
        an older version would stand again.
        """
        row = self.rows.get(entity_reference(head.record, posted["entity"]))
        if row is None:
            row = Row(head, posted)
            self.rows[row.reference] = row
        elif row.head.posting_version > head.posting_version:
            return None
        else:
            row.update(head, posted)
        here = [k for k in row.keys if partition_of_key(k, self._partitions) == self._partition]
        new = tuple(key for key in here if key not in row.held)
        row.held += new
        self._index(row, new)
        return row

    def restore(self, row: Row[F]) -> None:
        """Take a durable row."""
        self.rows[row.reference] = row
        self._index(row, row.held)

    def verdicts(self, row: Row[F]) -> Iterator[Verdict]:
        """What this partition has to say of a row just placed and each row it ever met."""
        keys, head = frozenset(row.keys), row.head
        met = dict.fromkeys(chain.from_iterable(self._holders[key] for key in row.held))
        for other in met:
            # A common key has a thousand holders of one owner: this test alone must be cheap.
            if other.head.owner == head.owner and never_apart(head, other.head):
                continue
            if other.head.record == head.record:
                continue
            home = self.home(keys.intersection(other.keys))
            if home is Home.ELSEWHERE:
                continue
            left, right = (row, other) if row.reference < other.reference else (other, row)
            evidence = self._evidence(left, right) if home is Home.HERE else ()
            # INVARIANT: a no may be withheld only where no yes can have been said before.
            if evidence or max(left.head.posting_version, right.head.posting_version) > FIRST:
                yield from address(left, right, evidence, row.head.published_ms)

    def home(self, common: frozenset[int]) -> Home:
        """Where the home of a pair is: at the lowest key in both current lists."""
        if not common:
            return Home.NOWHERE
        here = partition_of_key(min(common), self._partitions) == self._partition
        return Home.HERE if here else Home.ELSEWHERE

    def _evidence(self, left: Row[F], right: Row[F]) -> tuple[Evidence, ...]:
        """Evidence on a pair that may match at all: other owners, no side in common."""
        one, other = left.head, right.head
        if one.owner == other.owner or not set(one.sides).isdisjoint(other.sides):
            return ()
        return self._compare(self._features_of(left), self._features_of(right))

    def _index(self, row: Row[F], keys: tuple[int, ...]) -> None:
        for key in keys:
            holders = self._holders.setdefault(key, [])
            holders.append(row)
            if len(holders) > HOLDERS_CAP:
                self._count_holders(key, holders)

    def _count_holders(self, key: int, holders: list[Row[F]]) -> None:
        """500 reports of one wanted man are one holder: equal features count once."""
        if key not in self.overfull:
            distinct = {row.blob for row in holders if key in row.keys}
            if len(distinct) > HOLDERS_CAP:
                self.overfull.add(key)


def head_of(posting: Posting) -> Head:
    """Return what the entities of a posting share."""
    return Head(
        posting["record"],
        (posting["version"], posting["reposting"]),
        posting["published_at_us"],
        posting["digest"],
        posting["owner"],
        tuple(posting["sides"]),
        tuple(posting["former_sides"]),
        tuple(posting["former_owners"]),
        posting["published_ms"],
        posting.get("occurred_at_us", 0),
    )


def never_apart(one: Head, other: Head) -> bool:
    """Whether two records of one owner never had another.

    INVARIANT: nobody can ever have said yes of such a pair, so no "no" is owed.
    """
    return not (one.former_owners or other.former_owners)


def address(
    left: Row[F], right: Row[F], evidence: tuple[Evidence, ...], published_ms: int
) -> Iterator[Verdict]:
    """The verdict on two rows, once to every unordered pair of their sides, former ones included.

    `sides` and `successor` name the left end's side first. A yes goes to pairs of current sides;
    former pairs hear "moved", with the current pair that takes over: the side that still is
    current stays, one that was left gives way to the lowest current one.
    """
    ends = left.end, right.end
    told = set()
    for one in (*left.head.sides, *left.head.former_sides):
        for other in (*right.head.sides, *right.head.former_sides):
            pair = frozenset((one, other))
            if one == other or pair in told:
                continue
            told.add(pair)
            heirs = _current(one, left.head.sides), _current(other, right.head.sides)
            if not evidence:
                yield Verdict((one, other), *ends, "no", (), None, published_ms)
            elif heirs == (one, other):
                yield Verdict(heirs, *ends, "yes", evidence, None, published_ms)
            else:
                yield Verdict((one, other), *ends, "moved", evidence, heirs, published_ms)


def _current(side: str, sides: Sequence[str]) -> str:
    return side if side in sides else min(sides)
