"""The second key's policies as formulas: Cedar's own syntax tree, as cedarpy parses it.

It is one module, because it is one reader.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import cedarpy
import z3
from cedarpy import pst

from consumers.sharing.cedar.language import Statement
from consumers.sharing.prove.logic import FALSE, all_of, any_of, no
from consumers.sharing.prove.python_rules import Untranslatable
from consumers.sharing.prove.world import UNKNOWN, World

_COMPARED: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "less": lambda a, b: a < b,
    "less_eq": lambda a, b: a <= b,
    "greater": lambda a, b: a > b,
    "greater_eq": lambda a, b: a >= b,
}
_ONE: Final = {
    "context.entity": "entity",
    "context.role": "role",
    "context.us_person": "us_person",
    "context.match_class": "match_class",
    "context.band": "band",
    "principal.office_class": "office_class",
    "principal.purpose": "purpose",
    "principal.class": "class",
}
_MANY: Final = {
    "resource.crimes": "crimes",
    "resource.caveats": "caveats",
    "resource.grades": "grades",
    "resource.handlings": "handling",
    "resource.onwards": "onwards",
    "resource.fields": "fields",
    "principal.duties": "duties",
}
_NUMBERS: Final = {
    "context.now": "now",
    "context.today": "today",
    "context.imminence": "imminence",
    "resource.validated": "validated",
    "resource.informed": "informed",
}
_FACTS: Final = {
    "resource.registered": "registered",
    "resource.limited": "limited",
    "resource.restricted": "restricted",
    "resource.nobody": "nobody",
    "principal.national": "national",
    "principal.domestic": "domestic",
}


@dataclass(slots=True)
class Policies:
    """When each rule permits, and what forbids disclosing and overriding; by rule."""

    permits: dict[str, list[Any]] = field(default_factory=dict)
    overrides: dict[str, list[Any]] = field(default_factory=dict)
    forbids: list[Any] = field(default_factory=list)
    standing: list[Any] = field(default_factory=list)


def policies_of(statements: Iterable[Statement], world: World) -> Policies:
    """Translate policies; raises Untranslatable. Cedar's parser reads every condition once."""
    statements = tuple(statements)
    terms = _terms({term for each in statements for term in (*each.when, *each.unless)}, world)
    found = Policies()
    for each in statements:
        when = [terms[term] for term in each.when]
        if each.unless:
            when.append(no(all_of(*[terms[term] for term in each.unless])))
        if each.pair is not None:
            when.append(world.recipient_is(each.pair[1]))
        holds = all_of(*when)
        if each.permits:
            for name, known in (("disclose", found.permits), ("override", found.overrides)):
                if name in each.actions:
                    known.setdefault(each.id, []).append(holds)
        else:
            if "disclose" in each.actions:
                found.forbids.append(holds)
            if "override" in each.actions:
                found.standing.append(holds)
    return found


def _terms(written: set[str], world: World) -> dict[str, Any]:
    """Return each condition as a formula, by its text."""
    ordered, reader = sorted(written), _Reader(world)
    text = "\n".join(
        f'@id("{n}") permit (principal, action, resource) when {{ {term} }};'
        for n, term in enumerate(ordered)
    )
    found = {}
    for template in cedarpy.policies_to_pst(text).static_policies.values():
        (clause,) = template.clauses
        found[ordered[int(template.annotations["id"])]] = reader.truth(clause.expr)
    return found


