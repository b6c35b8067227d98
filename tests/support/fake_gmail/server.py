"""The socket: HTTP/1.1 on 127.0.0.1, one thread a connection, and the acting out of planned failures."""

import contextlib
import socket
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.fake_gmail.dispatch import Dispatcher, Reply


class Server(ThreadingHTTPServer):
    """Listens on loopback, on a port that the system chooses; `stop` also ends open connections."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, dispatcher: Dispatcher) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.dispatcher = dispatcher
        self.connections = 0
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.dispatcher.faults.clear()
        self.shutdown()
        self._thread.join()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is part of the game; anything else is a bug of the fake."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        reply = self.server.dispatcher.answer(self.command, self.path, dict(self.headers), body)
        kind = reply.fault.kind if reply.fault is not None else ""
        if kind == "timeout":
            self.server.dispatcher.faults.hang()
            self._abort()
        elif kind == "lost_response_after_commit":
            self._abort()
        elif kind == "reset_before_commit":
            self._abort(reset=True)
        else:
            self._send(reply, kind)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _send(self, reply: Reply, kind: str) -> None:
        lines = [f"HTTP/1.1 {reply.status} {self.responses.get(reply.status, ('Unknown',))[0]}"]
        lines += [f"{key}: {value}" for key, value in reply.headers.items()]
        if reply.status != 204:
            lines.append(f"Content-Length: {len(reply.body)}")
        if kind == "truncated_json":
            lines.append("Connection: close")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        if kind == "truncated_json":
            self.wfile.write(head + reply.body[: len(reply.body) // 2])
            self._abort()
        elif kind == "slow_drip":
            self._drip(head + reply.body)
        else:
            self.wfile.write(head + reply.body)

    def _drip(self, data: bytes) -> None:
        """Small pieces with short breaks, so that a reader meets many incomplete reads."""
        pause = threading.Event()
        for at in range(0, len(data), 64):
            self.wfile.write(data[at : at + 64])
            pause.wait(0.002)

    def _abort(self, *, reset: bool = False) -> None:
        """Ends the connection without an answer; reset: with RST instead of FIN."""
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
