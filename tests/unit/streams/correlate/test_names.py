"""Names made comparable, and names compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.correlate.names import (
    CLOSE,
    CONFLICT,
    EXACT,
    PARTIAL,
    Compared,
    Name,
    bones,
    compare_names,
    name_of,
    wire_forms,
    words,
)
from streams.correlate.names.words import MAX_TOKENS

texts = st.text(max_size=60)
WORDS = ("abd", "al", "rahman", "mohamed", "muhammad", "omar", "umar", "jon", "john", "smith", "a")
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(
    lambda tokens: name_of(" ".join(tokens))
)


def compared(left: str, right: str) -> Compared:
    return compare_names(
        *(name_of(wire_forms("person", each, "", "", "")[0]) for each in (left, right))
    )


@given(texts)
def test_words_are_plain_and_few_whatever_the_script(text: str) -> None:
    found = words(text)
    assert len(found) <= MAX_TOKENS
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [("muhammad", "mohamed"), ("husayn", "hsyn"), ("gaddafi", "qadhafi"), ("yusuf", "youssef")],
)
def test_spellings_of_one_name_share_their_bones(one: str, other: str) -> None:
    assert bones(name_of(one))[0][0] == bones(name_of(other))[0][0]


def test_common_names_weigh_less_however_they_are_spelt() -> None:
    common = name_of("P muhammad").bits
    assert common == name_of("P mohammed").bits < name_of("P zubaydi").bits


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("SALEK, ABDULHAI", "Abdulhai Salek", EXACT),
        ("Мохаммед Салех", "Mokhammed Salekh", EXACT),
        ("Sadddam Hussein al-Tikriti", "Saddam Hussein al-Tikriti", CLOSE),
        ("Abd Alrahman Sulaiman", "Abdal Rahman Sulaiman", CLOSE),
        ("Innocnet Kaina", "Innocent Kaina", CLOSE),
        ("Joseph Kabila Kabange", "Joseph Kabila", PARTIAL),
        ("Omar Sabawi Ibrahim al-Tikriti", "Bashar Sabawi Ibrahim al-Tikriti", CONFLICT),
        ("John Smith", "Maria Gonzalez", CONFLICT),
    ],
)
def test_names_compare_whatever_order_script_and_spelling(
    left: str, right: str, level: str
) -> None:
    assert compared(left, right)[0] == level


def test_brothers_conflict_however_much_they_share() -> None:
    himself = compared("Omar Sabawi Ibrahim al-Tikriti", "Omar Sabawi Ibrahim al-Tikriti")
    brother = compared("Omar Sabawi Ibrahim al-Tikriti", "Bashar Sabawi Ibrahim al-Tikriti")
    assert brother[0] == CONFLICT
    assert brother[1] <= himself[1]


@given(names, names)
def test_comparing_names_is_symmetric(left: Name, right: Name) -> None:
    assert compare_names(left, right) == compare_names(right, left)
