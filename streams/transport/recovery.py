"""Bulk recovery: changelog fetches go straight into the runner's state, no Faust event per row.

Faust still decides when to recover, seeks, and resumes the sources afterwards. It is told how far
each changelog has been read through the same counters its own, slower loop would have advanced.
"""

from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from faust.types import TP


class RecoveryIncompleteError(RuntimeError):
    """Faust has resumed the sources before the changelog was read: state would be missing."""


class TableLiesError(RuntimeError):
    """A table on disk knows more than its changelog holds: it is of another one, or made up."""


class BulkRecovery:
    """What the fetch loop does with changelog partitions."""

    def __init__(self, app: Any) -> None:
        """`app` is a `StageApp`."""
        self._app = app

    def prepare(self, owned: AbstractSet[int]) -> None:
        """Align state with a new assignment, before Faust begins to recover it."""
        runner, recovery = self._app.runner, self._app.recovery
        for partition in set(runner.states) ^ owned:
            # INVARIANT: without state here, recovery starts at the changelog's beginning.
            recovery.revoke(self._app.changelog_tp(partition))
            runner.release(partition)
        for partition in owned:
            # A table on disk has read a part: only the tail is left.
            if self._app.stage.table and (end := runner.state(partition).end):
                recovery.active_offsets[self._app.changelog_tp(partition)] = end - 1
        # INVARIANT: a signal left over from the last recovery would end the next one at once.
        recovery.signal_recovery_end.clear()

    def load(self, tp: TP, records: Sequence[Any]) -> None:
        """Apply fetched records of a changelog partition."""
        recovery = self._app.recovery
        if records and tp in recovery.active_tps:
            self._app.runner.state(tp.partition).load(records)
            recovery.active_offsets[tp] = records[-1].offset

    async def skip_compacted_ends(self, position: Callable[[TP], Awaitable[int | None]]) -> None:
        """Count a changelog as read whose last rows compaction has removed."""
        recovery = self._app.recovery
        for tp, missing in recovery.active_remaining().items():
            if missing > 0 and (await position(tp) or 0) > recovery.active_highwaters[tp]:
                recovery.active_offsets[tp] = recovery.active_highwaters[tp]

    def finish(self, active: AbstractSet[TP]) -> None:
        """Tell Faust that everything is read, if it is; `active` are the partitions fetched."""
        # INVARIANT: changelog partitions are active only between the moment Faust has built
        # their high watermarks and its end; at any other time need_recovery() knows nothing.
        recovery = self._app.recovery
        reading = recovery.in_recovery and recovery.active_tps and recovery.active_tps <= active
        if reading and not recovery.need_recovery():
            recovery.signal_recovery_end.set()

    def end(self, partition: int) -> int:
        """Offset after the last row that recovery has read, or has found compacted away.

        Raises:
            RecoveryIncompleteError: rows are missing; working on would forget what they say.
        """
        recovery, tp = self._app.recovery, self._app.changelog_tp(partition)
        if recovery.active_remaining().get(tp, 0) > 0:
            raise RecoveryIncompleteError(f"changelog of partition {partition} is not read")
        end = int(recovery.active_highwaters.get(tp, -1)) + 1
        state = self._app.runner.state(partition)
        if not state.is_owned and state.end > end:
            # Thrown away before the crash, so that the next start reads the changelog.
            state.rows.discard()
            raise TableLiesError(f"partition {partition}: read to {state.end}, changelog to {end}")
        return end
