"""Every process of one namespace on this machine, each a `liaison` command of its own."""

import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.kafka import choose_port
from deploy.local.process import ProcessGroup, http_ready, wait_until
from deploy.settings import Settings, as_environment
from schemas.errors import TransientError
from streams.app import STAGES

LIAISON = str(Path(sys.executable).with_name("liaison"))
PROCESSES = (*STAGES, "deliver", "inbox", "ops")
"""In the order in which they are started."""

_ARGUMENTS: Mapping[str, Sequence[str]] = {
    **{stage: ("worker", stage) for stage in STAGES},
    "deliver": ("deliver",),
    "inbox": ("web", "inbox"),
    "ops": ("web", "desk"),
}
_PORT_SETTING: Mapping[str, str] = {
    **dict.fromkeys(STAGES, "LIAISON_WORKER__WEB_PORT"),
    "deliver": "LIAISON_DELIVER__WEB_PORT",
    "inbox": "LIAISON_WEB__PORT",
    "ops": "LIAISON_WEB__PORT",
}
_READY_TIMEOUT_SECONDS = 90.0
_INSTANCE = "LIAISON_WORKER__INSTANCE_ID"

NUMBERED = "#"
"""`dedupe#2` is a second process of `dedupe`, with an instance id of its own."""

_SECRETS = frozenset(
    {
        "LIAISON_TRUST__BLOCKING_SECRET",
        "LIAISON_TRUST__NOTICE_SECRET",
        "LIAISON_TRUST__LEDGER_KEY_FILE",
    }
)
_MAY_KNOW: Mapping[str, frozenset[str]] = {
    "intake": frozenset({"LIAISON_TRUST__BLOCKING_SECRET"}),
    "deliver": _SECRETS,
}
"""Who is told which secret; all others none."""


class Pipeline:
    """The processes of one namespace: each may be killed and started again on its port.

    `commands` replaces the command line of a process, for tests that plant a fault.
    """

    def __init__(
        self,
        settings: Settings,
        group: ProcessGroup,
        names: Sequence[str] = PROCESSES,
        commands: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._group = group
        self._commands = commands or {}
        self.names = tuple(names)
        self._ports: dict[str, int] = {}
        for name in self.names:
            self._allot(name)
        targets = {name: f"{self.url(name)}/metrics" for name in self.names if name != "ops"}
        web = settings.web.model_copy(update={"targets": targets})
        self._environment = as_environment(settings.model_copy(update={"web": web}))

    def url(self, name: str) -> str:
        """Return where a process serves its pages or its health."""
        return f"http://127.0.0.1:{self._ports[name]}"

    def start(self) -> None:
        """Start all processes side by side and wait until each is ready; raises StackError."""
        for name in self.names:
            self.launch(name)
        for name in self.names:
            self.await_ready(name)

    def _allot(self, name: str) -> None:
        if name not in self._ports:
            self._ports[name] = choose_port(0, name, frozenset(self._ports.values()))

    def launch(self, name: str) -> None:
        """Start one process without waiting for it; a further one of a part may be new."""
        self._allot(name)
        part, _, number = name.partition(NUMBERED)
        argv = self._commands.get(name, (LIAISON, *_ARGUMENTS[part]))
        withheld = _SECRETS - _MAY_KNOW.get(part, frozenset())
        known = {key: value for key, value in self._environment.items() if key not in withheld}
        known[_PORT_SETTING[part]] = str(self._ports[name])
        if number and _INSTANCE in known:
            known[_INSTANCE] += f"-{number}"
        self._group.start(name, argv, known)

    def await_ready(self, name: str) -> None:
        """Wait until a launched process can do its work; raises StackError."""
        ready = http_ready(f"{self.url(name)}/readyz")
        self._group.await_ready(name, ready, _READY_TIMEOUT_SECONDS)

    def kill(self, name: str) -> None:
        """End a process as a crash would (SIGKILL)."""
        self._group.kill(name)


def run_stages(settings: Settings, stages: Sequence[str]) -> None:
    """Run several stages, a process each, until one ends or this one is told to.

    Raises TransientError when one has ended by itself; the others are then stopped too.
    """
    asked = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.append(True))
    with ProcessGroup(settings.paths.state / "workers") as group:
        pipeline = Pipeline(settings, group, stages)
        pipeline.start()
        while not asked and group.alive() == set(stages):
            wait_until(lambda: bool(asked) or group.alive() != set(stages), 1.0)
        ended = sorted(set(stages) - group.alive())
    if ended and not asked:
        raise TransientError("STAGE_ENDED", f"{', '.join(ended)} ended; all stages were stopped")
