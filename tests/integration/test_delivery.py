"""Deliver on a real broker, real vault, real inbox and a real endpoint on loopback.

One module, because every test needs the same house of stage, process and endpoint.
"""

import json
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select, text

from consumers.delivery.app import Deliver
from consumers.ledger.verify import verify
from consumers.store.queries import (
    backlog,
    delivered,
    explain_notice,
    held_notices,
    standings_by_outcome,
    unaccounted,
)
from consumers.store.vault import NOTICE
from schemas.errors import ConfigError
from schemas.signing import public_bytes
from tests.support.delivery_house import House, closing_engine
from tests.support.waiting import eventually
from tests.support.webhook_receiver import WebhookReceiver


@pytest.fixture
def house(broker: str, namespace: str, tmp_path: Path) -> Iterator[House]:
    with closing(House(broker, namespace, tmp_path)) as made:
        yield made


def test_match_reaches_both_inboxes_and_the_webhook_accounted(house: House) -> None:
    house.start()
    house.stage.matched(1)
    house.stage.flush()
    eventually(lambda: house.open_ids("HSI/miami") and house.open_ids("BIS/enforcement"))
    eventually(lambda: house.hook.notices)
    eventually(house.at_rest)
    with closing_engine(house.settings.vault) as vault:
        assert delivered(vault).received == {"inbox": 2, "webhook": 1}
        assert unaccounted(vault) == []
        key = public_bytes(house.settings.ledger_key)
        assert verify(vault, key, house.stage.topics.namespace).problems == ()
    (headers,) = house.hook.headers
    assert headers["webhook-id"] in house.hook.notices


@pytest.mark.promise("recall")
def test_withdrawn_marking_is_recalled_from_inbox_and_webhook(house: House) -> None:
    house.start()
    house.stage.matched(1)
    eventually(lambda: house.open_ids("BIS/enforcement") and house.hook.notices)
    told = set(house.hook.notices)
    house.stage.corrected(1, 2, audience=[])
    eventually(lambda: not house.open_ids("BIS/enforcement"))
    eventually(lambda: len(house.hook.notices) == 2)
    (recall,) = [n for n in house.hook.notices.values() if n.action == "recall"]
    assert (set(recall.supersedes), recall.data) == (told, None)


@pytest.mark.promise("receiver-down")
def test_endpoint_that_fails_or_hangs_holds_up_nobody_else(house: House) -> None:
    house.hook.hanging = True
    house.start()
    for number in range(8):
        house.stage.matched(number)
    eventually(lambda: len(house.open_ids("BIS/enforcement")) == 8)
    assert house.hook.requests <= house.settings.webhook_concurrency
    house.hook.hanging = False
    eventually(lambda: len(house.hook.notices) == 8, 30)


@pytest.mark.promise("receiver-down")
def test_refusing_endpoint_is_left_alone_and_alarms(house: House) -> None:
    house.hook.status = 410
    deliver = house.start()
    house.stage.matched(1)
    eventually(lambda: house.hook.requests == 1)
    with closing_engine(house.settings.vault) as vault:
        eventually(lambda: backlog(vault)["failed"] == 1)
    eventually(lambda: b"failed_notices 1.0" in probe(deliver, "/metrics")[1])
    assert house.hook.requests == 1


@pytest.mark.promise("receiver-down")
def test_server_error_is_tried_again_under_the_same_id(house: House) -> None:
    house.hook.status = 503
    house.start()
    house.stage.matched(1)
    eventually(lambda: house.hook.requests == 2)
    house.hook.status = 200
    eventually(lambda: house.hook.notices, 20)
    assert len({h["webhook-id"] for h in house.hook.headers}) == 1
    with closing_engine(house.settings.vault) as vault:
        history = eventually(lambda: explain_notice(vault, next(iter(house.hook.notices))))
        eventually(house.at_rest)
        history = explain_notice(vault, next(iter(house.hook.notices)))
    assert history is not None
    assert [result for *_, result in history.attempts][:2] == ["5xx", "5xx"]


