"""Evidence in plain words, with what each piece weighs. No values: only what was compared."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from schemas.link import Evidence

from .prior import KIND_CLASSES
from .weights import WEIGHTS, Weights, evidence_bits

GIVEN_NAME: Final = "given_name"
"""What tells one of a family from another: it weighs nothing against strangers."""
RELATIVES: Final = "relatives"
RELATIVES_SAY: Final = "Relatives share a home, a phone and a name, so these count once"
_NOUNS: Final = {
    "name": "Names",
    "given_name": "Given names",
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
    """One sentence for each piece of evidence, what speaks loudest first.

    What relatives would agree on as well is taken off in a line of its own, so that the bits of all
    lines are those of the whole.
    """
    pieces = list(evidence)
    found = [explained(item, weights) for item in pieces if item.attribute != GIVEN_NAME]
    if shared := shared_bits(pieces, weights):
        found.append(Explanation(RELATIVES, shared, f"{RELATIVES_SAY}: {shared:+g} bits."))
    return tuple(sorted(found, key=lambda each: (each.bits is not None, -abs(each.bits or 0))))


def shared_bits(evidence: Iterable[Evidence], weights: Weights = WEIGHTS) -> float:
    """What is taken off a sum because relatives would agree on it as well; 0 or less."""
    levels = [(each.attribute, each.level, each.frequency_class) for each in evidence]
    return round(weights.total(levels) - weights.apart(levels), 2)


def explained(item: Evidence, weights: Weights = WEIGHTS) -> Explanation:
    """One piece of evidence explained by itself."""
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
    if item.frequency_class % KIND_CLASSES < _COMMON_CLASS:
        return ", and what agrees is common"
    return ", and what agrees is rare" if item.frequency_class % KIND_CLASSES >= _RARE_CLASS else ""
