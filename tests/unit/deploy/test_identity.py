"""A process number alone proves nothing."""

import os
from dataclasses import replace

from deploy.local.guard import watch
from deploy.local.identity import ProcessIdentity


def test_running_process_is_found_by_number_and_start_time() -> None:
    me = ProcessIdentity.of(os.getpid())
    found = me.find()
    assert found is not None
    assert found.pid == os.getpid()


def test_reused_number_is_another_process() -> None:
    me = ProcessIdentity.of(os.getpid())
    assert replace(me, started_at=me.started_at - 60).find() is None


def test_guard_holds_what_was_given_and_not_given_up() -> None:
    words = ["+ 10 1.5\n", "+ 11 2.5\n", "- 10\n", "+ 12 3.0\n", "- 99\n"]
    assert watch(words) == [ProcessIdentity(11, 2.5), ProcessIdentity(12, 3.0)]


def test_guard_reads_start_times_without_loss() -> None:
    me = ProcessIdentity.of(os.getpid())
    assert watch([f"+ {me.pid} {me.started_at}\n"]) == [me]
