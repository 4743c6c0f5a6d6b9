"""Levels are transformations: what a level takes away is not in what is shown."""

import pytest

from consumers.sharing.fields import Value, values
from consumers.sharing.redact import (
    FULL,
    MASKED,
    POINTER,
    SUMMARY,
    TOKEN,
    Keys,
    redact,
    redact_place,
)
from tests.support.events import build_person
from tests.unit.consumers.sharing.scene import place

KEYS = Keys(b"secret", "BIS/enforcement")
PERSON = {value.field: value for value in values(build_person())}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "level", "shown"),
    [
        ("name", FULL, (FULL, "Ivan Ivanovich Petrov")),
        ("name", SUMMARY, (MASKED, "I*** I*** P***")),
        ("name", MASKED, (MASKED, "I*** I*** P***")),
        ("birth_date", FULL, (FULL, "1971-03-04")),
        ("birth_date", SUMMARY, (SUMMARY, "1971-03")),
        ("birth_date", MASKED, (MASKED, "197*")),
        ("document_number", FULL, (FULL, "passport RUS 712345678")),
        ("document_number", SUMMARY, (MASKED, "passport RUS ***5678")),
        ("document_number", MASKED, (MASKED, "passport RUS ***5678")),
        ("phone", FULL, (FULL, "+79161234567")),
        ("phone", MASKED, (MASKED, "***4567")),
        ("address", FULL, (FULL, "12 Lenina ulitsa, Kazan, Tatarstan, 420000, RU")),
        ("address", SUMMARY, (SUMMARY, "Kazan, Tatarstan, RU")),
        ("address", MASKED, (MASKED, "RU")),
        ("birth_place", SUMMARY, (POINTER, None)),
        ("sex", MASKED, (POINTER, None)),
        ("nationality", POINTER, (POINTER, None)),
    ],
)
def test_value_at_a_level(field: str, level: int, shown: tuple[int, str | None]) -> None:
    assert redact(PERSON[field], level, 4, KEYS) == shown


def test_mask_never_keeps_more_than_half() -> None:
    short = Value("account", "1234", "account", "1234")
    assert redact(short, MASKED, 4, KEYS) == (MASKED, "account ***34")
    assert redact(Value("account", "7", "account", "7"), MASKED, 4, KEYS)[1] == "account ***"


def test_token_is_one_per_value_and_recipient_and_says_nothing() -> None:
    phone = PERSON["phone"]
    level, token = redact(phone, TOKEN, 0, KEYS)
    assert level == TOKEN
    assert token == redact(phone, TOKEN, 0, KEYS)[1]
    assert token != redact(phone, TOKEN, 0, Keys(b"secret", "HSI/miami"))[1]
    assert token != redact(phone, TOKEN, 0, Keys(b"other", "BIS/enforcement"))[1]
    assert token != redact(phone._replace(text="+79161234568"), TOKEN, 0, KEYS)[1]
    assert redact(phone, POINTER, 4, KEYS) == (POINTER, None)


def test_place_loses_spot_then_day_then_everything() -> None:
    spot = place()
    whole = redact_place(spot, FULL, KEYS)[1]  # type: ignore[arg-type]
    assert whole["latitude_microdegrees"] == 25_761_681
    assert whole["starts_at"].endswith("Z")
    area = redact_place(spot, SUMMARY, KEYS)[1]  # type: ignore[arg-type]
    assert area["longitude_microdegrees"] % 100_000 == 0
    assert set(redact_place(spot, MASKED, KEYS)[1]) == {"country", "month"}  # type: ignore[arg-type]
    assert redact_place(spot, POINTER, KEYS) == (POINTER, None)  # type: ignore[arg-type]
    assert len(redact_place(spot, TOKEN, KEYS)[1]) == 32  # type: ignore[arg-type]


def test_identifier_of_an_unknown_scheme_has_no_word_and_never_leaves() -> None:
    tattoo = {"scheme": "tattoo", "issuer": None, "value": "anchor"}
    person = build_person(identifiers=[tattoo])
    assert "anchor" not in {value.text for value in values(person)}  # type: ignore[arg-type]
