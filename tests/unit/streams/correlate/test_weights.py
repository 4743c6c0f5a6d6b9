"""What evidence is worth, which sets of it reach a class, and how it reads."""

import pytest

from streams.correlate.reasons import explain
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
        explained = sum(piece.bits or 0.0 for piece in explain(each.evidence))
        assert explained == pytest.approx(each.bits)
        assert each.bits >= WEIGHTS.release_bits
        others = [item for item in each.evidence if item.attribute not in {"name", "given_name", "sex"}]
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
    assert "The same passport; it decides alone." in sentences
    assert "Birth dates agree" in sentences
    assert not any(value in sentences for value in ("Petrov", "1971", "712345678", "Kazan"))
    assert [each.bits for each in found][:2] == [None, None]
