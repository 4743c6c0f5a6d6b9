"""Numbers of organisations, and of taxpayers of every kind: registers, taxes, lists, rights."""

import re
from collections.abc import Mapping
from typing import Final

from stdnum import lei as stdnum_lei
from stdnum.ru import inn as stdnum_inn
from stdnum.ru import ogrn as stdnum_ogrn

from schemas.countries import ALPHA_2, ALPHA_3
from schemas.identifiers.checks import checked, may_be, modules_of, vat_check
from schemas.identifiers.issuers import named, state, state_or_region
from schemas.identifiers.scheme import Parsed, Scheme, Strength, compact

_TAX: Final = re.compile(r"[A-Z0-9]{5,20}")
_COMPANY: Final = re.compile(r"[A-Z0-9]{2,20}")
_DUNS: Final = re.compile(r"[0-9]{9}")
_RIGHT: Final = re.compile(r"[A-Z0-9]{3,15}")
_LISTED: Final = re.compile(r"[A-Z0-9]+(?:\.[A-Z0-9]+){0,5}")
_OTHER: Final = re.compile(r"[^A-Z0-9]+")
_BY_REGION: Final = frozenset({"USA"})
_VAT_PREFIXES: Final = {"EL": "GR", "XI": "GB", "CHE": "CH"}
_TAX_MODULES: Final[Mapping[str, str]] = {
    "AUS": "au.tfn au.abn",
    "BRA": "br.cpf br.cnpj",
    "CAN": "ca.sin ca.bn",
    "CHN": "cn.ric cn.uscc",
    "DEU": "de.idnr de.stnr de.vat",
    "ESP": "es.nif es.nie es.cif",
    "FRA": "fr.nif fr.siren fr.tva",
    "GBR": "gb.utr gb.vat",
    "IND": "in_.pan in_.gstin",
    "ITA": "it.codicefiscale it.iva",
    "MEX": "mx.rfc",
    "POL": "pl.nip pl.pesel",
    "RUS": "ru.inn",
    "TUR": "tr.vkn tr.tckimlik",
    "UKR": "ua.rntrc ua.edrpou",
    "USA": "us.ein us.itin us.ssn us.atin us.ptin",
}
_COMPANY_MODULES: Final[Mapping[str, str]] = {
    "AUS": "au.acn au.abn",
    "CHN": "cn.uscc",
    "DNK": "dk.cvr",
    "EST": "ee.registrikood",
    "FIN": "fi.ytunnus",
    "FRA": "fr.siren fr.siret",
    "ISR": "il.hp",
    "JPN": "jp.cn",
    "NOR": "no.orgnr",
    "RUS": "ru.ogrn ru.inn",
    "SGP": "sg.uen",
    "SVN": "si.maticna",
    "SWE": "se.orgnr",
    "TWN": "tw.ubn",
    "UKR": "ua.edrpou",
}


def lei(_issuer: str | None, value: str) -> Parsed:
    """Parse a legal entity identifier: 20 characters, mod-97 check (ISO 17442)."""
    number = checked(stdnum_lei.validate, value)
    return (None, number) if number else None


def tax_id(issuer: str | None, value: str) -> Parsed:
    """Parse a taxpayer's number; where the state's families are known, one of them must hold."""
    country, number = state(issuer), compact(value)
    if not country or not _TAX.fullmatch(number):
        return None
    return (country, number) if may_be(number, modules_of(_TAX_MODULES.get(country, ""))) else None


def vat(issuer: str | None, value: str) -> Parsed:
    """Parse a value added tax number; the prefix names the state where `issuer` does not."""
    number = compact(value)
    prefix = next((p for p in _VAT_PREFIXES if number.startswith(p)), number[:2])
    country = state(issuer) or ALPHA_3.get(_VAT_PREFIXES.get(prefix, prefix))
    alpha_2 = ALPHA_2.get(country or "")
    if country is None or alpha_2 is None or not _TAX.fullmatch(number):
        return None
    check = vat_check(alpha_2)
    if check is not None and checked(check, number) is None:
        return None
    if _VAT_PREFIXES.get(prefix, prefix) == alpha_2:
        bare = number.removeprefix(prefix)
        if _TAX.fullmatch(bare) and (check is None or checked(check, bare)):
            return country, bare
    return country, number


