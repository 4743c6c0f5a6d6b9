"""Plain sentences: the recipient reads what it was given, the operator also what was withheld."""

from consumers.sharing.explain import to_operator
from tests.unit.consumers.sharing.scene import between, bis, field_marking, hsi


def test_recipient_reads_the_lawyers_sentence_and_what_to_heed() -> None:
    content = between("bis", hsi(caveats=["LES"], handling="H1"), bis()).content
    assert content is not None
    why = content["why"]
    assert any(
        line.startswith(
            "HSI-BIS-2024/4.4: Document numbers of a subject or associate are disclosed"
        )
        for line in why
    )
    assert "Handle this under the banner LES." in why
    assert "Keep this no longer than 1825 days." in why
    assert "Use this for export enforcement only." in why
    assert "Do not use this in court or in an affidavit without the owner's consent." in why


def test_recipient_reads_nothing_of_what_was_withheld() -> None:
    mine = hsi(fields=[field_marking("phone", originator="FBI")])
    decision = between("bis", mine, bis())
    assert decision.content is not None
    assert "FBI" not in str(decision.content)
    operator = "\n".join(to_operator(decision))
    assert "HOLD(FBI) by THIRD_AGENCY on hsi.field/R-1#p1 phone" in operator
    assert operator.startswith("Released in part")


def test_operator_reads_why_nothing_was_released() -> None:
    held = "\n".join(to_operator(between("bis", hsi(caveats=["ORCON"]), bis())))
    assert held.startswith("Held for the consent of HSI")
    denied = "\n".join(to_operator(between("skr", hsi(), bis())))
    assert "no recipient of this support" in denied
    silent = between("miami", hsi(caveats=["VICTIM_1367"]), bis())
    assert "SILENT by 8USC1367" in "\n".join(to_operator(silent))


def test_no_explanation_holds_a_value() -> None:
    for change in ({}, {"caveats": ["ORCON"]}, {"fields": [field_marking("phone", "NOFORN")]}):
        text = "\n".join(to_operator(between("bis", hsi(**change), bis())))
        for value in ("Petrov", "712345678", "+79161234567", "1971", "Lenina"):
            assert value not in text
