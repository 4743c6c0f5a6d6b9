"""Who receives, from the party register, as Cedar's entities."""

from dataclasses import dataclass
from typing import Any, Final

from schemas.countries import ALPHA_3
from schemas.party import Channel, Register

HOME: Final = "US"
"""The country whose caveats NOFORN and REL TO are (ISO alpha-2)."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient as Cedar sees it; `country` is empty where an officer is of another."""

    channel: str
    agency: str
    office: str
    office_class: str
    purpose: str
    agency_class: str
    country: str
    national: bool
    duties: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()

    @property
    def entities(self) -> list[dict[str, Any]]:
        """Cedar's entities."""
        agency = {"type": "Agency", "id": self.agency}
        attributes = {
            "agency": self.agency,
            "office": self.office,
            "office_class": self.office_class,
            "purpose": self.purpose,
            "class": self.agency_class,
            "nation": ALPHA_3.get(self.country, ""),
            "national": self.national,
            "domestic": self.country == HOME,
            "duties": list(self.duties),
            "matters": list(self.matters),
        }
        return [
            {"uid": agency, "attrs": {}, "parents": []},
            {
                "uid": {"type": "Channel", "id": self.channel},
                "attrs": attributes,
                "parents": [agency],
            },
        ]

    def kinds(self, owner: str) -> frozenset[str]:
        """Return what the recipient is to an owner."""
        if owner == self.agency and self.national:
            return frozenset({"same_agency"})
        if self.agency_class == "foreign" or self.country != HOME:
            company = {"industry"} if self.agency_class == "industry" else set()
            return frozenset({"foreign", *company})
        return frozenset({self.agency_class})


def recipient(channel: Channel, register: Register) -> Recipient:
    """Return a channel's recipient; LookupError where the register lacks its party."""
    office = register.offices[channel.office]
    agency = register.agencies[office.agency]
    officer = register.officers.get(channel.officer or "")
    national = officer is None or officer.country in (None, agency.country)
    matters = register.matters.values() if officer is not None else ()
    return Recipient(
        channel=channel.id,
        agency=agency.code,
        office=office.id,
        office_class=office.office_class,
        purpose=channel.purpose,
        agency_class=agency.agency_class,
        country=agency.country if national else "",
        national=national,
        duties=() if officer is None else officer.duties,
        matters=tuple(each.id for each in matters if officer and officer.id in each.officers),
    )


def counterpart(office: str, asking: Recipient, register: Register) -> Recipient:
    """Return whoever is told at another office, for the purpose of the one that asks."""
    other = register.offices[office]
    agency = register.agencies[other.agency]
    return Recipient(
        channel=f"of {office}",
        agency=agency.code,
        office=office,
        office_class=other.office_class,
        purpose=asking.purpose,
        agency_class=agency.agency_class,
        country=agency.country,
        national=True,
    )
