"""The first key's generated source as formulas: its own syntax tree, run on symbols.

Nothing is taken from the documents here but what the source's numbers mean: what is proved is what
decides.
It is one module, because it is one interpreter.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from consumers.sharing.compiler import Compiled
from consumers.sharing.prove.logic import FALSE, TRUE, all_of, any_of, no
from consumers.sharing.prove.world import CLASSES, World
from consumers.sharing.vocabulary import (
    ANSWERS,
    BANDS,
    CAVEATS,
    CRIME_TYPES,
    DUTIES,
    GRADES,
    HANDLINGS,
    KINDS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    PURPOSES,
    ROLES,
)

_COMPARED: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.GtE: lambda a, b: a >= b,
    ast.Gt: lambda a, b: a > b,
    ast.LtE: lambda a, b: a <= b,
    ast.Lt: lambda a, b: a < b,
}


class Untranslatable(Exception):  # noqa: N818 - names what the source is
    """The generated source says something that no formula stands for: nothing is proved of it."""


@dataclass(slots=True)
class Rules:
    """What the source does: clauses, bars with effects, and overrides, each with when."""

    granted: dict[int, Any] = field(default_factory=dict)
    bars: list[tuple[int, str, Any]] = field(default_factory=list)
    overrides: dict[int, Any] = field(default_factory=dict)


def rules_of(compiled: Compiled, world: World) -> Rules:
    """Translate the whole source; raises Untranslatable."""
    return _Source(compiled.source, world).rules()


class _Source:
    def __init__(self, source: str, world: World) -> None:
        body = ast.parse(source).body
        self._world = world
        self._bits = _bits(world)
        self._terms: dict[tuple[str, int, bool], Any] = {}
        self._functions = {each.name: each for each in body if isinstance(each, ast.FunctionDef)}
        table = next(each for each in body if isinstance(each, ast.Assign))
        self._directions = _table(table)

    def rules(self) -> Rules:
        scope = self._run(self._functions["judge"], {})
        rules = Rules()
        for value, when in scope["granted"]:
            rules.granted[value] = any_of((rules.granted.get(value, FALSE), when))
        for value, when in scope["overrides"]:
            rules.overrides[value] = any_of((rules.overrides.get(value, FALSE), when))
        for (number, effects), when in scope["bars"]:
            rules.bars += [(number, e, all_of(when, case)) for e, case in effects]
        return rules

    def _run(self, function: ast.FunctionDef, scope: dict[str, Any]) -> dict[str, Any]:
        scope.setdefault("bars", [])
        path = TRUE
        for statement in function.body:
            path = self._statement(statement, scope, path)
        return scope

    def _statement(self, node: ast.stmt, scope: dict[str, Any], path: Any) -> Any:
        """Run a statement under a path condition; return the one under which the next runs."""
        match node:
            case ast.If(test=test, body=body, orelse=[]):
                holds = self._truth(test, scope)
                inner = all_of(path, holds) if path is not TRUE else holds
                for each in body:
                    if isinstance(each, ast.Return):
                        self._early(each, scope, inner)
                        return all_of(path, no(holds))
                    inner = self._statement(each, scope, inner)
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, value, scope, path)
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value]
                )
            ):
                scope[name].append((self._appended(value, scope), path))
            case ast.Return():
                pass
            case _:
                raise Untranslatable(ast.unparse(node))
        return path

    def _early(self, node: ast.Return, scope: dict[str, Any], path: Any) -> None:
        """Take up the refusal of unknown words: no clause, and one bar."""
        match node.value:
            case ast.Tuple(elts=[ast.List(elts=[]), ast.List(elts=[bar]), *_]):
                scope["bars"].append((self._appended(bar, scope), path))
            case _:
                raise Untranslatable(ast.unparse(node))

    def _assign(
        self, targets: list[ast.expr], value: ast.expr, scope: dict[str, Any], path: Any
    ) -> None:
        names = [name for each in targets for name in _names(each)]
        match value:
            case ast.Name(id="request"):
                return
            case ast.Call(func=ast.Name(id="grants")):
                scope |= self._grants(path)
            case ast.List(elts=[]):
                for name in names:
                    scope.setdefault(name, [])
            case ast.Tuple(elts=lists) if all(isinstance(each, ast.List) for each in lists):
                for name in names:
                    scope[name] = []
            case ast.Constant(value=False):
                scope |= dict.fromkeys(names, FALSE)
            case ast.Constant(value=True):
                for name in names:
                    scope[name] = any_of((scope.get(name, FALSE), path))
            case _:
                raise Untranslatable(ast.unparse(value))

    def _grants(self, path: Any) -> dict[str, Any]:
        """Run the function of every direction, under its owner and recipient."""
        found: dict[str, Any] = {"granted": [], "clocks": []}
        flags = ("onward_free", "onward_never", "in_force")
        every: dict[str, list[Any]] = {flag: [] for flag in flags}
        for (owner, recipient), name in self._directions.items():
            scope = self._run(self._functions[name], {})
            here = all_of(path, self._world.owner_is(owner), self._world.recipient_is(recipient))
            for key in ("granted", "clocks"):
                found[key] += [(value, all_of(here, when)) for value, when in scope[key]]
            for flag in flags:
                every[flag].append(all_of(here, scope[flag]))
        return found | {flag: any_of(terms) for flag, terms in every.items()}

    def _appended(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        match node:
            case ast.Constant(value=int(number)):
                return number
            case ast.Tuple(elts=[number, effect]):
                return ast.literal_eval(number), self._effects(effect, scope)
            case _:
                raise Untranslatable(ast.unparse(node))

    def _effects(self, node: ast.expr, scope: dict[str, Any]) -> list[tuple[str, Any]]:
        match node:
            case ast.Constant(value=str(effect)):
                return [(effect, TRUE)]
            case ast.IfExp(
                test=test, body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(other))
            ):
                holds = self._truth(test, scope)
                return [(one, holds), (other, no(holds))]
            case _:
                raise Untranslatable(ast.unparse(node))

    def _truth(self, node: ast.expr, scope: dict[str, Any]) -> Any:  # noqa: PLR0911 - one case a form
        """Return a condition as a formula."""
        match node:
            case ast.BoolOp(op=op, values=values):
                terms = [self._truth(each, scope) for each in values]
                return all_of(*terms) if isinstance(op, ast.And) else any_of(terms)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return no(self._truth(operand, scope))
            case ast.Constant(value=bool(value)):
                return TRUE if value else FALSE
            case ast.BinOp(left=ast.Name(id=name), op=ast.BitAnd(), right=mask):
                return self._meets(name, mask)
            case ast.Compare(left=ast.Name(id=name), ops=[ast.In()], comparators=[listed]):
                return self._listed(name, ast.literal_eval(listed))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARED:
                return _COMPARED[type(op)](self._number(left), self._number(right))
            case ast.Name(id=name) if name in self._bits:
                return any_of(self._bits[name])
            case ast.Name(id=name) if name in scope:
                known = scope[name]
                return any_of([when for _, when in known]) if isinstance(known, list) else known
            case _:
                raise Untranslatable(ast.unparse(node))

    def _meets(self, name: str, mask: ast.expr) -> Any:
        """Return whether an attribute has one of the bits of a mask."""
        inverted = isinstance(mask, ast.UnaryOp)
        number = ast.literal_eval(mask.operand if isinstance(mask, ast.UnaryOp) else mask)
        key = (name, number, inverted)
        if key not in self._terms:
            chosen = [
                bit
                for index, bit in enumerate(self._bits[name])
                if bool(number >> index & 1) is not inverted
            ]
            self._terms[key] = any_of(chosen)
        return self._terms[key]

    def _listed(self, name: str, words: tuple[str, ...]) -> Any:
        if name == "recipient":
            return any_of([self._world.recipient_is(word) for word in words])
        if name == "office":
            return any_of([self._world.office_is(word) for word in words])
        raise Untranslatable(f"{name} in {words}")

    def _number(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=int(value)):
                return value
            case ast.Name(id=name) if name in self._world.numbers:
                return self._world.numbers[name]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._number(left) + self._number(right)
            case _:
                raise Untranslatable(ast.unparse(node))


def _bits(world: World) -> dict[str, list[Any]]:
    """Return the switch of every bit of every attribute, in the vocabularies' order."""
    found = {
        name: [switches[word] for word in (*words.words, "unknown")]
        for name, words, switches in (
            ("office_class", OFFICE_CLASSES, world.one["office_class"]),
            ("purpose", PURPOSES, world.one["purpose"]),
            ("entity", KINDS, world.one["entity"]),
            ("role", ROLES, world.one["role"]),
            ("us_person", ANSWERS, world.one["us_person"]),
            ("match_class", MATCH_CLASS_WORDS, world.one["match_class"]),
            ("band", BANDS, world.one["band"]),
            ("duties", DUTIES, world.many["duties"]),
            ("crimes", CRIME_TYPES, world.many["crimes"]),
            ("caveats", CAVEATS, world.many["caveats"]),
            ("handling", HANDLINGS, world.many["handling"]),
            ("grades", GRADES, world.many["grades"]),
        )
    }
    return found | {"kind": _kind(world), "origin": _origin(world)}


