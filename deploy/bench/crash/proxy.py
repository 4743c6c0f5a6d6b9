"""A way to the broker that can be cut for one process: nothing passes, then connections break.

Clients that come this way are told of no other: the broker names the proxy as its own address.
"""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psutil

from deploy.local.kafka import HOST, Detour

_CHUNK: Final = 1 << 16


class _Way:
    """One connection and its other half."""

    def __init__(self, port: int, *streams: asyncio.StreamWriter) -> None:
        self.port = port
        """Where the client's end is."""
        self.streams = streams
        self.open = asyncio.Event()
        self.open.set()

    def tear(self) -> None:
        """Break it off, as a network that is gone does once somebody notices."""
        for stream in self.streams:
            stream.transport.abort()
        self.open.set()


class Proxy:
    """Forwards bytes between clients and broker; its own thread does all the work."""

    def __init__(self, detour: Detour) -> None:
        self._detour = detour
        self._ways: set[_Way] = set()
        self._cut: set[int] = set()
        self._loop = asyncio.new_event_loop()

    @classmethod
    @contextmanager
    def serving(cls, detour: Detour) -> Iterator["Proxy"]:
        """Forward until the context is left."""
        proxy = cls(detour)
        thread = threading.Thread(target=proxy._loop.run_forever, name="proxy", daemon=True)
        thread.start()
        proxy._run(proxy._listen())
        try:
            yield proxy
        finally:
            proxy._run(proxy._close())
            proxy._loop.call_soon_threadsafe(proxy._loop.stop)
            thread.join()
            proxy._loop.close()

    def cut(self, pid: int) -> None:
        """Let nothing of this process pass any more, on ways it has and on new ones."""
        self._run(self._hold(pid))

    def mend(self, pid: int) -> None:
        """Let it pass again; what was held is lost with its connections."""
        self._run(self._release(pid))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, self._detour.advertised)

    async def _close(self) -> None:
        self._server.close()
        for way in list(self._ways):
            way.tear()
        still = asyncio.all_tasks() - {asyncio.current_task()}
        for task in still:
            task.cancel()
        await asyncio.gather(*still, return_exceptions=True)

    async def _hold(self, pid: int) -> None:
        self._cut.add(pid)
        ports = _ports(pid)
        for way in self._ways:
            if way.port in ports:
                way.open.clear()

    async def _release(self, pid: int) -> None:
        self._cut.discard(pid)
        for way in [way for way in self._ways if not way.open.is_set()]:
            way.tear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(HOST, self._detour.listener)
        except OSError:
            writer.transport.abort()
            return
        way = _Way(writer.get_extra_info("peername")[1], writer, back)
        if any(way.port in _ports(pid) for pid in self._cut):
            way.open.clear()
        self._ways.add(way)
        with contextlib.suppress(asyncio.CancelledError):  # only the end of the proxy cancels
            await asyncio.gather(_pump(way, reader, back), _pump(way, there, writer))
        self._ways.discard(way)


async def _pump(way: _Way, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(_CHUNK):
            await way.open.wait()
            target.write(data)
            await target.drain()
    with contextlib.suppress(OSError):
        target.close()


def _ports(pid: int) -> set[int]:
    """Local ports of a process's connections."""
    with contextlib.suppress(psutil.Error):
        return {c.laddr.port for c in psutil.Process(pid).net_connections("tcp") if c.laddr}
    return set()
