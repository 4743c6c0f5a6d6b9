"""Evidence in plain words, with what each piece weighs. No values: only what was compared."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from schemas.link import Evidence

from .weights import WEIGHTS, Weights, evidence_bits

_NOUNS: Final = {
    "name": "Names",
    "birth_date": "Birth dates",
    "sex": "Sexes",
    "nationality": "Nationalities",
    "birth_place": "Places of birth",
    "street": "Streets and house numbers",
    "city": "Cities",
    "postcode": "Postcodes",
    "country": "Countries of residence",
    "household": "Households",
    "employer": "Employers",
    "school": "Schools",
    "occupation": "Occupations",
}
_LEVELS: Final = {
    "exact": "agree",
    "close": "agree but for a slip or a spelling",
    "partial": "agree in part",
    "conflict": "disagree",
    "missing": "are not both known",
}
_COMMON_CLASS: Final = 7
_RARE_CLASS: Final = 12
"""Frequency classes of a name, in steps of two bits: below 14 bits common, from 24 on rare."""


class Explanation(NamedTuple):
    """One piece of evidence explained; `bits` is None where a rule decides, not a sum."""

    attribute: str
    bits: float | None
    sentence: str


def explain(evidence: Iterable[Evidence], weights: Weights = WEIGHTS) -> tuple[Explanation, ...]:
    """One sentence for each piece of evidence, what speaks loudest first."""
    found = [_explain(item, weights) for item in evidence]
    return tuple(sorted(found, key=lambda each: (each.bits is not None, -abs(each.bits or 0))))


def _explain(item: Evidence, weights: Weights) -> Explanation:
    if item.attribute == "identifier":
        return _identifier(item, weights)
    if item.attribute == "place_time":
        return Explanation(item.attribute, None, "The places and the times overlap.")
    if item.attribute == "commodity":
        return Explanation(item.attribute, None, "The records name the same controlled commodity.")
    if item.attribute == "scheme":
        kind = "crime type" if item.scheme == "crime_type" else "scheme"
        return Explanation(item.attribute, None, f"The records are about the same {kind}.")
    bits = evidence_bits(item, weights)
    noun, level = _NOUNS[item.attribute], _LEVELS[item.level]
    rarity = _rarity(item)
    return Explanation(item.attribute, bits, f"{noun} {level}{rarity}: {bits:+g} bits.")


def _identifier(item: Evidence, weights: Weights) -> Explanation:
    scheme = item.scheme.replace("_", " ")
    if item.level == "exact":
        return Explanation(item.attribute, None, f"The same {scheme}; it decides alone.")
    bits = evidence_bits(item, weights)
    how = "is another one" if item.level == "conflict" else "differs by a slip of the pen"
    return Explanation(item.attribute, bits, f"The {scheme} {how}: {bits:+g} bits.")


def _rarity(item: Evidence) -> str:
    if item.attribute != "name" or item.level == "conflict":
        return ""
    if item.frequency_class < _COMMON_CLASS:
        return ", and what agrees is common"
    return ", and what agrees is rare" if item.frequency_class >= _RARE_CLASS else ""
