"""Every error of Liaison, and the one table that says what becomes of it.

    LiaisonError
    ├── ContractError    the input breaks a contract        → quarantine
    ├── TransientError   a dependency did not answer        → retry
    ├── AccessError      the caller may not know            → answered as not-found
    ├── PartnerError     a recipient refused or failed      → the attempt is recorded
    └── ConfigError      the installation is wrong          → refuse to start

`detail` may be shown to the caller and logged, so it never holds a payload value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

__all__ = [
    "DISPOSITIONS",
    "KEPT_BY_DIGEST",
    "AccessError",
    "ConfigError",
    "ContractError",
    "Disposition",
    "LiaisonError",
    "PartnerError",
    "Reason",
    "TransientError",
]


class LiaisonError(Exception):
    """Root of the tree: a stable `code` for machines, a `detail` without payload for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class ContractError(LiaisonError):
    """The input breaks a contract; `code` is a `Reason`. The record is quarantined."""


class TransientError(LiaisonError):
    """A dependency did not answer; the same call may succeed later."""


class AccessError(LiaisonError):
    """The caller may not know; the answer is the same as for a thing that does not exist."""


class PartnerError(LiaisonError):
    """A recipient refused or failed a delivery; the attempt is recorded."""


class ConfigError(LiaisonError):
    """The installation is wrong; the process refuses to start."""


@dataclass(frozen=True, slots=True)
class Disposition:
    """What becomes of an error class at each edge of the system."""

    disposition: Literal["quarantine", "retry", "not_found", "record_attempt", "refuse_to_start"]
    http_status: int
    problem_type: str
    exit_code: int
    metric_label: str


DISPOSITIONS: Final[Mapping[type[LiaisonError], Disposition]] = MappingProxyType(
    {
        ContractError: Disposition("quarantine", 422, "contract", 3, "contract"),
        TransientError: Disposition("retry", 503, "unavailable", 5, "transient"),
        AccessError: Disposition("not_found", 404, "not-found", 4, "access"),
        PartnerError: Disposition("record_attempt", 502, "partner", 1, "partner"),
        ConfigError: Disposition("refuse_to_start", 500, "configuration", 2, "config"),
    }
)


class Reason(StrEnum):
    """Why a record is in quarantine; the order is the order of intake's checks."""

    OVERSIZED = "OVERSIZED"
    UNSIGNED = "UNSIGNED"
    UNKNOWN_SCHEMA = "UNKNOWN_SCHEMA"
    TRUNCATED = "TRUNCATED"
    UNSAFE = "UNSAFE"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    WRONG_TOPIC = "WRONG_TOPIC"
    MALFORMED = "MALFORMED"
    NO_PREDICATE = "NO_PREDICATE"
    PROTECTED_ACTIVITY = "PROTECTED_ACTIVITY"
    VICTIM_MEDIA = "VICTIM_MEDIA"
    UNKNOWN_CAVEAT = "UNKNOWN_CAVEAT"
    PLACE_TIME_TOO_LARGE = "PLACE_TIME_TOO_LARGE"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    UNPROCESSABLE = "UNPROCESSABLE"


KEPT_BY_DIGEST: Final = frozenset(
    {Reason.NO_PREDICATE, Reason.PROTECTED_ACTIVITY, Reason.VICTIM_MEDIA}
)
"""Reasons under which even quarantine may not keep the bytes (28 CFR 23.20(a), (b))."""
