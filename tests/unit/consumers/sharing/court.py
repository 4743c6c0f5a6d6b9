"""The shipped policy with officers and a court matter in its register, and how to ask it."""

from functools import lru_cache
from typing import Any

from consumers.sharing.decide import Consent, Decision, Outcome, RecordHistory
from consumers.sharing.policy import AGREEMENTS, Policy, build_policy
from schemas.event import Identifier
from schemas.match import Evidence
from schemas.party import Channel, Matter, Officer, Register
from tests.unit.consumers.sharing.parties import REGISTER
from tests.unit.consumers.sharing.scene import (
    NOW,
    SECRETS,
    ask,
    record,
    support,
)

CHILD = "child_exploitation"
BEFORE_SUSPENSION = NOW.replace(year=2021)
ACCOUNT: Identifier = {"scheme": "iban", "issuer": None, "value": "DE89370400440532013000"}
ITN: Identifier = {"scheme": "itn", "issuer": None, "value": "X20240101123456"}
MATTER = "GJ-24-017"

_OFFICERS = (
    Officer("listed", "BIS/enforcement", "A", duties=("investigating",)),
    Officer("unlisted", "BIS/enforcement", "B", duties=("screening",)),
    Officer("national", "HSI/los-angeles", "C", duties=("investigating",)),
    Officer("exchange", "HSI/los-angeles", "D", duties=("investigating",), country="GB"),
)


@lru_cache(1)
def policy() -> Policy:
    """The shipped documents, with officers who read channels of their own, and a matter."""
    texts = {path.name: path.read_text() for path in AGREEMENTS.glob("*.yaml")}
    channels = {
        officer.id: Channel(
            officer.id, officer.office, "inbox", "criminal_investigation", officer=officer.id
        )
        for officer in _OFFICERS
    }
    court = Channel("court", "BIS/enforcement", "inbox", "prosecution")
    job = Channel("job", "BIS/enforcement", "inbox", "employment")
    register = Register(
        REGISTER.agencies,
        REGISTER.offices,
        {**REGISTER.channels, **channels, "court": court, "job": job},
        {},
        {officer.id: officer for officer in _OFFICERS},
        {MATTER: Matter(MATTER, "HSI", ("listed",))},
    )
    return build_policy(texts, register, SECRETS)


def told(
    channel: str,
    left: RecordHistory,
    right: RecordHistory,
    *evidence: Evidence,
    consents: tuple[Consent, ...] = (),
    **changes: Any,
) -> Decision:
    now = changes.pop("now", NOW)
    found = support(left, right, *evidence, **changes)
    return ask(channel, (left, right), found, policy=policy(), now=now, consents=consents)


def la(**changes: Any) -> RecordHistory:
    return record("hsi.field/R-2", "HSI/los-angeles", **changes)


def outcome(decision: Decision) -> tuple[Outcome, str | None]:
    return decision.outcome, decision.hold_for
