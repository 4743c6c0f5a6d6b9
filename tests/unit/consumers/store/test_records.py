"""Which version is in force depends on ranks, never on the order of arrival."""

from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import Engine

from consumers.delivery.apply import Intake, Message
from consumers.sqlite import open_store
from consumers.store.records import closed_sides, dump_marking, histories, load_marking
from consumers.store.vault import METADATA
from schemas.topics import KEY_FACT_SCHEMA
from tests.support.delivery_world import CODEC, TOPICS, rank_of, record_message
from tests.support.events import build_marking

RECORD = "hsi.field/C-1"
CASE = "HSI:case/24-0017"


@pytest.fixture
def vault(tmp_path: Path) -> Engine:
    return open_store(tmp_path / "vault.db", METADATA)


def apply(vault: Engine, *messages: Message) -> None:
    with vault.begin() as connection:
        Intake(CODEC, TOPICS).apply(connection, messages, 1, 0)


def versions() -> list[Message]:
    return [
        record_message(0, RECORD, 1, "first", barred=["GBR/desk"], sides=[CASE]),
        record_message(1, RECORD, 2, withdrawn=True, barred=["BIS/oee"]),
        record_message(
            2, RECORD, 3, event_type="liaison.hsi.field.CaseClosed", sides=[CASE], barred=["X/y"]
        ),
    ]


@pytest.mark.parametrize("batched", [True, False])
def test_any_order_ends_in_the_highest_rank_with_every_marking(
    batched: bool, tmp_path: Path
) -> None:
    for number, order in enumerate(permutations(versions())):
        vault = open_store(tmp_path / f"{number}.db", METADATA)
        if batched:
            apply(vault, *order, *order)
        else:
            for message in order:
                apply(vault, message)
        with vault.connect() as connection:
            history = histories(connection, [RECORD], CODEC)[RECORD]
            assert closed_sides(connection, [CASE, "HSI:case/other"]) == {CASE}
        vault.dispose()
        assert history.newest_rank == rank_of(RECORD, 3)
        assert history.newest is not None
        barred = {rank[0]: m["caveats"] for rank, m in history.markings.items()}
        assert barred == {1: ["GBR/desk"], 2: ["BIS/oee"], 3: ["X/y"]}


def test_withdrawn_record_keeps_its_marking_and_no_payload(vault: Engine) -> None:
    first, withdrawn, _ = versions()
    apply(vault, withdrawn, first)
    with vault.connect() as connection:
        history = histories(connection, [RECORD], CODEC)[RECORD]
    assert history.newest is None
    assert set(history.markings) == {rank_of(RECORD, 1), rank_of(RECORD, 2)}


def test_reopened_case_is_not_closed(vault: Engine) -> None:
    apply(vault, versions()[2])
    apply(vault, record_message(3, RECORD, 4, sides=[CASE]))
    with vault.connect() as connection:
        assert closed_sides(connection, [CASE]) == frozenset()


def test_unknown_record_is_absent_and_broken_message_is_counted(vault: Engine) -> None:
    broken = Message(TOPICS.record, 0, 0, b"\x00\x00\x00\x00\x01", {}, 0)
    with vault.begin() as connection:
        assert Intake(CODEC, TOPICS).apply(connection, [broken], 1, 0) == 1
        assert histories(connection, ["a/b"], CODEC) == {}


def test_facts_about_keys_on_the_record_topic_are_passed_over(vault: Engine) -> None:
    body = CODEC.encode(KEY_FACT_SCHEMA, {"record": RECORD, "published_ms": 0, "facts": []})
    fact = Message(TOPICS.record, 0, 0, body, {}, 0)
    with vault.begin() as connection:
        assert Intake(CODEC, TOPICS).apply(connection, [fact], 1, 0) == 0
        assert histories(connection, [RECORD], CODEC) == {}


def test_marking_survives_its_json() -> None:
    marking = build_marking(fields=[])
    assert load_marking(dump_marking(marking)) == marking  # type: ignore[arg-type]
