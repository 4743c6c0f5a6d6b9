"""The one sequencer: gives entries contiguous numbers, grows the tree, signs its head."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from consumers.sqlite import Upsert
from consumers.store.vault import CHECKPOINT, ENTRY, LOG
from schemas.merkle import Frontier, leaf_hash
from schemas.notice import Checkpoint
from schemas.record import microseconds

Sign = Callable[[bytes], bytes]

#: Entries numbered in one transaction; the rest waits for the next.
BATCH: Final = 2_000
_HEAD: Final = 1
_PUT_HEAD: Final = Upsert(LOG)


def checkpoint_text(origin: str, size: int, root: bytes) -> bytes:
    """Return what is signed: the log's name, its size and its root, a line each."""
    return f"liaison-ledger/v1\n{origin}\n{size}\n{root.hex()}\n".encode()


def sequence(connection: Connection, sign: Sign, origin: str, now: datetime) -> int:
    """Number waiting entries in the order they were written; return how many.

    # INVARIANT: numbers, frontier and signed head commit together, so a crash leaves either no
    # trace of the batch or all of it, and the next number is always the frontier's size.
    """
    waiting = connection.execute(
        select(ENTRY.c.sequence, ENTRY.c.statement)
        .where(ENTRY.c.number.is_(None))
        .order_by(ENTRY.c.sequence)
        .limit(BATCH)
    ).all()
    if not waiting:
        return 0
    frontier = _frontier(connection)
    numbered = [
        {"at": row.sequence, "leaf": frontier.append(leaf_hash(row.statement))} for row in waiting
    ]
    connection.execute(
        update(ENTRY).where(ENTRY.c.sequence == bindparam("at")).values(number=bindparam("leaf")),
        numbered,
    )
    head = {"id": _HEAD, "size": frontier.size, "frontier": frontier.to_bytes()}
    _PUT_HEAD(connection, head)
    connection.execute(
        insert(CHECKPOINT).values(
            size=frontier.size,
            root=frontier.root,
            signature=sign(checkpoint_text(origin, frontier.size, frontier.root)),
            signed_us=microseconds(now),
        )
    )
    return len(numbered)


def latest_checkpoint(connection: Connection) -> Checkpoint | None:
    """Return the newest signed head; None while nothing was ever sequenced."""
    row = connection.execute(
        select(CHECKPOINT).order_by(CHECKPOINT.c.size.desc()).limit(1)
    ).one_or_none()
    return None if row is None else Checkpoint(row.size, row.root, row.signature)


def _frontier(connection: Connection) -> Frontier:
    stored = connection.execute(select(LOG.c.frontier)).scalar_one_or_none()
    return Frontier() if stored is None else Frontier.from_bytes(stored)
