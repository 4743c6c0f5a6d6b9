"""The parties of the synthetic world, with fresh keys: who publishes, who is told, where."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from producers.sdk import SigningKeyPair
from schemas.catalogue import SOURCES
from schemas.party import (
    Agency,
    AgencyClass,
    Channel,
    Contact,
    Office,
    OfficeClass,
    Officer,
    Register,
    SigningKey,
    Subscription,
    dump_register,
    sign_register,
)
from schemas.signing import generate_key, public_bytes, save_private_key

REGISTER_FILE: Final = "parties.yaml"
REGISTER_KEY_FILE: Final = "parties.pub"
_KEY_LIFE: Final = timedelta(days=365)
_EVERYTHING: Final = ("target", "shared_identifier", "space_time")

_AGENCIES: Final[tuple[tuple[str, str, str, str, AgencyClass], ...]] = (
    (
        "HSI",
        "Homeland Security Investigations",
        "Homeland Security",
        "US",
        "federal_law_enforcement",
    ),
    ("CBP", "Customs and Border Protection", "Homeland Security", "US", "federal_law_enforcement"),
    ("BIS", "Bureau of Industry and Security", "Commerce", "US", "federal_law_enforcement"),
    ("FBI", "Federal Bureau of Investigation", "Justice", "US", "federal_law_enforcement"),
    ("STATE", "Department of State", "State", "US", "federal_other"),
    ("COMMERCE", "Licensing and export filings", "Commerce", "US", "federal_other"),
    ("E2C2", "Export Enforcement Coordination Center", "Homeland Security", "US", "federal_other"),
    ("NEECN", "National Export Enforcement Network", "Homeland Security", "US", "federal_other"),
    ("SKR", "Investigative Committee", "foreign", "RU", "foreign"),
    ("MEX", "Federal Prosecutor", "foreign", "MX", "foreign"),
    ("GBR", "National agency", "foreign", "GB", "foreign"),
    ("INDUSTRY", "Outreach contacts of industry", "private", "US", "industry"),
)
_OFFICES: Final[tuple[tuple[str, str, OfficeClass, str, str], ...]] = (
    ("HSI", "miami", "enforcement", "US", "criminal_investigation"),
    ("HSI", "los-angeles", "enforcement", "US", "criminal_investigation"),
    ("HSI", "new-york", "enforcement", "US", "criminal_investigation"),
    ("HSI", "victim-center", "victim", "US", "victim_protection"),
    ("HSI", "attache-mexico", "attache", "MX", "criminal_investigation"),
    ("HSI", "watch", "watch", "US", "deconfliction"),
    ("HSI", "coordination", "coordination", "US", "deconfliction"),
    ("BIS", "enforcement", "enforcement", "US", "export_enforcement"),
    ("CBP", "operations", "enforcement", "US", "border_security"),
    ("SKR", "main", "enforcement", "RU", "criminal_investigation"),
    ("INDUSTRY", "outreach", "industry", "US", "outreach"),
    ("FBI", "headquarters", "enforcement", "US", ""),
    ("STATE", "visa-office", "analysis", "US", "visa_screening"),
    ("COMMERCE", "licensing", "analysis", "US", "licence_determination"),
    ("E2C2", "desk", "coordination", "US", ""),
    ("NEECN", "desk", "coordination", "US", ""),
    ("MEX", "prosecutor", "enforcement", "MX", "criminal_investigation"),
    ("GBR", "london", "enforcement", "GB", "criminal_investigation"),
)
"""Agency, office, class, country, and the purpose of its channel; no purpose, no channel."""

_SUBSCRIPTIONS: Final[Mapping[str, tuple[Subscription, ...]]] = {
    "CBP/operations": (Subscription(("target", "space_time")),),
    "HSI/attache-mexico": (Subscription(_EVERYTHING, touches_country="MX"),),
    "INDUSTRY/outreach": (Subscription(("target",)),),
}


@dataclass(frozen=True, slots=True)
class Webhook:
    """The address and secret (`whsec_…`) under which an office takes webhooks."""

    url: str
    secret: str

    @classmethod
    def at(cls, url: str) -> "Webhook":
        """A webhook with a fresh secret."""
        return cls(url, f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}")


@dataclass(frozen=True, slots=True)
class Parties:
    """A register, the key that signs it, and each source system's private key."""

    register: Register
    register_key: Ed25519PrivateKey
    keys: Mapping[str, SigningKeyPair]

    def save(self, folder: Path) -> Path:
        """Write register, its signature, its public key (raw) and `<source>.pem` files.

        Returns the register's path. Private keys are readable by their owner alone; raises
        FileExistsError where one is there already.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / REGISTER_FILE
        path.write_bytes(dump_register(self.register))
        sign_register(path, self.register_key)
        (folder / REGISTER_KEY_FILE).write_bytes(public_bytes(self.register_key))
        for source, key in self.keys.items():
            save_private_key(key.private_key, folder / f"{source}.pem")
        return path


def build_parties(now: datetime, webhooks: Mapping[str, Webhook]) -> Parties:
    """Return the world's parties; `webhooks` by office, e.g. `CBP/operations`, else an inbox.

    Keys are valid for a year around `now`, one for each source system.
    """
    keys = {source: SigningKeyPair(generate_key()) for source in SOURCES}
    offices = [_office(*row[:4]) for row in _OFFICES]
    channels = [_channel(row[0], row[1], row[4], webhooks) for row in _OFFICES if row[4]]
    signing_keys = [_signing_key(source, key, now) for source, key in keys.items()]
    officers = [Officer(f"{o.agency}-{o.code}-1", o.id, f"Duty officer, {o.id}") for o in offices]
    register = Register(
        agencies={row[0]: Agency(*row) for row in _AGENCIES},
        offices={office.id: office for office in offices},
        channels={channel.id: channel for channel in channels},
        keys={key.key_id: key for key in signing_keys},
        officers={officer.id: officer for officer in officers},
    )
    return Parties(register, generate_key(), keys)


def _office(agency: str, code: str, office_class: OfficeClass, country: str) -> Office:
    contact = Contact(
        name=f"Duty desk, {agency} {code}",
        phone="+12025550100",
        email=f"duty.{code}@{agency.lower()}.example",
    )
    return Office(agency, code, office_class, country, contact)


def _channel(agency: str, code: str, purpose: str, webhooks: Mapping[str, Webhook]) -> Channel:
    office = f"{agency}/{code}"
    webhook = webhooks.get(office)
    return Channel(
        id=f"{agency.lower()}-{code}",
        office=office,
        kind="webhook" if webhook else "inbox",
        purpose=purpose,
        url=webhook.url if webhook else "",
        secret=webhook.secret if webhook else "",
        subscriptions=_SUBSCRIPTIONS.get(office, ()),
    )


def _signing_key(source: str, key: SigningKeyPair, now: datetime) -> SigningKey:
    return SigningKey(
        key_id=key.key_id,
        agency=SOURCES[source],
        sources=(source,),
        public_key=public_bytes(key.private_key),
        valid_from=now - _KEY_LIFE,
        valid_to=now + _KEY_LIFE,
    )
