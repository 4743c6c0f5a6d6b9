"""The house rules that no linter counts: sizes, names, left-overs, paths of one machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("schemas", "producers", "streams", "consumers", "deploy", "tests")
MODULES = [p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py"))]
PRODUCT = [p for p in MODULES if p.relative_to(ROOT).parts[0] != "tests"]
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    end = node.end_lineno or node.lineno
    start = node.lineno
    first = node.body[0]
    if ast.get_docstring(node) is not None and len(node.body) > 1:
        start += (first.end_lineno or first.lineno) - first.lineno + 1
    return end - start + 1


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_module_has_at_most_250_lines_or_400_with_a_reason(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    doc = ast.get_docstring(ast.parse(text)) or ""
    limit = 400 if re.search(r"\bone (file|module)\b", doc, re.IGNORECASE) else 250
    assert lines <= limit, f"{lines} lines; over 250 its docstring says why it is one module"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_function_has_at_most_40_lines_and_6_parameters(path: Path) -> None:
    for node in functions(ast.parse(path.read_text(encoding="utf-8"))):
        assert body_lines(node) <= 40, f"{node.name} at line {node.lineno}"
        given = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        own = [a for a in given if a.arg not in {"self", "cls"}]
        if not node.decorator_list or not _is_command(node):
            assert len(own) <= 6, f"{node.name} at line {node.lineno} takes {len(own)}"


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Typer commands take one parameter per flag, pytest tests one per fixture."""
    return any(
        ".command" in ast.unparse(d)
        or "callback" in ast.unparse(d)
        or "parametrize" in ast.unparse(d)
        for d in node.decorator_list
    )


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_product_module_says_what_it_is_and_has_a_noun_for_a_name(path: Path) -> None:
    assert path.stem not in FORBIDDEN_NAMES
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_nothing_is_left_over(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError", text)
    assert not re.search(r"[\"'(\s]/(root|home|work)/\w", text), "a path of one machine"


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_environment_is_read_only_in_settings(path: Path) -> None:
    if name(path) == "deploy/settings.py":
        return
    assert not re.search(r"os\.(environ\[|getenv|environ\.get)", path.read_text(encoding="utf-8"))


def test_tests_poll_and_never_sleep_to_wait() -> None:
    sleeping = re.compile(r"\btime\.sleep\(|asyncio\.sleep\((?!0\))")
    allowed = {"tests/support/waiting.py", "tests/unit/test_house.py"}
    found = [
        name(p)
        for p in MODULES
        if name(p).startswith("tests/")
        and name(p) not in allowed
        and sleeping.search(p.read_text(encoding="utf-8"))
    ]
    assert found == []
