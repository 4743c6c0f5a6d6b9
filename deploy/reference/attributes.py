"""The page of attributes that a column of an analyst's file can have."""

from typing import Final

from deploy.analysis.attributes import ATTRIBUTES
from deploy.analysis.kinds import KINDS
from deploy.reference.markdown import code, page, table

_HEAD: Final = (
    "What a mapping of `liaison correlate` and `liaison train` may say of a column; how to write "
    "one stands in `deploy/runbooks/correlate-files.md`. `kind` is one of {kinds}. An identifier "
    "of a scheme that is not listed is `identifier` with any `scheme`, compared as it stands."
)


def render() -> str:
    """Return `attributes.md`."""
    rows = [
        (
            code(name),
            each.meaning,
            ", ".join(map(code, each.options)),
            "yes" if each.many else "",
        )
        for name, each in ATTRIBUTES.items()
    ]
    head = _HEAD.format(kinds=", ".join(map(code, KINDS)))
    return page("Attributes", head, table(("Attribute", "Meaning", "Options", "Several"), rows))
