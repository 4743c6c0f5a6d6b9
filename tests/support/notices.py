"""Notices as deliver writes them into the inbox: `data` as sharing's `content.py` makes it."""

from datetime import UTC, datetime
from typing import Any, Final

from consumers.inbox.rows import Delivery, Refusal

SEOUL: Final = "HSI/seoul"
OEE: Final = "BIS/oee"
NOW: Final = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
_EXISTENCE: Final = (
    "HSI-BIS-2024 4.1: The existence of a match, its class and the responsible office may be "
    "disclosed for any purpose of this agreement."
)
_COMPANIES: Final = (
    "HSI-BIS-2024 4.2: Companies, vessels, vehicles, accounts and shipments may be disclosed in "
    "full to enforcement and analysis offices."
)


def released(entity: str, field: str, value: str | None, **more: Any) -> dict[str, Any]:
    """One row of `fields`, of a person unless `more` says otherwise."""
    row: dict[str, Any] = {"kind": "person", "role": "subject", "level": "full", "obligations": []}
    row |= {"entity": entity, "field": field, "value": value, "clause": "HSI-BIS-2024 4.3"}
    return row | more


_PARTIES: Final = [
    {
        "agency": "BIS",
        "office": "oee",
        "contact": {
            "name": "Duty agent, Export Enforcement",
            "phone": "+1 202 555 0142",
            "email": "oee.duty@bis.example",
        },
        "reference": "7f3c19d2a4b84d0e9c55a1e6b2d0f813",
    },
    {"agency": "HSI", "office": "seoul", "contact": None, "reference": "HSI:case/26-0117"},
]


def _fields() -> list[dict[str, Any]]:
    company, person = "5d0c6a0f7e2b4c1b", "91b7c3a05f3d4e22"
    at_company = {"kind": "organization", "role": "consignee", "clause": "HSI-BIS-2024 4.2"}
    return [
        released(company, "name", "Hanbit Precision Trading Co Ltd", **at_company),
        released(company, "registration", "lei 9884008RRMX1X5HV6625", **at_company),
        released(person, "name", "KIM Do-yun"),
        released(person, "birth_date", "1979", level="summary"),
        released(
            person,
            "document_number",
            "passport KR ***4471",
            level="masked",
            clause="HSI-BIS-2024 4.4",
        ),
        released(
            person,
            "phone",
            "phone +82 10 5550 0142",
            clause="HSI-BIS-2024 4.5",
            obligations=["NO-COURT"],
        ),
    ]


def data(**changes: Any) -> dict[str, Any]:
    """The content of a notice about a shared company and its director."""
    whole = {
        "class": "target",
        "band": "confirmed",
        "outcome": "TEAR",
        "parties": _PARTIES,
        "fields": _fields(),
        "place_time": [],
        "shared": ["document_number", "registration"],
        "grades": ["A1", "B2"],
        "obligations": [
            "ACK",
            "BANNER(LES)",
            "NO-COURT",
            "NO-ONWARD",
            "PURPOSE(criminal_investigation)",
            "RETAIN(1825)",
        ],
        "banner": "LES",
        "tear_line": None,
        "why": [
            _EXISTENCE,
            _COMPANIES,
            "Acknowledge this notice.",
            "Handle this under the banner LES.",
        ],
        "valid_until": "2029-03-26T00:00:00Z",
    }
    return whole | changes


def operations() -> dict[str, Any]:
    """The content of a notice about two operations that overlap."""
    place = {
        "latitude_microdegrees": 37_566_500,
        "longitude_microdegrees": 126_978_000,
        "radius_metres": 400,
        "uncertainty_metres": 50,
        "starts_at": "2026-11-23T20:00:00Z",
        "ends_at": "2026-11-24T02:00:00Z",
        "country": "KR",
    }
    row = {"place": "0f1e", "value": place, "level": "full", "clause": "HSI-BIS-2024 5.1"}
    return data(
        **{"class": "space_time"},
        outcome="FULL",
        fields=[],
        place_time=[{**row, "obligations": ["ACK"]}],
        shared=["place_time"],
        banner=None,
    )


def pointer(match_class: str = "shared_identifier", band: str = "probable") -> dict[str, Any]:
    """The content of a notice that tells existence, class and contact alone."""
    return data(
        **{"class": match_class},
        band=band,
        outcome="POINTER",
        fields=[],
        shared=[],
        banner=None,
        obligations=["NO-ONWARD", "PURPOSE(criminal_investigation)", "RETAIN(1825)"],
        why=[_EXISTENCE],
    )


def silent() -> dict[str, Any]:
    """The content that the owner of a protected record sees."""
    why = "A record of yours is protected (VICTIM, 8 USC 1367): the other side was not told."
    own = data()["parties"][1:]
    empty: dict[str, Any] = {key: [] for key in ("fields", "shared", "grades", "obligations")}
    return data(outcome="SILENT", parties=own, banner=None, why=[why], valid_until=None, **empty)


def notice(
    notice_id: str,
    content: dict[str, Any] | None = None,
    supersedes: tuple[str, ...] = (),
    office: str = SEOUL,
) -> Delivery:
    """A notice for an office's inbox; with `supersedes` an update."""
    envelope = {
        "specversion": "1.0",
        "id": notice_id,
        "source": "liaison",
        "type": "liaison.notice.v1",
        "time": "2026-11-22T12:00:00Z",
        "subject": "2b9d" * 8,
        "datacontenttype": "application/json",
        "data": data() if content is None else content,
        "liaisonsupersedes": list(supersedes),
        "liaisonaction": "update" if supersedes else "notice",
        "liaisonfeed": 12,
    }
    return Delivery(office, f"inbox-{office.replace('/', '-')}", envelope)


def recall(recall_id: str, taken_back: tuple[str, ...], office: str = SEOUL) -> Delivery:
    """A recall: ids alone."""
    envelope = {"id": recall_id, "type": "liaison.recall.v1", "liaisonsupersedes": list(taken_back)}
    return Delivery(office, f"inbox-{office.replace('/', '-')}", envelope)


def refusal(number: int, reason: str, office: str = SEOUL) -> Refusal:
    """A refused event of an office."""
    origin = f"liaison.agency.hsi.intelligence.v1/1/{4810 + number}"
    return Refusal(origin, office, f"hsi.field/R-{number:06}", reason, NOW)