def _kind(world: World) -> list[Any]:
    """Return the bits of what the recipient is to the owner, as the request builder sets them."""
    abroad = any_of((world.one["class"]["foreign"], no(world.fact("domestic"))))
    other = no(world.own)
    found = {"foreign": all_of(other, abroad)}
    for word in CLASSES:
        if word != "foreign":
            near = TRUE if word == "industry" else no(abroad)
            found[word] = all_of(other, world.one["class"][word], near)
    ordered = [found[w] for w in ("federal_law_enforcement", "federal_other", "state")]
    listed = [world.fact("listed_country"), world.listed_officer]
    unknown = all_of(other, world.one["class"]["unknown"], no(abroad))
    return [world.own, *ordered, found["foreign"], found["industry"], *listed, unknown]


def _origin(world: World) -> list[Any]:
    """Return the bits of whose information it is, in the order of ORIGINS."""
    marked, asking = world.some("caveats"), world.fact("third_asking")
    return [
        any_of((world.fact("of_owner"), world.fact("of_recipient"))),
        world.fact("third_free"),
        all_of(asking, no(marked)),
        all_of(asking, marked),
        world.fact("third_prohibiting"),
        world.fact("third_foreign"),
        FALSE,
    ]


def _names(target: ast.expr) -> list[str]:
    match target:
        case ast.Name(id=name):
            return [name]
        case ast.Tuple(elts=elements):
            return [name for each in elements for name in _names(each)]
        case _:
            raise Untranslatable(ast.unparse(target))


def _table(node: ast.Assign) -> dict[tuple[str, str], str]:
    """Return the name of each direction's function."""
    match node.value:
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {
                ast.literal_eval(key): value.id
                for key, value in pairs
                if key is not None and isinstance(value, ast.Name)
            }
        case _:
            raise Untranslatable(ast.unparse(node))