class _Reader:
    def __init__(self, world: World) -> None:
        self._world = world
        self._terms: dict[Any, Any] = {}

    def truth(self, node: Any) -> Any:  # noqa: C901, PLR0911 - one case a form
        """Return a condition as a formula."""
        match node:
            case pst.BinaryOp(op="and", left=left, right=right):
                return all_of(self.truth(left), self.truth(right))
            case pst.BinaryOp(op="or", left=left, right=right):
                return any_of((self.truth(left), self.truth(right)))
            case pst.UnaryOp(op="not", arg=arg):
                return no(self.truth(arg))
            case pst.BoolLit(value=value):
                return z3.BoolVal(value)
            case pst.GetAttr() if _path(node) in _FACTS:
                return self._world.fact(_FACTS[_path(node)])
            case pst.GetAttr() if _path(node) == "resource.marked":
                return self._world.some("caveats")
            case pst.UnaryOp(op="is_empty", arg=arg):
                return no(self._some(_path(arg)))
            case pst.BinaryOp(op=op, left=left, right=right) if op in _COMPARED:
                return _COMPARED[op](self._number(left), self._number(right))
            case pst.BinaryOp(op="eq", left=left, right=right):
                return self._equal(_path(left), right)
            case pst.BinaryOp(op="not_eq", left=left, right=right):
                return no(self._equal(_path(left), right))
            case pst.BinaryOp(op="contains" | "contains_any" | "contains_all"):
                return self._membership(node)
            case _:
                raise Untranslatable(repr(node)[:200])

    def _some(self, path: str) -> Any:
        """Say that a set is not empty."""
        world = self._world
        if path in _MANY:
            return world.some(_MANY[path])
        if path == "resource.matters":
            return world.fact("matters")
        if path == "resource.originators":
            return any_of((world.fact("of_owner"), world.fact("of_recipient"), world.third))
        raise Untranslatable(path)

    def _equal(self, path: str, right: Any) -> Any:
        world = self._world
        match right:
            case pst.StringLit(value=word) if path in _ONE:
                return world.one[_ONE[path]].get(word, FALSE)
            case pst.StringLit(value=word) if path == "resource.owner":
                return world.owner_is(word)
            case pst.StringLit(value=word) if path == "principal.agency":
                return world.recipient_is(word)
            case pst.GetAttr() if {path, _path(right)} == {"principal.agency", "resource.owner"}:
                return world.owner == world.recipient
            case _:
                raise Untranslatable(f"{path} == {right!r}")

    def _membership(self, node: pst.BinaryOp) -> Any:
        match node:
            case pst.BinaryOp(op="contains", left=pst.Set(elements=words), right=right):
                return self._listed(_path(right), words)
            case pst.BinaryOp(op="contains_any", left=left, right=pst.Set(elements=words)):
                return self._meets(_path(left), words)
            case pst.BinaryOp(op="contains_all", left=pst.Set(elements=words), right=right):
                return self._covers(words, _path(right))
            case pst.BinaryOp(op="contains_all", left=left, right=right):
                paths = (_path(left), _path(right))
                if paths == ("principal.matters", "resource.matters"):
                    return self._world.fact("listed_for_all")
            case pst.BinaryOp(op="contains", left=left, right=right):
                return self._contains(_path(left), right)
        raise Untranslatable(repr(node)[:200])

    def _listed(self, path: str, words: Any) -> Any:
        """Say that an attribute is one of the words."""
        key = ("one", path, words)
        if key not in self._terms:
            if path == "principal.office":
                found = [self._world.office_is(each.value) for each in words]
            else:
                switches = self._world.one[_ONE[path]]
                found = [switches.get(each.value, FALSE) for each in words]
            self._terms[key] = any_of(found)
        return self._terms[key]

    def _meets(self, path: str, words: Any) -> Any:
        """Say that a set holds one of the words."""
        if path == "resource.audience":
            return self._world.fact("named")
        switches = self._world.many[_MANY[path]]
        return any_of([switches.get(each.value, FALSE) for each in words])

    def _covers(self, words: Any, path: str) -> Any:
        """Say that a set holds no other word."""
        key = ("all", path, words)
        if key not in self._terms:
            self._terms[key] = self._covering(words, path)
        return self._terms[key]

    def _covering(self, words: Any, path: str) -> Any:
        world = self._world
        if path in _MANY:
            known = {each.value for each in words}
            switches = world.many[_MANY[path]]
            return no(any_of([switch for word, switch in switches.items() if word not in known]))
        spared = {_path(each) for each in words}
        if path == "resource.waiting":
            return no(world.waiting(spare_owner="resource.owner" in spared))
        if spared == {"principal.agency", "resource.owner"}:
            if path == "resource.originators":
                return no(world.third)
            how = path.removeprefix("resource.")
            return no(world.fact(f"third_{how}"))
        raise Untranslatable(f"{spared} {path}")

    def _contains(self, path: str, right: Any) -> Any:
        world = self._world
        match path, right:
            case "resource.consents", pst.StringLit(value=who):
                return world.consented(who)
            case "resource.originators", pst.StringLit(value=""):
                return world.fact("unnamed_originator")
            case "resource.listed", pst.GetAttr(attr="nation"):
                return world.fact("listed_country")
            case "resource.purposes", pst.GetAttr(attr="purpose"):
                purposes, purpose = world.many["purposes"], world.one["purpose"]
                return any_of([all_of(purposes[w], purpose[w]) for w in (*purposes,)])
            case _, pst.StringLit(value=word) if path in _MANY:
                return world.many[_MANY[path]].get(word, FALSE)
        raise Untranslatable(f"{path} contains {right!r}")

    def _number(self, node: Any) -> Any:
        match node:
            case pst.LongLit(value=value):
                return value
            case pst.BinaryOp(op="add", left=left, right=right):
                return self._number(left) + self._number(right)
            case pst.GetAttr() if _path(node) in _NUMBERS:
                return self._world.numbers[_NUMBERS[_path(node)]]
            case _:
                raise Untranslatable(repr(node))


def _path(node: Any) -> str:
    match node:
        case pst.GetAttr(base=pst.Var(name=name), attr=attr):
            return f"{name}.{attr}"
        case _:
            raise Untranslatable(repr(node)[:200])


__all__ = ["UNKNOWN", "Policies", "policies_of"]
