"""Who meets whom on one partition, and which verdicts follow (design section 2, "Home of a pair").

Every verdict is a pure function of the two posting versions it names: two partitions, or two
attempts at one batch, may repeat a verdict but can never contradict each other on it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import chain
from typing import Generic

from schemas.blocking import HOLDERS_CAP
from schemas.link import Evidence, Verdict
from schemas.record import PostedEntity, entity_reference
from schemas.topics import partition_of_key
from streams.correlate.crowds import Crowds
from streams.correlate.posted import F, Head, Row

Compare = Callable[[F, F], tuple[Evidence, ...]]
"""Evidence on two entities, left and right in the order of their references; () is a no."""


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
        holders_cap: int = HOLDERS_CAP,
    ) -> None:
        self.rows: dict[str, Row[F]] = {}
        self.crowds: Crowds[F] = Crowds(holders_cap)
        self._cap = holders_cap
        self._holders: dict[int, list[Row[F]]] = {}
        """Who was ever paired at a key."""
        self._partition = partition
        self._partitions = partitions
        self._compare = compare
        self._features_of = features_of

    def place(self, head: Head, posted: PostedEntity) -> Row[F] | None:
        """Apply one posted entity; None when the row is of a later posting already.

        A row isn't paired at a key that is split, whatever its record knows of it: it is told, and
        comes again. INVARIANT: rows are never removed, withdrawn or not: without its marker a late
        posting of an older version would stand again.
        """
        row = self.rows.get(entity_reference(head.record, posted["entity"]))
        left: list[int] = []
        if row is None:
            row = Row(head, posted)
            self.rows[row.reference] = row
        elif row.head.posting_version > head.posting_version:
            return None
        else:
            left = self._here(row.listed)
            self.crowds.leave(row, left)
            row.update(head, posted)
        listed = self._here(row.listed)
        self.crowds.join(row, listed)
        self.crowds.settle((*left, *listed))
        apart = frozenset((*row.held, *row.split))
        new = [key for key in listed if key not in apart and not self.crowds.is_split(key)]
        row.held += tuple(new)
        for key in new:
            self._pair(key, row)
        return row

    def restore(self, rows: Iterable[Row[F]], generations: Mapping[int, int]) -> None:
        """Take all durable rows, and the durable generations of keys."""
        for row in rows:
            self.rows[row.reference] = row
            for key in row.held:
                self._holders.setdefault(key, []).append(row)
        numerous = (key for key, holders in self._holders.items() if len(holders) > self._cap)
        self.crowds = Crowds(self._cap, {**dict.fromkeys(numerous, 0), **generations})
        for row in self.rows.values():
            self.crowds.restore(row, self._here(row.listed))
        self.crowds.settle(self.crowds)

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
            apart = home is Home.NOWHERE and parted_by_split(row, other)
            left, right = (row, other) if row.reference < other.reference else (other, row)
            evidence = self._evidence(left, right) if home is Home.HERE or apart else ()
            # INVARIANT: a no may be withheld only where no yes can have been said before.
            if evidence or left.head.changed or right.head.changed:
                yield from address(left, right, evidence, head.published_ms, apart=apart)

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

    def _here(self, keys: Iterable[int]) -> list[int]:
        return [k for k in keys if partition_of_key(k, self._partitions) == self._partition]

    def _pair(self, key: int, row: Row[F]) -> None:
        holders = self._holders.setdefault(key, [])
        holders.append(row)
        if len(holders) > self._cap and key not in self.crowds:
            self.crowds.gather(key, (each for each in holders if key in each.listed))


def parted_by_split(one: Row[F], other: Row[F]) -> bool:
    """Whether two rows whose lists don't meet share a key that at least one knows as split."""
    return bool(one.split or other.split) and not set(one.listed).isdisjoint(other.listed)


def never_apart(one: Head, other: Head) -> bool:
    """Whether two records of one owner never had another.

    INVARIANT: nobody can ever have said yes of such a pair, so no "no" is owed.
    """
    return not (one.former_owners or other.former_owners)


def address(
    left: Row[F],
    right: Row[F],
    evidence: tuple[Evidence, ...],
    published_ms: int,
    *,
    apart: bool = False,
) -> Iterator[Verdict]:
    """The verdict on two rows, once to every unordered pair of their sides, former ones included.

    `sides` and `successor` name the left end's side first. A yes goes to pairs of current sides;
    former pairs hear "moved", with the current pair that takes over: the side that still is
    current stays, one that was left gives way to the lowest current one. `apart`: only a split key
    parts them, so each pair hears a no with the evidence that stands.
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
            elif apart:
                yield Verdict((one, other), *ends, "no", evidence, None, published_ms, "split")
            elif heirs == (one, other):
                yield Verdict(heirs, *ends, "yes", evidence, None, published_ms)
            else:
                yield Verdict((one, other), *ends, "moved", evidence, heirs, published_ms)


def _current(side: str, sides: Sequence[str]) -> str:
    return side if side in sides else min(sides)
