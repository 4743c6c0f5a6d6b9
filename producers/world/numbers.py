"""Invented document, phone, cargo and account numbers that pass the check digits of the real ones.

Ranges are kept apart from real ones where a fictional range exists (US exchange 555, domains
under `.example`, container owner LSN, ships below IMO 2000000), and no number is dealt twice, so
that two records share an identifier only where the world means them to.
"""

from collections.abc import Callable
from random import Random
from string import ascii_uppercase, digits
from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_AREA_CODES: Final = _words(
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234"
    " 239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309"
    " 310 312 313 314 315 316 317 318 319 320 321 323 325 330 334 336 337 347 351 352 360 361 386"
    " 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 425 432 434 435 440 443 469"
    " 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 540 541"
    " 559 561 562 563 570 571 573 574 580 585 586 601 602 603 605 606 607 608 609 610 612 614 615"
    " 616 617 618 619 620 623"
)
_CONTAINER_VALUES: Final = dict(
    zip(
        digits + ascii_uppercase,
        [*range(11), *range(12, 22), *range(23, 33), *range(34, 39)],
        strict=True,
    )
)
_VIN_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUES: Final = {
    c: int(value) for c, value in zip(_VIN_LETTERS, "12345678123457923456789", strict=True)
} | {d: int(d) for d in digits}
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_ACCOUNT_BANKS: Final = ("EXBKUS00", "EXBKMX00", "EXBKAE00")
_CARRIERS: Final = ("LSNX", "XLSN", "QLSN")


def container_check(stem: str) -> int:
    """ISO 6346: the check digit of an owner code and serial of ten characters."""
    total: int = sum(_CONTAINER_VALUES[c] << i for i, c in enumerate(stem))
    return total % 11 % 10


def imo_check(stem: str) -> int:
    """The seventh digit of an IMO ship number from its first six."""
    return sum(int(d) * weight for d, weight in zip(stem, range(7, 1, -1), strict=True)) % 10


def vin_check(vin: str) -> str:
    """49 CFR 565: the ninth character of a North American VIN."""
    total = sum(_VIN_VALUES[c] * weight for c, weight in zip(vin, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def mod97(text: str) -> int:
    """ISO 7064 remainder of letters and digits, letters counting 10 to 35."""
    return int("".join(str(int(c, 36)) for c in text)) % 97


class NumberOffice:
    """Deals fresh numbers of every scheme; never the same one twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._issued: set[tuple[str, str]] = set()

    def deal(self, scheme: str, country: str = "US") -> tuple[str | None, str]:
        """A new (issuer, value) of `scheme`; document numbers are issued by `country`."""
        make = _MAKERS[scheme]
        while True:
            issuer, value = make(self._rng, country)
            if (scheme, value) not in self._issued:
                self._issued.add((scheme, value))
                return issuer, value


def _numeric(rng: Random, length: int) -> str:
    return f"{rng.randrange(10 ** (length - 1), 10**length)}"


def _passport(rng: Random, country: str) -> tuple[str, str]:
    return country, rng.choice(ascii_uppercase) + _numeric(rng, 8)


def _national_id(rng: Random, country: str) -> tuple[str, str]:
    return country, _numeric(rng, 11)


def _phone(rng: Random, country: str) -> tuple[None, str]:
    if country == "MX":
        return None, f"+525555{_numeric(rng, 6)}"
    if country == "RU":
        return None, f"+7999{_numeric(rng, 7)}"
    return None, f"+1{rng.choice(_AREA_CODES)}555{rng.randrange(10_000):04d}"


def _email(rng: Random, country: str) -> tuple[None, str]:
    word = "".join(rng.choice("bcdfghklmnprstvz") + rng.choice("aeiou") for _ in range(4))
    return None, f"{word}{rng.randrange(1000)}@{country.lower()}.example"


def _iban(rng: Random, _country: str) -> tuple[None, str]:
    account = "00000000" + _numeric(rng, 10)
    return None, f"DE{98 - mod97(f'{account}DE00'):02d}{account}"


def _account(rng: Random, _country: str) -> tuple[str, str]:
    return rng.choice(_ACCOUNT_BANKS), _numeric(rng, 12)


def _container(rng: Random, _country: str) -> tuple[None, str]:
    stem = "LSNU" + _numeric(rng, 6)
    return None, f"{stem}{container_check(stem)}"


def _imo(rng: Random, _country: str) -> tuple[None, str]:
    stem = "1" + _numeric(rng, 5)
    return None, f"{stem}{imo_check(stem)}"


def _vin(rng: Random, _country: str) -> tuple[None, str]:
    serial = "".join(rng.choice(_VIN_LETTERS) for _ in range(5))
    vin = f"1ZX{serial}0{rng.choice(_VIN_LETTERS)}{rng.choice(_VIN_LETTERS)}{_numeric(rng, 6)}"
    return None, vin[:8] + vin_check(vin) + vin[9:]


def _lei(rng: Random, _country: str) -> tuple[None, str]:
    stem = "8945" + "00" + "".join(rng.choice(ascii_uppercase + digits) for _ in range(12))
    return None, f"{stem}{98 - mod97(stem + '00'):02d}"


def _bill_of_lading(rng: Random, _country: str) -> tuple[None, str]:
    return None, rng.choice(_CARRIERS) + _numeric(rng, 9)


def _itn(rng: Random, _country: str) -> tuple[None, str]:
    day = f"2026{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    return None, f"X{day}{rng.randrange(10**6):06d}"


def _a_number(rng: Random, _country: str) -> tuple[None, str]:
    return None, f"A{_numeric(rng, 9)}"


def _sevis(rng: Random, _country: str) -> tuple[None, str]:
    return None, f"N{_numeric(rng, 10)}"


_MAKERS: Final[dict[str, Callable[[Random, str], tuple[str | None, str]]]] = {
    "passport": _passport,
    "national_id": _national_id,
    "phone": _phone,
    "email": _email,
    "iban": _iban,
    "account": _account,
    "container": _container,
    "imo": _imo,
    "vin": _vin,
    "lei": _lei,
    "bill_of_lading": _bill_of_lading,
    "itn": _itn,
    "a_number": _a_number,
    "sevis": _sevis,
}
