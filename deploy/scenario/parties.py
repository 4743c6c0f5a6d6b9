"""The parties of a scenario: those that come with it (`parties.yaml`), and what it adds."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

import yaml

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
    Duty,
    Matter,
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
RECIPIENT: Final = form.matching(
    r"[A-Z0-9]{2,8}/[a-z0-9]+(-[a-z0-9]+)*(:[a-z][a-z0-9-]*)?",
    "a recipient: an office, such as `BIS/enforcement`, or its officer, `BIS/enforcement:kane`",
)
COUNTRY: Final = form.word(ALPHA_3)
_PERSON: Final = form.matching(r"[a-z][a-z0-9-]{1,30}", "an officer's id, such as `kane`")
_SINCE, _UNTIL = datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)


@cache
def keys() -> Mapping[str, SigningKeyPair]:
    """Return each source system's private key, the same for every scenario of this process."""
    return {source: SigningKeyPair(generate_key()) for source in SOURCES}


def register(added: Spot | None) -> Register:
    """Return the parties that come with every scenario, and those of its `register:`."""
    sections = ("agencies", "offices", "subscribe", "officers", "matters")
    rows: dict[str, Any] = {section: {} for section in sections}
    _read(form.parse(PARTIES.read_text(encoding="utf-8"), PARTIES.name), rows)
    if added is not None:
        _read(added, rows)
    offices = {key: office for key, (office, _) in rows["offices"].items()}
    signing = [_signing_key(source, key) for source, key in keys().items()]
    officers = [Officer(officer_of(key), key, f"Duty officer, {key}") for key in offices]
    officers += [officer for officer, _ in rows["officers"].values()]
    receiving = {key: (key, purpose, None) for key, (_, purpose) in rows["offices"].items()} | {
        f"{officer.office}:{officer.id}": (officer.office, purpose, officer.id)
        for officer, purpose in rows["officers"].values()
    }
    channels = [
        Channel(
            channel_of(name),
            office,
            "inbox",
            purpose,
            subscriptions=rows["subscribe"].get(name, ()),
            officer=officer,
        )
        for name, (office, purpose, officer) in receiving.items()
    ]
    return Register(
        agencies=rows["agencies"],
        offices=offices,
        channels={channel.id: channel for channel in channels},
        keys={key.key_id: key for key in signing},
        officers={officer.id: officer for officer in officers},
        matters=rows["matters"],
    )


def joined(registers: Sequence[Register]) -> Register:
    """Return everybody of several registers, for stages that admit the events of all of them."""
    sections = ("agencies", "offices", "channels", "keys", "officers")
    return Register(
        **{
            section: {
                key: entry for each in registers for key, entry in getattr(each, section).items()
            }
            for section in sections
        }
    )


def recipients_of(parties: Register) -> dict[str, Channel]:
    """Return the channels by the names of the format: `BIS/enforcement`, `BIS/enforcement:kane`."""
    return {
        each.office if each.officer is None else f"{each.office}:{each.officer}": each
        for each in parties.channels.values()
    }


def channel_of(recipient: str) -> str:
    """Return the id of a recipient's inbox channel."""
    return recipient.lower().replace("/", "-").replace(":", ".")


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
            "officers": form.listing(_officer),
            "matters": form.listing(_matter),
            "subscribe": lambda each: each,
        },
    )
    for agency in found.get("agencies", ()):
        rows["agencies"][agency.code] = agency
    for each in found.get("offices", ()):
        office, purpose = _office(each, rows["agencies"])
        rows["offices"][office.id] = office, purpose
    for officer, purpose in found.get("officers", ()):
        if officer.office not in rows["offices"]:
            raise spot.refuse(f"{officer.office!r} is no office of the register")
        rows["officers"][officer.id] = officer, purpose
    for matter in found.get("matters", ()):
        if missing := sorted(set(matter.officers) - rows["officers"].keys()):
            raise spot.refuse(f"{missing[0]!r} is no officer of the register")
        rows["matters"][matter.id] = matter
    if "subscribe" in found:
        named = rows["offices"].keys() | {
            f"{o.office}:{o.id}" for o, _ in rows["officers"].values()
        }
        for name, each in form.keys(found["subscribe"]).items():
            if name not in named:
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


def _officer(spot: Spot) -> tuple[Officer, str]:
    """Read an officer with an inbox of one's own, which serves the purpose given."""
    said = form.mapping(
        spot,
        {"officer": _PERSON, "office": OFFICE, "purpose": form.word(PURPOSES)},
        {"duties": form.listing(form.word(get_args(Duty))), "country": COUNTRY},
    )
    officer = Officer(
        said["officer"],
        said["office"],
        said["officer"],
        duties=said.get("duties", ()),
        country=said.get("country"),
    )
    return officer, said["purpose"]


def _matter(spot: Spot) -> Matter:
    said = form.mapping(
        spot, {"matter": form.text, "agency": AGENCY, "officers": form.listing(_PERSON)}, {}
    )
    return Matter(said["matter"], said["agency"], said["officers"])


def _subscription(spot: Spot) -> Subscription:
    """Read `all`, a list of match classes, or `{classes: …, country: …}`."""
    word = form.word(MATCH_CLASSES)
    if spot.node.value == "all":
        return Subscription(tuple(MATCH_CLASSES))
    if isinstance(spot.node, yaml.MappingNode):
        values = form.mapping(spot, {}, {"classes": form.listing(word), "country": COUNTRY})
        return Subscription(values.get("classes", tuple(MATCH_CLASSES)), values.get("country"))
    return Subscription(form.listing(word)(spot))


def _signing_key(source: str, key: SigningKeyPair) -> SigningKey:
    public = public_bytes(key.private_key)
    return SigningKey(key.key_id, SOURCES[source], (source,), public, _SINCE, _UNTIL)
