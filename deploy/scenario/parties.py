"""The parties of a scenario: those that come with it (`parties.yaml`), and what it adds."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from consumers.sharing import form
from consumers.sharing.form import Spot
from producers.sdk import SigningKeyPair
from schemas.catalogue import SOURCES
from schemas.countries import ALPHA_3
from schemas.marking import PURPOSES
from schemas.match import MATCH_CLASSES
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
)
from schemas.signing import generate_key, public_bytes

PARTIES: Final = Path(__file__).with_name("parties.yaml")

AGENCY: Final = form.matching(r"[A-Z0-9]{2,8}", "an agency's code")
OFFICE: Final = form.matching(
    r"[A-Z0-9]{2,8}/[a-z0-9]+(-[a-z0-9]+)*", "an office, such as `BIS/enforcement`"
)
COUNTRY: Final = form.word(ALPHA_3)
_SINCE, _UNTIL = datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)


@cache
def keys() -> Mapping[str, SigningKeyPair]:
    """Return each source system's private key, the same for every scenario of this process."""
    return {source: SigningKeyPair(generate_key()) for source in SOURCES}


def register(added: Spot | None) -> Register:
    """Return the parties that come with every scenario, and those of its `register:`."""
    rows: dict[str, Any] = {"agencies": {}, "offices": {}, "subscribe": {}}
    _read(form.parse(PARTIES.read_text(encoding="utf-8"), PARTIES.name), rows)
    if added is not None:
        _read(added, rows)
    offices = {key: office for key, (office, _) in rows["offices"].items()}
    signing = [_signing_key(source, key) for source, key in keys().items()]
    officers = [Officer(officer_of(key), key, f"Duty officer, {key}") for key in offices]
    return Register(
        agencies=rows["agencies"],
        offices=offices,
        channels={
            channel_of(key): Channel(
                channel_of(key),
                key,
                "inbox",
                purpose,
                subscriptions=rows["subscribe"].get(key, ()),
            )
            for key, (_, purpose) in rows["offices"].items()
        },
        keys={key.key_id: key for key in signing},
        officers={officer.id: officer for officer in officers},
    )


def channel_of(office: str) -> str:
    """Return the id of an office's inbox channel."""
    return office.lower().replace("/", "-")


def officer_of(office: str) -> str:
    """Return the id of an office's officer on duty."""
    return f"{office.replace('/', '-')}-1"


def _read(spot: Spot, rows: dict[str, Any]) -> None:
    found = form.mapping(
        spot,
        {},
        {
            "agencies": form.listing(_agency),
            "offices": form.listing(lambda each: each),
            "subscribe": lambda each: each,
        },
    )
    for agency in found.get("agencies", ()):
        rows["agencies"][agency.code] = agency
    for each in found.get("offices", ()):
        office, purpose = _office(each, rows["agencies"])
        rows["offices"][office.id] = office, purpose
    if "subscribe" in found:
        for name, each in form.keys(found["subscribe"]).items():
            if name not in rows["offices"]:
                raise each.refuse(f"{name!r} is no office of the register")
            rows["subscribe"][name] = (_subscription(each),)


def _agency(spot: Spot) -> Agency:
    values = form.mapping(
        spot,
        {"code": AGENCY, "class": form.word(get_args(AgencyClass)), "country": COUNTRY},
        {"name": form.text, "department": form.text},
    )
    return Agency(
        values["code"],
        values.get("name", values["code"]),
        values.get("department", values["code"]),
        values["country"],
        values["class"],
    )


def _office(spot: Spot, agencies: Mapping[str, Agency]) -> tuple[Office, str]:
    values = form.mapping(
        spot,
        {
            "office": OFFICE,
            "class": form.word(get_args(OfficeClass)),
            "purpose": form.word(PURPOSES),
        },
        {"country": COUNTRY},
    )
    code, slug = values["office"].split("/")
    if code not in agencies:
        raise spot.refuse(f"{code!r} is no agency of the register")
    contact = Contact(f"Duty desk, {code} {slug}", "+12025550100", f"duty.{slug}@{code}.example")
    country = values.get("country", agencies[code].country)
    return Office(code, slug, values["class"], country, contact), values["purpose"]


def _subscription(spot: Spot) -> Subscription:
    """Read `all`, a list of match classes, or `{classes: …, country: …}`."""
    word = form.word(MATCH_CLASSES)
    if spot.node.value == "all":
        return Subscription(tuple(MATCH_CLASSES))
    if isinstance(spot.node.value, list) and spot.node.id == "mapping":
        values = form.mapping(spot, {}, {"classes": form.listing(word), "country": COUNTRY})
        return Subscription(values.get("classes", tuple(MATCH_CLASSES)), values.get("country"))
    return Subscription(form.listing(word)(spot))


def _signing_key(source: str, key: SigningKeyPair) -> SigningKey:
    public = public_bytes(key.private_key)
    return SigningKey(key.key_id, SOURCES[source], (source,), public, _SINCE, _UNTIL)
