"""Check of a whole ledger from its rows: numbers, tree, signatures, no attempt before its entry."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, or_, select

from consumers.ledger.sequencer import checkpoint_text
from consumers.store.vault import ATTEMPT, CHECKPOINT, ENTRY, LOG
from schemas.merkle import EMPTY_ROOT, Frontier, leaf_hash
from schemas.notice import Checkpoint
from schemas.signing import verify_detached


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked; the ledger holds where `problems` is empty."""

    size: int
    root: bytes
    waiting: int
    checkpoints: int
    attempts: int
    problems: tuple[str, ...]


def verify(
    engine: Engine,
    public_key: bytes,
    origin: str,
    witnessed: Iterable[Checkpoint] = (),
) -> Verification:
    """Recompute the log of a vault.

    `public_key` is raw, 32 bytes; `origin` the log's name. `witnessed` are checkpoints that
    recipients kept: only they can show that the operator did not rewrite the log and sign anew.
    """
    with engine.connect() as connection:
        heads = {
            row.size: Checkpoint(row.size, row.root, row.signature)
            for row in connection.execute(select(CHECKPOINT))
        }
        roots, problems = _recompute(connection, {*heads, *(w.size for w in witnessed)})
        size = max(roots)
        problems += _head_problems(connection, size, roots[size])
        problems += _checkpoint_problems((*heads.values(), *witnessed), roots, public_key, origin)
        if size and size not in heads:
            problems.append(f"size {size} has no checkpoint")
        problems += _attempt_problems(connection)
        waiting = _count(connection, select(ENTRY.c.sequence).where(ENTRY.c.number.is_(None)))
        attempts = _count(connection, select(ATTEMPT.c.attempt))
    return Verification(size, roots[size], waiting, len(heads), attempts, tuple(problems))


def _recompute(connection: Connection, sizes: set[int]) -> tuple[dict[int, bytes], list[str]]:
    """Return the roots at these sizes and at the end, and gaps in the numbers."""
    frontier, roots, problems = Frontier(), {0: EMPTY_ROOT}, []
    numbered = select(ENTRY.c.number, ENTRY.c.statement).where(ENTRY.c.number.is_not(None))
    for row in connection.execute(numbered.order_by(ENTRY.c.number)):
        if row.number != frontier.size:
            problems.append(f"entry {frontier.size} is missing: {row.number} follows")
            break
        frontier.append(leaf_hash(row.statement))
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root
    roots[frontier.size] = frontier.root
    return roots, problems


def _head_problems(connection: Connection, size: int, root: bytes) -> Iterator[str]:
    head = connection.execute(select(LOG)).one_or_none()
    if head is None:
        if size:
            yield "the log has entries but no head"
        return
    if head.size != size or Frontier.from_bytes(head.frontier).root != root:
        yield f"the log's head says size {head.size}, its entries give another tree of {size}"


def _checkpoint_problems(
    checkpoints: Iterable[Checkpoint],
    roots: dict[int, bytes],
    public_key: bytes,
    origin: str,
) -> Iterator[str]:
    for checkpoint in checkpoints:
        if roots.get(checkpoint.size) != checkpoint.root:
            yield f"checkpoint {checkpoint.size} is not a head of this log"
        text = checkpoint_text(origin, checkpoint.size, checkpoint.root)
        if not verify_detached(public_key, text, checkpoint.signature):
            yield f"checkpoint {checkpoint.size} is not signed by this key"


def _attempt_problems(connection: Connection) -> Iterator[str]:
    """Every begun attempt stands after its entry: the entry is inside the log it began with."""
    early = (
        select(ATTEMPT.c.attempt, ATTEMPT.c.notice_id)
        .select_from(ATTEMPT.outerjoin(ENTRY, ENTRY.c.notice_id == ATTEMPT.c.notice_id))
        .where(or_(ENTRY.c.number.is_(None), ENTRY.c.number >= ATTEMPT.c.log_size))
    )
    for row in connection.execute(early):
        yield f"attempt {row.attempt} of notice {row.notice_id} began before its entry"


def _count(connection: Connection, query: Select[Any]) -> int:
    counted = select(func.count()).select_from(query.subquery())
    return int(connection.execute(counted).scalar_one())
