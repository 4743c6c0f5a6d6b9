"""What stands at rest follows from the final match alone, and from what was told."""

from pathlib import Path

from consumers.store.queries import explain_match
from tests.support.delivery_world import World, build_support, match_message, record_message

LEFT, RIGHT = "hsi.field/R-1", "bis.oee/B-1"


def test_a_recipient_never_told_leaves_no_standing_when_the_match_goes(tmp_path: Path) -> None:
    world = World(tmp_path)
    barred = record_message(0, LEFT, 1, barred=["GBR/desk"])
    other = record_message(1, RIGHT, 1, "right", owner="BIS/oee")
    told = world.turn(barred, other, match_message(1, "m", 1, [build_support(LEFT, RIGHT)]))
    before = {each.channel for each in explain_match(world.vault, "m")}
    assert before > told.keys()
    world.turn(match_message(2, "m", 2, []))
    assert {each.channel for each in explain_match(world.vault, "m")} == told.keys()