@pytest.mark.promise("ledger-down")
def test_nothing_is_delivered_while_the_ledger_is_unavailable(house: House) -> None:
    deliver = house.start()
    engine = create_engine(f"sqlite:///{house.settings.vault}", isolation_level="AUTOCOMMIT")
    with engine.connect() as holder:
        holder.execute(text("BEGIN EXCLUSIVE"))
        house.stage.matched(1)
        house.stage.flush()
        eventually(lambda: "ledger" in deliver.condition.reasons)
        status, body = probe(deliver, "/readyz")
        assert (status, json.loads(body)["reasons"]) == (503, {"ledger": "OperationalError"})
        assert probe(deliver, "/livez")[0] == 200
        assert not house.open_ids("HSI/miami")
        assert house.hook.requests == 0
        holder.execute(text("ROLLBACK"))
    engine.dispose()
    eventually(lambda: house.open_ids("HSI/miami") and house.hook.notices)
    eventually(lambda: probe(deliver, "/readyz")[0] == 200)


def test_owner_is_told_of_a_version_conflict_and_acks_come_back(house: House) -> None:
    house.start()
    house.stage.matched(1)
    house.stage.conflict("hsi.field/R-1")
    (refusal,) = eventually(lambda: house.inbox.list_refusals("HSI/miami"))
    assert (refusal.record, refusal.reason) == ("hsi.field/R-1", "VERSION_CONFLICT")
    assert house.inbox.list_refusals("BIS/enforcement") == ()
    (notice_id,) = eventually(lambda: house.open_ids("HSI/miami"))
    assert house.inbox.acknowledge("HSI/miami", notice_id, "officer-1", refusal.refused_at)
    with closing_engine(house.settings.vault) as vault:
        eventually(lambda: acknowledged_by(vault, notice_id) == "officer-1")


def test_second_process_is_refused(house: House) -> None:
    house.start()
    with pytest.raises(ConfigError, match="another deliver process"):
        Deliver(house.settings).run()


@pytest.mark.timeout(180)
def test_deliver_killed_again_and_again_loses_nothing_and_repeats_no_id(house: House) -> None:
    process = house.spawn()
    for kill in range(4):
        for number in range(kill * 40, kill * 40 + 40):
            house.stage.matched(number)
        for number in range(max(0, kill * 40 - 20), kill * 40, 4):
            house.stage.corrected(number, 2, audience=[])
        house.stage.flush()
        eventually(partial(more_than, house.hook, len(house.hook.notices) + 5), 30)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = house.spawn()
    recalled = {n for k in range(1, 4) for n in range(k * 40 - 20, k * 40, 4)}
    held = {number for number in range(160) if number not in recalled}
    eventually(lambda: len(house.open_ids("BIS/enforcement")) == len(held), 60)
    eventually(house.at_rest, 30)
    process.terminate()
    process.wait(10)
    with closing_engine(house.settings.vault) as vault:
        key = public_bytes(house.settings.ledger_key)
        assert verify(vault, key, house.stage.topics.namespace).problems == ()
        assert unaccounted(vault) == []
        standing = held_notices(vault)
        hooks = {m for m, channel in standing.values() if channel == "bis-hook"}
        assert hooks == {f"m-{number}" for number in held}
        assert set(standing_by_channel(standing, "bis")) == house.open_ids("BIS/enforcement")
        assert standings_by_outcome(vault).get("PARK") is None
        with vault.connect() as connection:
            first = select(NOTICE.c.match, NOTICE.c.channel).where(NOTICE.c.action == "notice")
            told = [tuple(row) for row in connection.execute(first)]
    assert len(told) == len(set(told)), "a second id for one notice"
    taken_back = {i for n in house.hook.notices.values() for i in n.supersedes}
    still = {i for i, n in house.hook.notices.items() if n.data and i not in taken_back}
    assert still == set(standing_by_channel(standing, "bis-hook"))


def standing_by_channel(standing: dict[str, tuple[str, str]], channel: str) -> list[str]:
    return [notice_id for notice_id, (_, told) in standing.items() if told == channel]


def acknowledged_by(vault: Engine, notice_id: str) -> str | None:
    history = explain_notice(vault, notice_id)
    return None if history is None else history.acknowledged_by


def more_than(hook: WebhookReceiver, count: int) -> bool:
    return len(hook.notices) > count


def probe(deliver: Deliver, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{deliver.web.port}{path}") as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
