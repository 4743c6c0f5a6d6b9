"""What a column can hold: the vocabulary of mapping files."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.identifiers import IDENTIFIERS


class Attribute(NamedTuple):
    """One attribute; `many` says that several columns may give it."""

    meaning: str
    options: tuple[str, ...] = ()
    many: bool = False


_OF: Final = ("of",)
_ISSUED: Final = ("issuer", "issuer_column", "separator")

ATTRIBUTES: Final[Mapping[str, Attribute]] = MappingProxyType(
    {
        "record_id": Attribute("the row's own id; a row without one is called by its line number"),
        "source": Attribute("which system the row is from"),
        "kind": Attribute("person, organization, vessel, ... of each row"),
        "full_name": Attribute("the whole name, in any order"),
        "given_name": Attribute("first name"),
        "middle_name": Attribute("middle names, or the patronymic"),
        "family_name": Attribute("surname"),
        "name_suffix": Attribute("Jr, Sr, III"),
        "maiden_name": Attribute("surname before marriage, or another former one"),
        "alias": Attribute("other full names", ("separator",), many=True),
        "birth_date": Attribute("date of birth, whole or in part", ("format",)),
        "birth_year": Attribute("year of birth"),
        "birth_month": Attribute("month of birth, 1 to 12 or its name"),
        "birth_day": Attribute("day of birth"),
        "sex": Attribute("F, M or X, in letters or words, or 1 male and 2 female"),
        "nationality": Attribute("country by code or name", ("separator",), many=True),
        "birth_place": Attribute("place of birth"),
        "address": Attribute("an address in one text, or its first lines", _OF, many=True),
        "house_number": Attribute("house number", _OF),
        "street": Attribute("street name", _OF, many=True),
        "unit": Attribute("flat, suite, building, estate", _OF, many=True),
        "city": Attribute("city, town or suburb", _OF),
        "region": Attribute("state, province, county", _OF),
        "postcode": Attribute("postal or ZIP code", _OF),
        "country": Attribute("country of the address, by code or name", _OF),
        "phone": Attribute("telephone number", ("country", "separator"), many=True),
        "email": Attribute("e-mail address", ("separator",), many=True),
        "identifier": Attribute("any number with a scheme", ("scheme", *_ISSUED), many=True),
        **{
            scheme: Attribute(f"identifier of the scheme {scheme}", _ISSUED, many=True)
            for scheme in sorted(IDENTIFIERS.keys() - {"phone", "email"})
        },
        "latitude": Attribute("degrees north, WGS 84"),
        "longitude": Attribute("degrees east, WGS 84"),
        "radius_metres": Attribute("radius of the place; 0 if absent"),
        "uncertainty_metres": Attribute("how wrong the position may be; 0 if absent"),
        "starts_at": Attribute("begin of the time window, ISO 8601; UTC where no zone is given"),
        "ends_at": Attribute("end of the time window; without it, the day or second of starts_at"),
        "household": Attribute("household, by any id or name", many=True),
        "employer": Attribute("employer", many=True),
        "occupation": Attribute("occupation", many=True),
        "school": Attribute("school", many=True),
    }
)
"""Every attribute a column can have, in the order of the documentation."""

_USUAL: Final = {
    "id": "record_id", "unique_id": "record_id", "rec_id": "record_id", "name": "full_name",
    "first_name": "given_name", "forename": "given_name", "last_name": "family_name",
    "surname": "family_name", "aka": "alias", "aliases": "alias", "dob": "birth_date",
    "date_of_birth": "birth_date", "year_of_birth": "birth_year", "gender": "sex",
    "citizenship": "nationality", "place_of_birth": "birth_place", "zip": "postcode",
    "zipcode": "postcode", "zip_code": "postcode", "state": "region", "town": "city",
    "suburb": "city", "telephone": "phone", "mobile": "phone", "mail": "email", "lat": "latitude",
    "lon": "longitude", "lng": "longitude", "radius": "radius_metres", "job": "occupation",
    "entity_type": "kind", "type": "kind", "schema": "kind", "suffix": "name_suffix",
    "street_number": "house_number", "street_name": "street", "apartment": "unit",
}  # fmt: skip
"""What people write for an attribute: suggested in the error, never taken."""


def listing(known: Iterable[str], wrong: str | None = None) -> str:
    """Return known words as the end of an error, with the one that was probably meant."""
    words = list(known)
    if wrong is None:
        return "known are: " + ", ".join(words)
    folded = "_".join(wrong.lower().replace("-", " ").split())
    usual = _USUAL.get(folded)
    near = [usual] if usual in words else get_close_matches(folded, words, 1, 0.6)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"{meant}known are: " + ", ".join(words)
