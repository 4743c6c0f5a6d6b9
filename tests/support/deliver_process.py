"""Deliver as a process of its own, over shipped agreements and a small register, for kill tests.

python -m tests.support.deliver_process BOOTSTRAP NAMESPACE FOLDER WEBHOOK_URL
"""

import sys
from pathlib import Path

from consumers.delivery.app import Deliver
from consumers.delivery.settings import DeliverSettings
from consumers.sharing.policy import AGREEMENTS, Secrets, load_policy
from schemas.party import Agency, AgencyClass, Channel, Contact, Office, Register
from schemas.signing import generate_key, load_private_key, save_private_key
from schemas.topics import Topics
from tests.unit.consumers.sharing.parties import REGISTER

SECRETS = Secrets(recipient=b"recipient secret", blocking=b"blocking secret")
WEBHOOK_SECRET = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ="
_CONTACT = Contact("Duty desk", "+1 202 555 0100", "desk@example.invalid")


_AGENCIES: tuple[tuple[str, str, str, str, AgencyClass], ...] = (
    ("HSI", "HSI", "DHS", "US", "federal_law_enforcement"),
    ("CBP", "CBP", "DHS", "US", "federal_law_enforcement"),
    ("BIS", "BIS", "Commerce", "US", "federal_law_enforcement"),
    ("FBI", "FBI", "Justice", "US", "federal_law_enforcement"),
    ("STATE", "State", "State", "US", "federal_other"),
    ("COMMERCE", "Commerce", "Commerce", "US", "federal_other"),
    ("SKR", "SKR", "abroad", "RU", "foreign"),
    ("MEX", "MEX", "abroad", "MX", "foreign"),
    ("GBR", "GBR", "abroad", "GB", "foreign"),
    ("INDUSTRY", "Exporters", "private", "US", "industry"),
)
"""Every party that the shipped documents name."""


def build_register(webhook_url: str) -> Register:
    """Parties of the shipped documents, two with offices; BIS is told by inbox and by webhook."""
    offices = (
        Office("HSI", "miami", "enforcement", "US", _CONTACT),
        Office("BIS", "enforcement", "enforcement", "US", _CONTACT),
    )
    channels = (
        Channel("miami", "HSI/miami", "inbox", "criminal_investigation"),
        Channel("bis", "BIS/enforcement", "inbox", "export_enforcement"),
        Channel(
            "bis-hook",
            "BIS/enforcement",
            "webhook",
            "export_enforcement",
            webhook_url,
            WEBHOOK_SECRET,
        ),
    )
    agencies = [Agency(*row) for row in _AGENCIES]
    return Register(
        {**REGISTER.agencies, **{agency.code: agency for agency in agencies}},
        {office.id: office for office in offices},
        {channel.id: channel for channel in channels if channel.kind == "inbox" or webhook_url},
        {},
        {},
    )


def build_settings(
    bootstrap: str, namespace: str, folder: Path, webhook_url: str
) -> DeliverSettings:
    """Settings whose files lie under `folder`; the ledger's key is made once and kept there."""
    key = folder / "ledger.pem"
    if not key.exists():
        save_private_key(generate_key(), key)
    register = build_register(webhook_url)
    return DeliverSettings(
        bootstrap=bootstrap,
        topics=Topics(namespace, partitions=1),
        vault=folder / "vault" / "vault.sqlite",
        inbox=folder / "inbox" / "inbox.sqlite",
        policy=load_policy(sorted(AGREEMENTS.glob("*.yaml")), register, SECRETS),
        ledger_key=load_private_key(key),
        allow_loopback_webhooks=True,
    )


if __name__ == "__main__":
    bootstrap, namespace, folder, webhook_url = sys.argv[1:]
    Deliver(build_settings(bootstrap, namespace, Path(folder), webhook_url)).run()
