"""What was changed in a ledger after the fact is found, by its own rows or by a witness."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select, update

from consumers.ledger.sequencer import checkpoint_text, latest_checkpoint
from consumers.ledger.verify import verify
from consumers.store.vault import ATTEMPT, CHECKPOINT, ENTRY, LOG
from schemas.merkle import Frontier, leaf_hash
from schemas.signing import generate_key, public_bytes
from tests.support.delivery_world import (
    TOPICS,
    World,
    build_support,
    match_message,
    record_message,
)

Tamper = Callable[[Connection], object]


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    support = build_support("hsi.field/R-1", "bis.oee/P-1")
    records = [
        record_message(0, "hsi.field/R-1", 1),
        record_message(1, "bis.oee/P-1", 1, owner="BIS/oee"),
    ]
    made.turn(*records, match_message(1, "m1", 1, [support]))
    made.turn(match_message(2, "m1", 2, []))
    return made


def problems(world: World) -> tuple[str, ...]:
    return verify(world.vault, world.public_key, TOPICS.namespace).problems


def test_untouched_ledger_holds(world: World) -> None:
    assert problems(world) == ()


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (lambda c: c.execute(delete(ENTRY).where(ENTRY.c.number == 2)), "entry 2 is missing"),
        (
            lambda c: c.execute(update(ENTRY).where(ENTRY.c.number == 1).values(statement=b"{}")),
            "is not a head of this log",
        ),
        (lambda c: c.execute(update(CHECKPOINT).values(signature=b"0" * 64)), "is not signed"),
        (lambda c: c.execute(delete(CHECKPOINT)), "has no checkpoint"),
        (lambda c: c.execute(delete(LOG)), "no head"),
        (lambda c: c.execute(update(ATTEMPT).values(log_size=0)), "began before its entry"),
        (
            lambda c: c.execute(update(ENTRY).where(ENTRY.c.number == 5).values(number=None)),
            "began before its entry",
        ),
    ],
)
def test_tampering_is_found(world: World, tamper: Tamper, found: str) -> None:
    with world.vault.begin() as connection:
        tamper(connection)
    assert any(found in problem for problem in problems(world))


def test_log_rewritten_and_signed_anew_is_found_by_a_witness(world: World) -> None:
    with world.vault.begin() as connection:
        witnessed = latest_checkpoint(connection)
        assert witnessed is not None
        connection.execute(update(ENTRY).where(ENTRY.c.number == 0).values(statement=b"{}"))
        rows = connection.execute(select(ENTRY.c.statement).order_by(ENTRY.c.number)).scalars()
        tree = Frontier(leaf_hash(statement) for statement in rows)
        signature = world.key.sign(checkpoint_text(TOPICS.namespace, tree.size, tree.root))
        connection.execute(delete(CHECKPOINT))
        connection.execute(update(LOG).values(frontier=tree.to_bytes()))
        new = {"size": tree.size, "root": tree.root, "signature": signature, "signed_us": 0}
        connection.execute(CHECKPOINT.insert().values(new))
    assert problems(world) == ()
    seen = verify(world.vault, world.public_key, TOPICS.namespace, [witnessed]).problems
    assert seen == (f"checkpoint {witnessed.size} is not a head of this log",)


def test_another_key_or_another_log_does_not_verify(world: World) -> None:
    other = public_bytes(generate_key())
    assert verify(world.vault, other, TOPICS.namespace).problems
    assert verify(world.vault, world.public_key, "another").problems
