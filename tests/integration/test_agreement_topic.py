"""Agreements by the topic, on a real broker: in force without a restart, or refused and alarmed."""

import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from consumers.delivery.app import Deliver
from consumers.sharing.policy import AGREEMENTS, load_policy
from consumers.sharing.signatures import Signed, dump_signatures, sign
from consumers.store.queries import standings_by_outcome
from consumers.store.timers import alarms
from consumers.store.vault import PROCESS
from deploy import cli
from deploy.distribution import distribute
from schemas.party import Signer, dump_register, sign_register
from schemas.signing import generate_key, public_bytes
from tests.support.deliver_process import SECRETS
from tests.support.delivery_house import House, closing_engine
from tests.support.waiting import eventually

ID = "HSI-BIS-2024"
KEYS = {name: generate_key() for name in ("ann", "bob")}
BIS = (AGREEMENTS / "hsi-bis-2024.yaml").read_text()
WIDER = BIS.replace("version: 4", "version: 5").replace(
    "crime_types: [export_control,", "crime_types: [narcotics, export_control,"
)
"""Version 5 lets both share what concerns narcotics, which version 4 does not."""


@pytest.fixture
def house(
    broker: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """A house whose register knows two signers; commands find broker, vault and register."""
    with closing(House(broker, namespace, tmp_path)) as made:
        now = datetime.now(UTC)
        signers = {
            name: Signer(name, "HSI", name, public_bytes(key), now, now + timedelta(days=1))
            for name, key in KEYS.items()
        }
        register = replace(made.settings.policy.register, signers=signers)
        policy = load_policy(sorted(AGREEMENTS.glob("*.yaml")), register, SECRETS)
        made.settings = replace(made.settings, policy=policy)
        path, key = tmp_path / "parties.yaml", generate_key()
        path.write_bytes(dump_register(register))
        sign_register(path, key)
        (tmp_path / "parties.pub").write_bytes(public_bytes(key))
        for name, value in {
            "BROKER__BOOTSTRAP": broker,
            "NAMESPACE": namespace,
            "PARTITIONS": "1",
            "PATHS__VAULT": str(made.settings.vault.parent),
            "TRUST__REGISTER_FILE": str(path),
            "TRUST__REGISTER_KEY_FILE": str(tmp_path / "parties.pub"),
        }.items():
            monkeypatch.setenv(f"LIAISON_{name}", value)
        run("topics", "create")
        yield made


def test_version_that_two_signed_releases_without_a_restart_and_no_other_changes_anything(
    house: House, tmp_path: Path
) -> None:
    deliver = house.start()
    house.stage.matched(1, crime_types=["narcotics"])
    house.stage.flush()
    with closing_engine(house.settings.vault) as vault:
        eventually(lambda: house.at_rest() and standings_by_outcome(vault).get("DENY"))
    assert not house.open_ids("BIS/enforcement")

    document = tmp_path / "next.yaml"
    written(document, signed(WIDER, "ann"))
    assert "2 different signers" in str(run("agreement", "publish", str(document)).exception)
    put(house, signed(WIDER, "ann"))
    eventually(lambda: alarmed(house) == [(ID, "UNSIGNED")])
    assert counted(deliver, "UNSIGNED") == 1.0
    assert not house.open_ids("BIS/enforcement")

    written(document, signed(WIDER, "ann", "bob"))
    assert run("agreement", "publish", str(document)).exit_code == 0
    told = eventually(lambda: house.open_ids("BIS/enforcement"))
    eventually(lambda: alarmed(house) == [] and house.at_rest())

    newest = signed(WIDER.replace("version: 5", "version: 6"), "ann", "bob")
    put(house, newest._replace(text=newest.text.replace(b"1825", b"9999")))
    eventually(lambda: alarmed(house) == [(ID, "UNSIGNED")])
    before = decided_by(house)
    house.stop()
    house.start()
    assert decided_by(house) == before
    eventually(house.at_rest)
    assert house.open_ids("BIS/enforcement") == told
    assert alarmed(house) == [(ID, "UNSIGNED")]


def test_agreement_that_only_the_topic_brought_can_be_suspended(
    house: House, tmp_path: Path
) -> None:
    house.start()
    document = tmp_path / "other.yaml"
    written(document, signed(WIDER.replace(ID, "HSI-BIS-2030"), "ann", "bob"))
    act = ("agreement", "suspend", "HSI-BIS-2030", "--order", "Order 1")
    assert "no agreement HSI-BIS-2030" in str(run(*act).exception)
    assert run("agreement", "publish", str(document)).exit_code == 0
    eventually(lambda: run(*act).exit_code == 0)


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


def signed(text: str, *names: str) -> Signed:
    return Signed(text.encode(), tuple(sign(text.encode(), n, KEYS[n]) for n in names))


def written(document: Path, said: Signed) -> None:
    document.write_bytes(said.text)
    document.with_name(f"{document.name}.sig").write_bytes(dump_signatures(said))


def put(house: House, said: Signed) -> None:
    distribute(house.settings.bootstrap, house.settings.topics, {ID: said})


def alarmed(house: House) -> list[tuple[str, str]]:
    with closing_engine(house.settings.vault) as vault, vault.connect() as connection:
        return [(a["match"], a["basis"].partition(":")[0]) for a in alarms(connection)]


def decided_by(house: House) -> str:
    with closing_engine(house.settings.vault) as vault, vault.connect() as connection:
        return str(connection.execute(select(PROCESS.c.policy_version)).scalar_one())


def counted(deliver: Deliver, reason: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{deliver.web.port}/metrics") as reply:
        name = f'liaison_consumers_agreements_refused_total{{reason="{reason}"}}'
        lines = reply.read().decode().splitlines()
    return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name)), 0.0)
