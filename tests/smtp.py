"""A mail server that keeps what it is given: real connections on the loopback, nothing made up."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage


class _Handler(socketserver.StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        catcher: Catcher = self.server
        self.say("220 catcher ready")
        recipients: list[str] = []
        while line := self.rfile.readline().decode("ascii").strip():
            verb = line.split()[0].upper()
            if verb == "QUIT":
                self.say("221 bye")
                break
            if verb == "RCPT" and catcher.refusals > 0:
                catcher.refusals -= 1
                self.say("451 try again later")
            elif verb == "RCPT":
                recipients.append(line.partition("<")[2].partition(">")[0])
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                catcher.keep(recipients, self._read_data())
                recipients = []
                self.say("250 kept")
            else:
                self.say("250 ok")

    def _read_data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


class Catcher(socketserver.ThreadingTCPServer):
    """Listens on a free port; refuses as many recipients as it is told to before it takes any."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.caught: list[tuple[list[str], EmailMessage]] = []
        self.refusals = 0
        self._arrived = threading.Condition()

    @property
    def url(self) -> str:
        """What to write into MAIL_URL."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def keep(self, recipients: list[str], data: bytes) -> None:
        message = email.message_from_bytes(data, policy=email.policy.default)
        with self._arrived:
            self.caught.append((recipients, message))
            self._arrived.notify_all()

    def wait_for(self, count: int, *, seconds: float = 10) -> list[tuple[list[str], EmailMessage]]:
        """What was caught, once there is that much of it."""
        with self._arrived:
            arrived = self._arrived.wait_for(lambda: len(self.caught) >= count, timeout=seconds)
        assert arrived, f"{len(self.caught)} of {count} mails arrived"
        return self.caught


@contextmanager
def mail_server() -> Iterator[Catcher]:
    """A catcher for the length of a block."""
    with Catcher() as catcher:
        thread = threading.Thread(target=catcher.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield catcher
        finally:
            catcher.shutdown()
            thread.join()
