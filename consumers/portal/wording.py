"""The pipeline's words in plain English, as an officer reads them. An unknown word shows itself."""

from typing import Final, NamedTuple


class Words(NamedTuple):
    """A label and what it means."""

    label: str
    meaning: str


CLASSES: Final = {
    "target": Words(
        "Same target",
        "Records of two offices name the same subject by a strong identifier.",
    ),
    "shared_identifier": Words(
        "Shared identifier",
        "Records of two offices hold the same phone, account, container or the like. "
        "It links the records; it does not say that the subjects are the same.",
    ),
    "space_time": Words(
        "Operations overlap",
        "Two planned operations overlap in place and time. Call before anyone moves.",
    ),
    "duplicate_investigation": Words(
        "Duplicate investigation",
        "Two offices investigate the same subjects, or one subject over the same goods and scheme. "
        "Agree who leads before either goes on.",
    ),
    "network": Words(
        "Shared connection",
        "Two offices are linked through a third record: a person, account or the like that both "
        "touch. Their own subjects are not the same.",
    ),
    "fuzzy": Words(
        "Similar subject",
        "Names and other attributes agree closely, but no identifier is shared.",
    ),
}

BANDS: Final = {
    "confirmed": Words("Confirmed", "What it rests on agrees exactly."),
    "probable": Words(
        "Probable", "Several attributes agree closely. Verify identity before you act on it."
    ),
    "possible": Words("Possible", "Weak agreement. A lead for analysis, not for action."),
}
BAND_STRENGTH: Final = {"possible": 1, "probable": 2, "confirmed": 3}

OUTCOMES: Final = {
    "FULL": Words(
        "Nothing held back",
        "Nothing was held back by a bar or a marking. "
        "Each field is shown at the level its clause allows.",
    ),
    "TEAR": Words("Released in part", "Some of what the agreement gives is withheld or lowered."),
    "POINTER": Words(
        "Pointer only", "That there is a match, its class, and whom to call. No fields."
    ),
    "SILENT": Words("Told to you only", "The other side was not told of this match."),
}

ACTIONS: Final = {
    "notice": "New match",
    "update": "Update: replaces an earlier notice",
    "correction": "Correction: replaces an earlier notice",
}

CLOSED: Final = {
    "recalled": Words(
        "Recalled",
        "This notice was taken back. Its content is gone from here; delete every copy you made.",
    ),
    "superseded": Words(
        "Replaced",
        "A newer notice of this match replaces this one. Its content is gone from here.",
    ),
}

LEVELS: Final = {
    "pointer": Words("Pointer", "That a value exists, not the value."),
    "token": Words("Token", "A stand-in: equal values have equal tokens. It cannot be read back."),
    "masked": Words("Masked", "Only the end of the value is shown."),
    "summary": Words("Summary", "Less precise than the value."),
    "full": Words("Full", "The whole value."),
}

FIELDS: Final = {
    "existence": "Existence",
    "class": "Class",
    "contact": "Contact",
    "name": "Name",
    "birth_date": "Date of birth",
    "sex": "Sex",
    "nationality": "Nationality",
    "document_number": "Document number",
    "phone": "Phone",
    "email": "Email",
    "account": "Account",
    "registration": "Registration",
    "cargo": "Cargo",
    "commodity": "Commodity",
    "address": "Address",
    "birth_place": "Place of birth",
    "place_time": "Place and time",
}

SOURCE_GRADES: Final = {
    "A": "source reliable beyond doubt",
    "B": "source usually reliable",
    "C": "source fairly reliable",
    "D": "source usually not reliable",
    "X": "reliability of the source cannot be judged",
}
INFORMATION_GRADES: Final = {
    "1": "accuracy not in doubt",
    "2": "known to the source at first hand",
    "3": "not known at first hand, but corroborated",
    "4": "cannot be judged or corroborated",
}

REASONS: Final = {
    "OVERSIZED": "The event was larger than 256 KiB.",
    "UNSIGNED": "The event carried no signature.",
    "UNKNOWN_SCHEMA": "The event's schema is not in the catalogue.",
    "TRUNCATED": "The event ended before it was complete.",
    "UNSAFE": "The event's encoding is unsafe to read.",
    "BAD_SIGNATURE": "The signature does not fit the event.",
    "WRONG_TOPIC": "The event was published on a topic that is not for its type.",
    "MALFORMED": "A value of the event breaks its contract.",
    "NO_PREDICATE": "An intelligence record needs a criminal predicate (28 CFR 23.20(a)).",
    "PROTECTED_ACTIVITY": "The record holds protected activity without a criminal nexus.",
    "VICTIM_MEDIA": "Media of a victim may not be published.",
    "UNKNOWN_CAVEAT": "The marking holds a caveat outside the vocabulary.",
    "PLACE_TIME_TOO_LARGE": "The operation's area or window is larger than can be deconflicted.",
    "VERSION_CONFLICT": "Two different contents carry the same version of the record.",
    "UNPROCESSABLE": "The event could not be processed.",
}

_OBLIGATIONS: Final = {
    "NO-ONWARD": "Do not pass this on without the originator's consent.",
    "NO-COURT": "Do not use this in court or in an affidavit without the owner's consent.",
    "ACK": "Acknowledge this notice.",
}


def words(vocabulary: dict[str, Words], word: str) -> Words:
    """Return a word's label and meaning; of an unknown one the word itself."""
    return vocabulary.get(word) or Words(spaced(word), "")


def field_label(field: str) -> str:
    """Return a field's label."""
    return FIELDS.get(field) or spaced(field)


def spaced(word: str) -> str:
    """Return a code word as text: `place_time` as `Place time`."""
    text = word.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def grade(code: str) -> str:
    """Explain a grading such as `B2` (Europol: source A-X, information 1-4)."""
    source, information = SOURCE_GRADES.get(code[:1]), INFORMATION_GRADES.get(code[1:])
    return f"{source}; {information}" if source and information else ""


def obligation(code: str) -> str:
    """Say what an obligation asks; an unknown one is shown as it is, never dropped."""
    name, _, argument = code.rstrip(")").partition("(")
    match name:
        case "RETAIN":
            return f"Keep this no longer than {argument} days."
        case "PURPOSE":
            return f"Use this for {argument.replace('_', ' ')} only."
        case "BANNER":
            return f"Handle this under the banner {argument}."
        case _:
            return _OBLIGATIONS.get(name, code)
