"""The parties of the tests' small world: agencies at home and abroad, one company."""

from typing import Any

from schemas.party import Agency, Channel, Contact, Office, Register, Subscription

_CONTACT = Contact(name="Duty desk", phone="+1 202 555 0100", email="desk@example.test")


def _agency(code: str, agency_class: Any, country: str = "US", department: str = "") -> Agency:
    return Agency(code, f"Agency {code}", department or code, country, agency_class)


def _office(agency: str, code: str, office_class: Any, country: str = "US") -> Office:
    return Office(agency, code, office_class, country, _CONTACT)


AGENCIES = (
    _agency("HSI", "federal_law_enforcement", department="DHS"),
    _agency("CBP", "federal_law_enforcement", department="DHS"),
    _agency("FBI", "federal_law_enforcement"),
    _agency("BIS", "federal_law_enforcement"),
    _agency("SKR", "foreign", "RU"),
    _agency("GBR", "foreign", "GB"),
    _agency("MEX", "foreign", "MX"),
    _agency("INDUSTRY", "industry"),
    _agency("STATE", "federal_other"),
    _agency("COMMERCE", "federal_other"),
)
OFFICES = (
    _office("HSI", "miami", "enforcement"),
    _office("HSI", "los-angeles", "enforcement"),
    _office("HSI", "victim-center", "victim"),
    _office("HSI", "watch", "watch"),
    _office("HSI", "coordination", "coordination"),
    _office("HSI", "mexico", "attache", "MX"),
    _office("BIS", "enforcement", "enforcement"),
    _office("CBP", "targeting", "analysis"),
    _office("FBI", "field", "enforcement"),
    _office("SKR", "main", "enforcement", "RU"),
    _office("INDUSTRY", "export", "industry"),
    _office("STATE", "visa-office", "analysis"),
    _office("COMMERCE", "licensing", "analysis"),
    _office("GBR", "london", "enforcement", "GB"),
    _office("MEX", "prosecutor", "enforcement", "MX"),
)
CHANNELS = (
    Channel("miami", "HSI/miami", "inbox", "criminal_investigation"),
    Channel("los-angeles", "HSI/los-angeles", "inbox", "criminal_investigation"),
    Channel("victim-center", "HSI/victim-center", "inbox", "victim_protection"),
    Channel("watch", "HSI/watch", "inbox", "deconfliction"),
    Channel("coordination", "HSI/coordination", "inbox", "deconfliction"),
    Channel(
        "mexico",
        "HSI/mexico",
        "inbox",
        "criminal_investigation",
        subscriptions=(Subscription(("target", "shared_identifier", "space_time"), "MX"),),
    ),
    Channel("bis", "BIS/enforcement", "inbox", "export_enforcement"),
    Channel(
        "cbp",
        "CBP/targeting",
        "inbox",
        "border_security",
        subscriptions=(Subscription(("target", "space_time")),),
    ),
    Channel("fbi", "FBI/field", "inbox", "criminal_investigation"),
    Channel("skr", "SKR/main", "inbox", "criminal_investigation"),
    Channel(
        "acme",
        "INDUSTRY/export",
        "inbox",
        "outreach",
        subscriptions=(Subscription(("target", "shared_identifier")),),
    ),
    Channel("state", "STATE/visa-office", "inbox", "visa_screening"),
    Channel("commerce", "COMMERCE/licensing", "inbox", "licence_determination"),
    Channel("gbr", "GBR/london", "inbox", "criminal_investigation"),
    Channel("mex", "MEX/prosecutor", "inbox", "criminal_investigation"),
)
REGISTER = Register(
    {agency.code: agency for agency in AGENCIES},
    {office.id: office for office in OFFICES},
    {channel.id: channel for channel in CHANNELS},
    {},
    {},
)
