"""The party register: agencies, offices, channels, keys and officers, in one signed document.

A YAML document with a detached Ed25519 signature beside it (`<path>.sig`, base64). Unknown and
repeated keys, and references to parties that the register does not hold, are refused. Countries
are ISO alpha-2. Types, checks and reading are one module: what is written is what is read.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from schemas.countries import ALPHA_3
from schemas.document import parse_yaml
from schemas.errors import ConfigError
from schemas.signing import sign_detached, verify_detached

AgencyClass = Literal["federal_law_enforcement", "federal_other", "state", "foreign", "industry"]
OfficeClass = Literal[
    "enforcement", "analysis", "attache", "watch", "coordination", "victim", "industry"
]

Duty = Literal[
    "investigating", "prosecuting", "intelligence", "screening", "licensing", "victim_assistance"
]
"""What an officer is for, where a rule asks it (18 USC 2517)."""

AgencyCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,8}$")]
OfficeSlug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
SourceSystem = Annotated[str, Field(pattern=r"^[a-z0-9]+(\.[a-z0-9]+)+$")]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


def _country(code: object) -> object:
    if code not in ALPHA_3:
        raise ValueError("not an ISO alpha-2 code")
    return code


def _public_key(value: object) -> object:
    if isinstance(value, str):
        try:
            value = base64.b64decode(value, validate=True)
        except binascii.Error:
            raise ValueError("not base64") from None
    if not isinstance(value, bytes) or len(value) != 32:
        raise ValueError("not a raw Ed25519 public key")
    return value


Country = Annotated[str, BeforeValidator(_country)]
PublicKey = Annotated[bytes, BeforeValidator(_public_key)]

SECTIONS: Final = ("agencies", "offices", "channels", "keys", "officers", "matters", "signers")
_LATER: Final = frozenset({"matters", "signers"})
"""Sections that came later: not written where they are empty."""

_STRICT: Final = ConfigDict(extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True, slots=True, config=_STRICT)
class Agency:
    """An organisation that publishes, receives, or both."""

    code: AgencyCode
    name: str
    department: str
    country: Country
    agency_class: AgencyClass


@dataclass(frozen=True, slots=True, config=_STRICT)
class Contact:
    """Whom to call."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True, config=_STRICT)
class Office:
    """An office of an agency; `country` is where it stands, which may be abroad."""

    agency: AgencyCode
    code: OfficeSlug
    office_class: OfficeClass
    country: Country
    contact: Contact

    @property
    def id(self) -> str:
        """`AGENCY/office`: the owner of records, the recipient of notices."""
        return f"{self.agency}/{self.code}"


@dataclass(frozen=True, slots=True, config=_STRICT)
class Subscription:
    """Matches of other parties a channel asks for; None: whatever country they touch."""

    classes: tuple[str, ...]
    touches_country: Country | None = None


@dataclass(frozen=True, slots=True, config=_STRICT)
class Channel:
    """Where an office is told; `purpose` is the one its pushes are decided by.

    `officer`: the one person who reads it; None: whoever is on duty there, so that no rule for
    listed officers or for a duty is ever met.
    """

    id: Identifier
    office: str
    kind: Literal["inbox", "webhook"]
    purpose: str
    url: str = ""
    secret: str = field(default="", repr=False)
    subscriptions: tuple[Subscription, ...] = ()
    officer: Identifier | None = None


@dataclass(frozen=True, slots=True, config=_STRICT)
class SigningKey:
    """A key under which an agency's source systems sign; valid from (in) to (out)."""

    key_id: Identifier
    agency: AgencyCode
    sources: tuple[SourceSystem, ...]
    public_key: PublicKey
    valid_from: AwareDatetime
    valid_to: AwareDatetime

    def covers(self, source: str, moment: datetime) -> bool:
        """Return whether the key may sign for a source at an (aware) time."""
        return source in self.sources and self.valid_from <= moment < self.valid_to


@dataclass(frozen=True, slots=True, config=_STRICT)
class Officer:
    """A person who acts for an office; `country` None: a national of the office's agency."""

    id: Identifier
    office: str
    name: str
    duties: tuple[Duty, ...] = ()
    country: Country | None = None


@dataclass(frozen=True, slots=True, config=_STRICT)
class Matter:
    """A court matter and the officers to whom its material may be disclosed.

    Fed. R. Crim. P. 6(e)(3)(B): the attorney names to the court those who have been told.
    """

    id: Identifier
    agency: AgencyCode
    officers: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True, config=_STRICT)