def inn(_issuer: str | None, value: str) -> Parsed:
    """Parse a Russian taxpayer's number: 10 or 12 digits, one or two of them checks."""
    number = checked(stdnum_inn.validate, value)
    return (None, number) if number else None


def ogrn(_issuer: str | None, value: str) -> Parsed:
    """Parse a Russian register's number of a company (13 digits) or trader (15), with check."""
    number = checked(stdnum_ogrn.validate, value)
    return (None, number) if number else None


def company_number(issuer: str | None, value: str) -> Parsed:
    """Parse a number in a state's register of companies; in the United States, a region's.

    Companies House numbers are padded to eight places.
    """
    register, number = state_or_region(issuer, _BY_REGION), compact(value)
    if not register or not _COMPANY.fullmatch(number):
        return None
    if register.startswith("GBR") and number.isdigit():
        number = number.zfill(8)
    modules = modules_of(_COMPANY_MODULES.get(register, ""))
    return (register, number) if may_be(number, modules) else None


def duns(_issuer: str | None, value: str) -> Parsed:
    """Parse a D-U-N-S number: nine digits, without a check digit since 2006."""
    number = compact(value).removeprefix("DUNS")
    return (None, number) if _DUNS.fullmatch(number) and len(set(number)) > 1 else None


def right(issuer: str | None, value: str) -> Parsed:
    """Parse a registration of a right (trademark, recordation) at the office `issuer` names."""
    office, number = state(issuer) or named(issuer), compact(value)
    digits = any(each.isdigit() for each in number)
    return (office, number) if office and digits and _RIGHT.fullmatch(number) else None


def sanctions(issuer: str | None, value: str) -> Parsed:
    """Parse a reference to an entry on the list that `issuer` names: OFAC 12345, UN QDi.001.

    Separators part the numbers of some lists (EU.27.28), so one of whatever kind remains.
    """
    listed = named(issuer)
    number = _OTHER.sub(".", value.strip().upper()).strip(".")
    whole = len(number) <= 40 and _LISTED.fullmatch(number) and any(map(str.isdigit, number))
    return (listed, number) if listed and whole else None


SCHEMES: Final = (
    Scheme("lei", Strength.STRONG, "registration", lei, ("legal entity identifier",)),
    Scheme(
        "tax_id",
        Strength.STRONG,
        "document_number",
        tax_id,
        ("tax", "tin", "taxpayer", "ein", "itin", "rfc", "fiscal code", "nif"),
    ),
    Scheme("vat", Strength.STRONG, "registration", vat, ("value added tax", "vat registration")),
    Scheme("inn", Strength.STRONG, "document_number", inn),
    Scheme("ogrn", Strength.STRONG, "registration", ogrn, ("ogrnip",)),
    Scheme(
        "company_number",
        Strength.STRONG,
        "registration",
        company_number,
        ("company", "company registration", "business registration", "crn", "organisation number"),
    ),
    Scheme("duns", Strength.STRONG, "registration", duns, ("d u n s", "dun and bradstreet")),
    Scheme("trademark", Strength.SHARED, "registration", right, ("trade mark", "tm registration")),
    Scheme(
        "recordation",
        Strength.SHARED,
        "registration",
        right,
        ("rights holder", "ipr recordation", "customs recordation"),
    ),
    Scheme(
        "sanctions",
        Strength.STRONG,
        "registration",
        sanctions,
        ("sanctions reference", "sanctions list", "ofac", "sdn", "un list", "list reference"),
    ),
)
