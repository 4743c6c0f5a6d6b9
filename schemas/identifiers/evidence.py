"""Things that are seized: firearms, exhibits."""

import re
from typing import Final

from schemas.identifiers.issuers import named
from schemas.identifiers.scheme import Parsed, Scheme, Strength, compact

_PARTS: Final = re.compile(r"[|;\t\n]")
_WORD: Final = re.compile(r"[A-Z0-9]{1,40}")
_SYMBOL: Final = re.compile(r"[^A-Z0-9]+")
_SERIAL: Final = re.compile(r"(?=[A-Z0-9]*[0-9])[A-Z0-9]{2,20}")
_NO_SERIAL: Final = re.compile(r"0+|1234(5(6(78?9?)?)?)?")
_EXHIBIT: Final = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+){0,9}")
_LEGAL_FORM: Final = re.compile(r"(?:INC|LLC|GMBH|LTD|CORP|SPA|CO)$")
_MAKERS: Final = {
    "SMITHANDWESSON": "SMITHWESSON",
    "SW": "SMITHWESSON",
    "HK": "HECKLERKOCH",
    "HECKLERANDKOCH": "HECKLERKOCH",
    "STURMRUGER": "RUGER",
    "STURMRUGERAND": "RUGER",
    "SIG": "SIGSAUER",
    "FNHERSTAL": "FN",
    "FABRIQUENATIONALE": "FN",
    "COLTS": "COLT",
    "BERETTAUSA": "BERETTA",
    "PIETROBERETTA": "BERETTA",
}
_CALIBRES: Final = {
    other: name
    for name, others in {
        "9MM": "9 9X19 9X19MM 9MMLUGER 9MMPARABELLUM 9MMPARA 9MMNATO 9LUGER",
        "45ACP": "45 45AUTO",
        "40SW": "40 40SMITHWESSON",
        "380ACP": "380 380AUTO",
        "38SPECIAL": "38 38SPL 38SP",
        "357MAGNUM": "357 357MAG",
        "22LR": "22 22LONGRIFLE",
        "223REMINGTON": "223 223REM",
        "762X39": "762X39MM",
        "556X45": "556 556MM 556X45MM 556NATO",
        "50BMG": "50",
        "12GAUGE": "12 12GA",
        "20GAUGE": "20 20GA",
    }.items()
    for other in others.split()
}


def firearm(issuer: str | None, value: str) -> Parsed:
    """Parse make, model, calibre and serial, split by `|` or `;`; `issuer` may be the make.

    Makers and models number alike, so that a serial alone, or one beside an empty part, is no
    identifier (27 CFR 478.92: a licensed maker marks all four). A missing or erased serial is none.
    """
    parts = _PARTS.split(value.strip())
    if issuer is not None and len(parts) == 3:
        parts.insert(0, issuer)
    if len(parts) != 4:
        return None
    make, model, calibre, serial = (_SYMBOL.sub("", compact(part)) for part in parts)
    make = _LEGAL_FORM.sub("", make) or make
    make = _MAKERS.get(make, make)
    calibre = calibre.removeprefix("CALIBER").removeprefix("CALIBRE").removeprefix("CAL")
    calibre = _CALIBRES.get(calibre.lstrip("0"), calibre.lstrip("0"))
    if not (_SERIAL.fullmatch(serial) and not _NO_SERIAL.fullmatch(serial)):
        return None
    if not all(map(_WORD.fullmatch, (make, model, calibre))):
        return None
    return None, f"{make}|{model}|{calibre}|{serial}"


def exhibit(issuer: str | None, value: str) -> Parsed:
    """Parse an exhibit's number at the laboratory or agency that `issuer` names.

    Separators part its numbers (12-001 is not 1-2001), so one of whatever kind remains.
    """
    keeper = named(issuer)
    number = _SYMBOL.sub("-", value.strip().upper()).strip("-")
    whole = len(number) <= 40 and _EXHIBIT.fullmatch(number) and any(map(str.isdigit, number))
    return (keeper, number) if keeper and whole else None


SCHEMES: Final = (
    Scheme(
        "firearm",
        Strength.STRONG,
        "registration",
        firearm,
        ("gun", "weapon", "firearm make model calibre serial"),
    ),
    Scheme("exhibit", Strength.SHARED, "registration", exhibit, ("evidence", "evidence item")),
)