class Signer:
    """A person who may sign agreements, by a key of their own; valid from (in) to (out)."""

    id: Identifier
    agency: AgencyCode
    name: str
    public_key: PublicKey
    valid_from: AwareDatetime
    valid_to: AwareDatetime


@dataclass(frozen=True, slots=True, config=_STRICT)
class Register:
    """Everybody who takes part, by id."""

    agencies: Mapping[str, Agency]
    offices: Mapping[str, Office]
    channels: Mapping[str, Channel]
    keys: Mapping[str, SigningKey]
    officers: Mapping[str, Officer]
    matters: Mapping[str, Matter] = field(default_factory=dict)
    signers: Mapping[str, Signer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for section in SECTIONS:
            object.__setattr__(self, section, MappingProxyType(dict(getattr(self, section))))
        if found := list(_dangling(self)):
            raise ValueError("; ".join(found))

    def channels_of(self, office: str) -> tuple[Channel, ...]:
        """Return an office's channels, by id."""
        return tuple(c for _, c in sorted(self.channels.items()) if c.office == office)


def _dangling(register: Register) -> list[str]:
    """Return entries under a wrong id, and references that lead nowhere."""
    found = [
        f"{section}.{key}: stands under another id"
        for section, name in (
            ("agencies", "code"),
            ("offices", "id"),
            ("channels", "id"),
            ("keys", "key_id"),
            ("officers", "id"),
            ("matters", "id"),
            ("signers", "id"),
        )
        for key, entry in getattr(register, section).items()
        if getattr(entry, name) != key
    ]
    found += [
        f"{section}.{key}: its {reference} is not in the register"
        for section, reference, known in (
            ("offices", "agency", register.agencies),
            ("channels", "office", register.offices),
            ("keys", "agency", register.agencies),
            ("officers", "office", register.offices),
            ("matters", "agency", register.agencies),
            ("signers", "agency", register.agencies),
        )
        for key, entry in getattr(register, section).items()
        if getattr(entry, reference) not in known
    ]
    return found + _strangers(register)


def _strangers(register: Register) -> list[str]:
    """Return channels and court matters that name an officer who is not there."""
    found = [
        f"channels.{key}: its officer is not of its office"
        for key, channel in register.channels.items()
        if channel.officer is not None
        and getattr(register.officers.get(channel.officer), "office", "") != channel.office
    ]
    found += [
        f"matters.{key}: officer {officer} is not in the register"
        for key, matter in register.matters.items()
        for officer in matter.officers
        if officer not in register.officers
    ]
    return found


_ADAPTER: Final = TypeAdapter(Register)


def parse_register(text: bytes) -> Register:
    """Read a register without looking at its signature; raises ConfigError."""
    document = parse_yaml(text, "party register")
    try:
        return _ADAPTER.validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError("party_register", f"{where}: {first['msg']}") from None


def load_register(path: Path, public_key: bytes) -> Register:
    """Read a register that the holder of `public_key` signed; raises ConfigError."""
    try:
        text = path.read_bytes()
        signature = base64.b64decode(_signature_path(path).read_bytes(), validate=True)
    except (OSError, ValueError) as error:
        raise ConfigError("party_register", f"{path.name}: {type(error).__name__}") from None
    if not verify_detached(public_key, text, signature):
        raise ConfigError("party_register", f"{path.name}: the signature does not fit")
    return parse_register(text)


def dump_register(register: Register) -> bytes:
    """Return the YAML text of a register, as `parse_register` reads it."""
    sections: dict[str, Any] = {
        section: {key: asdict(entry) for key, entry in getattr(register, section).items()}
        for section in SECTIONS
        if section not in _LATER or getattr(register, section)
    }
    for key in (*sections["keys"].values(), *sections.get("signers", {}).values()):
        key["public_key"] = base64.b64encode(key["public_key"]).decode()
        key["valid_from"], key["valid_to"] = (
            key[name].isoformat() for name in ("valid_from", "valid_to")
        )
    return yaml.safe_dump(_plain(sections), sort_keys=True, allow_unicode=True).encode()


def sign_register(path: Path, private_key: Ed25519PrivateKey) -> None:
    """Write the detached signature beside a register's file."""
    signature = sign_detached(private_key, path.read_bytes())
    _signature_path(path).write_bytes(base64.b64encode(signature))


def _signature_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.sig")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
