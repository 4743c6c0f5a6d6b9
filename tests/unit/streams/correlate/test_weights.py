"""What evidence is worth, which sets of it reach a class, and how it reads."""

from typing import cast

import pytest

from schemas.link import Evidence, Level
from streams.correlate.reasons import effect, explain, explained, scheme_words
from streams.correlate.weights import WEIGHTS, evidence_bits, load_weights, supports
from tests.support.entities import SAME, evidence, named, posted
from tests.support.events import build_person


def test_fuzzy_supports_are_minimal_and_carry_what_conflicts() -> None:
    left = named("Abdulhai Salek Zubaydi", sex="M", birth_place="Kabul, AF", **SAME)
    right = named("Abdulhai Salek Zubaydi", sex="F", birth_place="Kabul, AF", **SAME)
    found = supports(evidence(left, right))
    assert found
    for each in found:
        attributes = {item.attribute for item in each.evidence}
        assert {"name", "given_name", "sex"} <= attributes
        told = sum(piece.bits or 0.0 for piece in explain(each.evidence))
        assert told == pytest.approx(each.bits)
        assert each.bits >= WEIGHTS.release_bits
        others = [
            item for item in each.evidence if item.attribute not in {"name", "given_name", "sex"}
        ]
        weakest = evidence_bits(min(others, key=evidence_bits))
        assert len(others) == 1 or each.bits - weakest < WEIGHTS.release_bits


def test_a_name_alone_is_for_an_analyst_however_rare() -> None:
    left, right = named("Abdulhai Salek Zubaydi"), named("Abdulhai Salek Zubaydi")
    (found,) = supports(evidence(left, right))
    assert found.bits > WEIGHTS.release_bits
    assert found.band == "possible"


def test_version_of_the_weights_is_a_digest_of_their_content() -> None:
    document = b'{"release_bits": 15, "floor_bits": 8, "bits": {"sex": {"exact": [1]}}}'
    one, other = load_weights(document), load_weights(document.replace(b"[1]", b"[2]"))
    assert one.version == load_weights(document).version != other.version
    assert one.bits("sex", "exact", 0) == 1.0
    assert one.bits("sex", "exact", 9) == 0.0


def test_reasons_name_what_was_compared_and_never_a_value() -> None:
    found = explain(evidence(posted(build_person()), posted(build_person())))
    sentences = " ".join(each.sentence for each in found)
    assert "The same passport. That decides by itself." in sentences
    assert "Birth dates agree" in sentences
    assert not any(value in sentences for value in ("Petrov", "1971", "712345678", "Kazan"))
    assert [each.decides for each in found][:3] == [True, True, False]
    assert "fewer than one in a billion share what agrees" in sentences


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        (0.0, "says nothing either way"),
        (1.0, "speaks a little for their being one"),
        (-5.0, "speaks clearly against it"),
        (99.0, "speaks very strongly for their being one"),
    ],
)
def test_weight_is_said_on_a_scale_of_words(bits: float, words: str) -> None:
    assert effect(bits) == words


@pytest.mark.parametrize(
    ("level", "frequency_class", "words"),
    [
        ("exact", 7, "Names agree, and about one in 30,000 share what agrees"),
        ("close", 2, "Names agree but for a slip or a spelling, and what agrees is very common"),
        ("conflict", 0, "Names have nothing in common"),
        ("conflict", 9, "Names share most, but each has a part of its own"),
    ],
)
def test_rarity_of_a_name_is_said_in_people(level: Level, frequency_class: int, words: str) -> None:
    found = explained(Evidence("name", "", level, 0, 0, "", "", frequency_class))
    assert found.phrase == words


def test_every_level_that_weighs_has_words() -> None:
    for attribute, level, frequency_class in WEIGHTS.table:
        item = Evidence(attribute, "phone", cast("Level", level), 0, 0, "", "", frequency_class)
        found = explained(item)
        assert found.phrase[:1].isupper()
        assert found.bits == evidence_bits(item)


def test_free_scheme_keeps_its_name() -> None:
    assert scheme_words("other:club_card:ACME_Ltd") == "club card of ACME Ltd"
    assert scheme_words("other:phone") == "phone"
    assert scheme_words("national_id") == "national id"
