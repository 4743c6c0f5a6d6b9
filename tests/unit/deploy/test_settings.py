"""Settings come from the environment, nested, frozen, and never echo a wrong value."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.local.errors import StackError
from deploy.settings import Settings, read_settings


def test_nested_variable_reaches_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIAISON_BROKER__BOOTSTRAP", "127.0.0.1:9092")
    monkeypatch.setenv("LIAISON_PATHS__STATE", "/var/tmp/elsewhere")  # noqa: S108 - only a value
    settings = read_settings()
    assert settings.broker.bootstrap == "127.0.0.1:9092"
    assert settings.paths.state == Path("/var/tmp/elsewhere")  # noqa: S108 - only a value


def test_docker_host_is_found_under_its_usual_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///elsewhere.sock")
    assert read_settings().docker_host == "unix:///elsewhere.sock"


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().namespace = "other"  # type: ignore[misc] # the refusal is what is tested


def test_wrong_value_is_named_but_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIAISON_NAMESPACE", "Some Private Words")
    with pytest.raises(StackError, match="LIAISON_NAMESPACE") as refused:
        read_settings()
    assert "Private" not in str(refused.value)
    assert refused.value.exit_code == 2


def test_unknown_setting_of_a_group_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIAISON_STACK__HEEP_MIB", "512")
    with pytest.raises(StackError, match="LIAISON_STACK__HEEP_MIB"):
        read_settings()
