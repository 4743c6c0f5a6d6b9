"""The counter-case: the smallest change of a scenario that flips what comes of it.

`counter.yaml` has `title`, `expect` (what is then true at the end) and what differs: `set`, values
by path; `drop`, paths that go; `add`, steps at the end. A path is `A.marking.caveats` (in the step
that reports record A), `step 3.at`, or a key of the scenario such as `start` or
`agreements.change`. What the scenario itself expected on the way is not asked.
"""

import copy
import re
from typing import Any, Final

import yaml

from consumers.sharing import form
from consumers.sharing.form import Spot

_STEP: Final = re.compile(r"step (\d+)")
_TEXT: Final = "tag:yaml.org,2002:str"


def countered(root: Spot, change: Spot) -> Spot:
    """Return the scenario with the change made; raises ConfigError with line and column."""
    said = form.mapping(
        change,
        {"title": form.text, "expect": lambda spot: spot},
        {
            "set": lambda spot: spot,
            "drop": form.listing(form.text),
            "add": form.listing(lambda spot: spot),
            "note": form.text,
        },
    )
    if not {"set", "drop", "add"} & said.keys():
        raise change.refuse("nothing differs: `set`, `drop` or `add` is needed")
    tree = Spot(f"{root.source} with {change.source}", copy.deepcopy(root.node))
    steps = _value(tree.node, "timeline", change)
    for step in steps.value:
        _put(step, "expect", None)
    _put(tree.node, "expect", said["expect"].node)
    _put(tree.node, "title", form.keys(change)["title"].node)
    for path, value in form.keys(said["set"]).items() if "set" in said else ():
        holder, last = _holder(tree.node, path, value)
        _put(holder, last, value.node)
    gone = [_holder(tree.node, path, form.keys(change)["drop"]) for path in said.get("drop", ())]
    for holder, last in gone:
        if holder is steps:
            index = int(last) - 1
            steps.value[index] = None
        else:
            _put(holder, last, None)
    steps.value = [each for each in steps.value if each is not None]
    steps.value += [each.node for each in said.get("add", ())]
    return tree


def _holder(root: yaml.Node, path: str, spot: Spot) -> tuple[Any, str]:
    """Return the mapping a path ends in, made where it is missing, and its last key."""
    first, *rest = path.split(".")
    node: Any = root
    steps = _value(root, "timeline", spot)
    if (found := _STEP.fullmatch(first)) is not None:
        number = int(found[1])
        if not 1 <= number <= len(steps.value):
            raise spot.refuse(f"there is no step {number}; there are {len(steps.value)}")
        if not rest:
            return steps, found[1]
        node = steps.value[number - 1]
    elif (reported := _reporting(steps, first)) is not None:
        if not rest:
            return steps, str(steps.value.index(reported) + 1)
        node = reported
    else:
        rest = [first, *rest]
    for key in rest[:-1]:
        node = _below(node, key, path, spot)
    return node, rest[-1]


def _below(node: Any, key: str, path: str, spot: Spot) -> Any:
    if isinstance(node, yaml.SequenceNode):
        if not key.isdecimal() or not 1 <= int(key) <= len(node.value):
            raise spot.refuse(f"{path!r}: {key!r} is no number of a list of {len(node.value)}")
        return node.value[int(key) - 1]
    if not isinstance(node, yaml.MappingNode):
        raise spot.refuse(f"{path!r} leads into a plain value")
    for name, value in node.value:
        if name.value == key:
            return value
    made = yaml.MappingNode("tag:yaml.org,2002:map", [], node.start_mark, node.end_mark)
    _put(node, key, made)
    return made


def _reporting(steps: yaml.Node, name: str) -> yaml.Node | None:
    for step in steps.value:
        for key, value in step.value if isinstance(step, yaml.MappingNode) else ():
            if key.value == "report" and value.value == name:
                found: yaml.Node = step
                return found
    return None


def _value(node: yaml.Node, key: str, spot: Spot) -> yaml.Node:
    for name, value in node.value:
        if name.value == key:
            found: yaml.Node = value
            return found
    raise spot.refuse(f"the scenario has no {key!r}")


def _put(node: Any, key: str, value: yaml.Node | None) -> None:
    """Set a key of a mapping, or an item of a list by its number; None takes it away."""
    if isinstance(node, yaml.SequenceNode):
        node.value[int(key) - 1 : int(key)] = [] if value is None else [value]
        return
    kept = [pair for pair in node.value if pair[0].value != key]
    if value is not None:
        name = yaml.ScalarNode(_TEXT, key, value.start_mark, value.end_mark)
        kept.append((name, value))
    node.value = kept
