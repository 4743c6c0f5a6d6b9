"""Which start of deliver owns the vault: a file lock keeps a second one out, a number fences it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from consumers.store.redecisions import ask_for_everything
from consumers.store.vault import PROCESS
from schemas.errors import ConfigError

_ROW: Final = 1


@contextmanager
def exclusive(vault: Path) -> Iterator[None]:
    """Hold the vault against a second deliver process; the kernel lets go when this one dies.

    Raises ConfigError while another process holds it.
    """
    vault.parent.mkdir(parents=True, exist_ok=True)
    with vault.with_suffix(".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(
                "vault_in_use", f"another deliver process holds {vault.name}; stop it first"
            ) from None
        yield


def take_over(connection: Connection, policy_version: str, now_us: int) -> int:
    """Begin a new generation and return it; under another policy everything is decided again."""
    known = connection.execute(select(PROCESS)).one_or_none()
    generation = 1 if known is None else known.generation + 1
    row = {"generation": generation, "policy_version": policy_version}
    upsert = insert(PROCESS).values(id=_ROW, acknowledgement=0, **row)
    connection.execute(upsert.on_conflict_do_update(index_elements=["id"], set_=row))
    if known is None or known.policy_version != policy_version:
        ask_for_everything(connection, now_us)
    return generation


def adopt(connection: Connection, policy_version: str, now_us: int) -> None:
    """Note another policy and ask for everything, in one transaction: a crash asks again."""
    connection.execute(update(PROCESS).values(policy_version=policy_version))
    ask_for_everything(connection, now_us)


def require(connection: Connection, generation: int) -> None:
    """Refuse to go on in a vault that another start has taken over.

    # INVARIANT: checked inside every transaction, so a stale process cannot commit.
    """
    if connection.execute(select(PROCESS.c.generation)).scalar() != generation:
        raise ConfigError("vault_taken_over", "another deliver process has taken the vault over")


def acknowledged_upto(connection: Connection) -> int:
    """Return up to which acknowledgement the inbox was pulled."""
    return connection.execute(select(PROCESS.c.acknowledgement)).scalar() or 0


def set_acknowledged_upto(connection: Connection, sequence: int) -> None:
    """Remember how far the inbox was pulled, in the transaction that writes what was."""
    connection.execute(update(PROCESS).values(acknowledgement=sequence))
