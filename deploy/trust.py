"""What the settings name, read and checked: register, keys, secrets. Missing means: don't start."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.settings import Settings
from schemas.errors import ConfigError
from schemas.party import Register, load_register


@dataclass(frozen=True, slots=True)
class Trust:
    """Answers from the settings; every method raises ConfigError where one is missing."""

    settings: Settings

    @classmethod
    def of(cls, settings: Settings) -> "Trust":
        """Trust as these settings describe it."""
        return cls(settings)

    def bootstrap(self) -> str:
        """The broker's address."""
        return str(_given(self.settings.broker.bootstrap, "LIAISON_BROKER__BOOTSTRAP"))

    def register(self) -> Register:
        """The party register, its signature verified."""
        trust = self.settings.trust
        path: Path = _given(trust.register_file, "LIAISON_TRUST__REGISTER_FILE")
        key: Path = _given(trust.register_key_file, "LIAISON_TRUST__REGISTER_KEY_FILE")
        return load_register(path, key.read_bytes())

    def blocking_secret(self) -> bytes:
        """The key of blocking keys and fingerprints."""
        name = "LIAISON_TRUST__BLOCKING_SECRET"
        secret: bytes = (
            _given(self.settings.trust.blocking_secret, name).get_secret_value().encode()
        )
        return secret

    def admission(self) -> tuple[Register, bytes]:
        """What intake decides by: the register and the blocking secret."""
        return self.register(), self.blocking_secret()

    def notice_secret(self) -> bytes:
        """The key of every id that leaves."""
        name = "LIAISON_TRUST__NOTICE_SECRET"
        secret: bytes = _given(self.settings.trust.notice_secret, name).get_secret_value().encode()
        return secret

    def ledger_key_file(self) -> Path:
        """The private key that signs checkpoints."""
        path: Path = _given(self.settings.trust.ledger_key_file, "LIAISON_TRUST__LEDGER_KEY_FILE")
        return path


def _given(value: Any, name: str) -> Any:
    if value is None:
        raise ConfigError("MISSING_SETTING", f"{name} is not set; nothing was started")
    return value
