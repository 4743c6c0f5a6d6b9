"""A webhook endpoint that can say which requests had sent a byte by a moment, whoever sent them.

On loopback a byte that was sent stands in the receiver's buffer at once: `barrier` drains every
connection, so that a request first seen after it was first sent after it.
"""

import re
import selectors
import socket
import threading
from typing import Final

_HEAD_END: Final = b"\r\n\r\n"
_OK: Final = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
_LENGTH: Final = re.compile(rb"(?i)content-length: (\d+)")


class BarrierReceiver:
    """Answers 200 to everything; `first_bytes` counts requests, `content` those that disclose."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._listening.settimeout(0)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._buffers: dict[socket.socket, bytes] = {}
        self._after: dict[socket.socket, bool] = {}
        self._closed = threading.Event()
        self.watching = False
        self.content = 0
        self.late_content = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/hook"

    def barrier(self) -> None:
        """From now on a request whose first byte comes is late, until `forgive`."""
        with self._lock:
            self._drain()
            self.watching = True

    def forgive(self) -> None:
        """End what `barrier` began."""
        with self._lock:
            self._drain()
            self.watching = False

    def stop(self) -> None:
        """Stop listening."""
        self._closed.set()
        self._thread.join()
        for each in (self._listening, *self._buffers):
            each.close()

    def _serve(self) -> None:
        while not self._closed.is_set():
            self._selector.select(0.01)
            with self._lock:
                self._drain()

    def _drain(self) -> None:
        while ready := self._selector.select(0):
            for key, _ in ready:
                if key.fileobj is self._listening:
                    self._accept()
                else:
                    self._read(key.fileobj)  # type: ignore[arg-type]

    def _accept(self) -> None:
        connection, _ = self._listening.accept()
        connection.settimeout(0)
        self._buffers[connection] = b""
        self._selector.register(connection, selectors.EVENT_READ)

    def _read(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(1 << 20)
        except OSError:
            data = b""
        if not data:
            self._selector.unregister(connection)
            self._buffers.pop(connection)
            connection.close()
            return
        if not self._buffers[connection]:
            self._after[connection] = self.watching
        self._buffers[connection] += data
        while request := self._whole(connection):
            self._count(request, late=self._after[connection])
            connection.send(_OK)

    def _whole(self, connection: socket.socket) -> bytes:
        buffer = self._buffers[connection]
        head, found, rest = buffer.partition(_HEAD_END)
        length = _LENGTH.search(head)
        if not found or length is None or len(rest) < int(length[1]):
            return b""
        self._buffers[connection] = rest[int(length[1]) :]
        return rest[: int(length[1])]

    def _count(self, body: bytes, *, late: bool) -> None:
        if b"liaison.recall.v1" not in body:
            self.content += 1
            self.late_content += late
