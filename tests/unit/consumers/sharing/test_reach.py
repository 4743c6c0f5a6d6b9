"""How far a bar reaches, and whom a clause is for: one field, one support, the whole match."""

from collections.abc import Callable
from typing import Any

from consumers.sharing.decide import Outcome
from consumers.sharing.policy import AGREEMENTS, Policy, build_policy
from tests.unit.consumers.sharing.court import MATTER, la, policy
from tests.unit.consumers.sharing.scene import SECRETS, ask, bis, hsi, shown_fields, support

SHIPPED = {path.name: path.read_text() for path in AGREEMENTS.glob("*.yaml")}


def with_change(name: str, change: Callable[[str], str]) -> Policy:
    text = change(SHIPPED[name])
    assert text != SHIPPED[name]
    return build_policy({**SHIPPED, name: text}, policy().register, SECRETS)


def test_bar_on_the_match_withholds_the_support_that_does_not_rest_on_it() -> None:
    mine, other, theirs = hsi(caveats=["SAR"]), la(), bis()
    vault, both = (mine, other, theirs), (support(mine, theirs), support(other, theirs))
    assert ask("bis", vault, *both, policy=policy()).outcome is Outcome.FULL
    bar = "default: DENY}\n    must_share: HOLD(counsel)\n    scope: "
    wide = with_change("statutory.yaml", lambda t: t.replace(f"{bar}support", f"{bar}match"))
    assert ask("bis", vault, *both, policy=wide).outcome is Outcome.DENY
    assert ask("bis", vault, both[1], policy=wide).outcome is Outcome.FULL


def _narrowed(text: str, recipients: str) -> str:
    """Clause 4.3 for other recipients, without the examples that then don't hold."""
    head, _, rest = text.partition('  - id: "4.3"')
    own, _, tail = rest.partition('  - id: "4.4"')
    own = own.partition("    examples:")[0].replace("{office_class: [enforcement]}", recipients)
    return f'{head}  - id: "4.3"{own}  - id: "4.4"{tail}'


def _seen(recipients: str, channel: str, **marking: Any) -> dict[str, str]:
    narrowed = with_change("hsi-bis-2024.yaml", lambda text: _narrowed(text, recipients))
    mine, theirs = hsi(**marking), bis()
    return shown_fields(ask(channel, (mine, theirs), support(mine, theirs), policy=narrowed))


def test_clause_for_an_office_a_duty_or_listed_officers_is_for_nobody_else() -> None:
    assert "birth_date" in _seen("{office: [BIS/enforcement]}", "bis")
    assert "birth_date" in _seen("{agency: [BIS]}", "bis")
    assert "birth_date" not in _seen("{agency: [HSI]}", "bis")
    assert "birth_date" in _seen("{duty: [investigating]}", "listed")
    assert "birth_date" not in _seen("{duty: [investigating]}", "unlisted")
    assert "birth_date" not in _seen("{duty: [investigating]}", "bis")
    assert "birth_date" in _seen("{officer: listed}", "listed", matters=[MATTER])
    assert "birth_date" not in _seen("{officer: listed}", "listed")
    assert "birth_date" not in _seen("{officer: listed}", "unlisted", matters=[MATTER])
