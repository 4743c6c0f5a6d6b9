"""The party register: read only when signed, whole, and consistent in itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.document import parse_yaml
from schemas.errors import ConfigError
from schemas.party import (
    Agency,
    Channel,
    Contact,
    Office,
    Officer,
    Register,
    SigningKey,
    Subscription,
    dump_register,
    load_register,
    parse_register,
    sign_register,
)
from schemas.signing import generate_key, public_bytes

KEY = generate_key()
FROM, TO = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
REGISTER = Register(
    agencies={"NOR": Agency("NOR", "Kripos", "Justice", "NO", "foreign")},
    offices={
        "NOR/oslo": Office(
            "NOR", "oslo", "attache", "NO", Contact("Duty desk", "+4722000000", "duty@nor.example")
        )
    },
    channels={
        "nor-inbox": Channel("nor-inbox", "NOR/oslo", "inbox", "criminal_investigation"),
        "nor-hook": Channel(
            "nor-hook",
            "NOR/oslo",
            "webhook",
            "criminal_investigation",
            "https://127.0.0.1:8443/hook",
            "c2VjcmV0",
            (Subscription(("target", "space_time"), "NO"), Subscription(("fuzzy",))),
        ),
    },
    keys={"nor-1": SigningKey("nor-1", "NOR", ("nor.main",), public_bytes(KEY), FROM, TO)},
    officers={"nor.hansen": Officer("nor.hansen", "NOR/oslo", "Officer Hansen")},
)
TEXT = dump_register(REGISTER).decode()


def write(folder: Path, text: str = TEXT) -> Path:
    path = folder / "parties.yaml"
    path.write_text(text)
    sign_register(path, KEY)
    return path


def test_signed_register_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert load_register(write(tmp_path), public_bytes(KEY)) == REGISTER


def test_changed_or_otherwise_signed_register_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    with pytest.raises(ConfigError, match="signature"):
        load_register(path, public_bytes(generate_key()))
    path.write_text(TEXT.replace("oslo", "bergen"))
    with pytest.raises(ConfigError, match="signature"):
        load_register(path, public_bytes(KEY))


def test_register_without_a_signature_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.with_name("parties.yaml.sig").unlink()
    with pytest.raises(ConfigError):
        load_register(path, public_bytes(KEY))
    path.with_name("parties.yaml.sig").write_text("not base64!")
    with pytest.raises(ConfigError):
        load_register(path, public_bytes(KEY))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("department: Justice", "department: Justice\n    motto: none"),
        ("agencies:\n", "agencies:\n  NOR: {}\n"),
        ("agency_class: foreign", "agency_class: friendly"),
        ("office: NOR/oslo", "office: NOR/bergen"),
        ("agency: NOR", "agency: SWE"),
        ("code: NOR", "code: nor"),
        ("country: 'NO'", "country: XX"),
        ("kind: inbox", "kind: pigeon"),
        ("id: nor-inbox", "id: other"),
        ("valid_from: '2026-01-01T00:00:00+00:00'", "valid_from: '2026-01-01T00:00:00'"),
        ("public_key: ", "public_key: AAAA"),
        ("officers:", "officer:"),
    ],
)
def test_register_with_a_fault_is_refused_without_quoting_it(old: str, new: str) -> None:
    text = TEXT.replace("country: NO", "country: 'NO'")
    assert old in text, text
    with pytest.raises(ConfigError) as caught:
        parse_register(text.replace(old, new).encode())
    assert "c2VjcmV0" not in str(caught.value)


def test_country_norway_is_no_boolean() -> None:
    plain = TEXT.replace("'NO'", "NO")
    assert parse_register(plain.encode()).agencies["NOR"].country == "NO"


def test_key_covers_its_sources_while_it_is_valid() -> None:
    key = REGISTER.keys["nor-1"]
    assert key.covers("nor.main", FROM)
    assert not key.covers("nor.main", TO)
    assert not key.covers("nor.main", FROM - timedelta(microseconds=1))
    assert not key.covers("hsi.field", FROM)


def test_channels_of_an_office_come_in_order() -> None:
    assert [channel.id for channel in REGISTER.channels_of("NOR/oslo")] == ["nor-hook", "nor-inbox"]
    assert REGISTER.channels_of("NOR/bergen") == ()


def test_register_does_not_change_and_shows_no_secret() -> None:
    with pytest.raises(TypeError):
        REGISTER.agencies["X"] = REGISTER.agencies["NOR"]  # type: ignore[index]
    assert "c2VjcmV0" not in repr(REGISTER)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2",
        "a: {b: 1, b: 2}",
        "a: &x 1\nb: *x",
        "a: &x [1]",
        "1: a",
        "a: !!python/object:os.system {}",
        "a: !secret x",
        "a: [",
        "a: 1\n---\nb: 2",
        "a: 2024-13-45",
        "[" * 1_500,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_document_with_a_trick_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "sample")
    assert "sample" in str(caught.value)


def test_plain_scalars_are_those_of_yaml_1_2() -> None:
    document = parse_yaml(
        "{a: no, b: on, c: 010, d: 1_000, e: true, f: null, g: -3, h: 1e3, i: 12:30, j: y}", "x"
    )
    assert document == {
        "a": "no",
        "b": "on",
        "c": "010",
        "d": "1_000",
        "e": True,
        "f": None,
        "g": -3,
        "h": "1e3",
        "i": "12:30",
        "j": "y",
    }


def test_dates_are_dates_and_naive_times_stay_naive() -> None:
    document = parse_yaml("{a: 2024-02-29, b: 2024-02-29T10:00:00Z}", "x")
    assert document["a"].isoformat() == "2024-02-29"
    assert document["b"] == datetime(2024, 2, 29, 10, tzinfo=UTC)
