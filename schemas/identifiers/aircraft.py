"""Aircraft: nationality and registration marks, 24-bit transponder addresses."""

import re
from typing import Final

from schemas.identifiers.scheme import Parsed, Scheme, Strength, compact

_MARKS: Final = """
2 3A 3B 3C 3D 3X 4K 4L 4O 4R 4U 4W 4X 5A 5B 5H 5N 5R 5T 5U 5V 5W 5X 5Y 6O 6V 6W 6Y 7O 7P 7Q 7T
8P 8Q 8R 9A 9G 9H 9J 9K 9L 9M 9N 9Q 9S 9T 9U 9V 9X 9Y A2 A3 A4O A5 A6 A7 A8 A9C AP B C C2 C3 C5
C6 C9 CC CN CP CR CS CU CX D D2 D4 D6 DQ E3 E5 E7 EC EI EJ EK EL EM EP ER ES ET EW EX EY EZ F G
H4 HA HB HC HH HI HJ HK HL HP HR HS HV HZ I J2 J3 J5 J6 J7 J8 JA JR JU JY LN LQ LV LX LY LZ M N
OB OD OE OH OK OM OO OY P P2 P4 PH PJ PK PP PR PS PT PU PZ RA RDPL RF RP S2 S3 S5 S7 S9 SE SP SN
ST SU SX T2 T3 T7 T8 T9 TC TF TG TI TJ TL TN TR TS TT TU TY TZ UK UN UP UR V2 V3 V4 V5 V6 V7 V8
VH VN VP VQ VT XA XB XC XT XU XV XY XZ YA YI YJ YK YL YN YR YS YU YV Z Z3 Z6 Z8 ZA ZJ ZK ZL ZM
ZP ZS ZT ZU
"""
"""Nationality marks (ICAO Annex 7 and its supplement), without hyphens."""
_PREFIXES: Final = frozenset(_MARKS.split())
_LONGEST: Final = max(map(len, _PREFIXES))
_MARK: Final = re.compile(r"[A-Z0-9]{1,5}")
_UNITED_STATES: Final = re.compile(
    r"N[1-9](?:[0-9]{0,4}|[0-9]{0,3}[A-HJ-NP-Z]|[0-9]{0,2}[A-HJ-NP-Z]{2})"
)
_ADDRESS: Final = re.compile(r"[0-9A-F]{6}")
_OF_NOBODY: Final = frozenset({"000000", "FFFFFF"})


def tail_number(_issuer: str | None, value: str) -> Parsed:
    """Parse a nationality mark and registration, written without the hyphen.

    US marks are N, one to five digits or up to two letters at their end, no I and no O
    (14 CFR 47.15). The mark names the state; `issuer` adds nothing.
    """
    mark = compact(value)
    if mark.startswith("N") and mark[1:2].isdigit():
        return (None, mark) if _UNITED_STATES.fullmatch(mark) else None
    known = any(
        mark[:length] in _PREFIXES and _MARK.fullmatch(mark[length:])
        for length in range(1, _LONGEST + 1)
    )
    return (None, mark) if known and len(mark) >= 3 else None


def icao_24(_issuer: str | None, value: str) -> Parsed:
    """Parse a transponder's address: six hexadecimal digits (ICAO Annex 10, volume III)."""
    address = compact(value).removeprefix("0X")
    return (None, address) if _ADDRESS.fullmatch(address) and address not in _OF_NOBODY else None


SCHEMES: Final = (
    Scheme(
        "tail_number",
        Strength.STRONG,
        "registration",
        tail_number,
        ("tail", "aircraft registration", "aircraft tail", "n number", "aircraft"),
    ),
    Scheme(
        "icao_24",
        Strength.STRONG,
        "registration",
        icao_24,
        ("icao hex", "mode s", "icao address", "icao 24 bit", "hex code", "transponder"),
    ),
)
