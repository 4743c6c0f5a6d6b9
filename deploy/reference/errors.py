"""The page of errors: what becomes of each class, and why a message is refused."""

import inspect
from collections.abc import Mapping
from typing import Final

from deploy.reference.markdown import code, page, table
from schemas.errors import DISPOSITIONS, KEPT_BY_DIGEST, Reason
from schemas.places import MAX_REACH_METRES, MAX_WINDOW

MEANINGS: Final[Mapping[Reason, str]] = {
    Reason.OVERSIZED: "The value is larger than intake admits (256 KiB).",
    Reason.UNSIGNED: "A signature header is missing.",
    Reason.UNKNOWN_SCHEMA: "The frame names no locked event schema.",
    Reason.TRUNCATED: "The value ends before its schema does.",
    Reason.UNSAFE: "Counts or depth of the value would cost too much to decode.",
    Reason.BAD_SIGNATURE: "The signature does not cover this message under a key valid then.",
    Reason.WRONG_TOPIC: "Key, source or type do not belong on this topic.",
    Reason.MALFORMED: "A value breaks its form: an id, a time, a version, a marking.",
    Reason.NO_PREDICATE: "An intelligence event without a predicate (28 CFR 23.20(a)).",
    Reason.PROTECTED_ACTIVITY: "Protected activity without a criminal nexus (28 CFR 23.20(b)).",
    Reason.VICTIM_MEDIA: "Media bytes on a victim's record.",
    Reason.UNKNOWN_CAVEAT: "A caveat outside the closed vocabulary: unknown denies.",
    Reason.PLACE_TIME_TOO_LARGE: (
        f"Radius and uncertainty over {MAX_REACH_METRES // 1000:,} km,"
        f" or a window over {MAX_WINDOW.days} days."
    ),
    Reason.VERSION_CONFLICT: "Another text of the same version is in force; the owner is told.",
    Reason.UNPROCESSABLE: "A stage could not process it, alone and repeatedly.",
}

_EXIT_CODES: Final = (
    ("0", "ok"),
    ("1", "failed: a check found something, a promise was not kept"),
    ("2", "usage: an argument, a setting or the installation is wrong"),
    ("3", "some events were rejected"),
    ("4", "refused"),
    ("5", "unreachable: broker, vault or partner did not answer"),
    ("130", "interrupted"),
)


def render() -> str:
    """Return `errors.md`."""
    classes = [
        (
            code(kind.__name__),
            (inspect.getdoc(kind) or "").partition(";")[0],
            each.disposition.replace("_", " "),
            str(each.http_status),
            code(each.problem_type),
            str(each.exit_code),
            code(each.metric_label),
        )
        for kind, each in DISPOSITIONS.items()
    ]
    head = ("Class", "When", "Becomes", "HTTP", "Problem type", "Exit code", "Metric label")
    return page(
        "Errors",
        "One table says what becomes of an error at each edge. No error carries a payload value.",
        table(head, classes),
        "## Exit codes of the command line",
        table(("Code", "Meaning"), _EXIT_CODES),
    )


def render_reasons() -> str:
    """Return `quarantine.md`."""
    rows = [
        (
            code(reason),
            MEANINGS[reason],
            "never" if reason in KEPT_BY_DIGEST else _kept(reason),
        )
        for reason in Reason
    ]
    return page(
        "Quarantine reasons",
        "In the order of the checks: of several, the first is the reason. A refused message stands "
        "on the quarantine topic under its origin, with its digest. Every refusal is counted; the "
        "stream goes on.",
        table(("Reason", "When", "Bytes kept"), rows),
    )


def _kept(reason: Reason) -> str:
    return "at the origin" if reason is Reason.VERSION_CONFLICT else "untouched"
