"""Clients of an engine's socket and pipes, for end-to-end tests."""

import os
import select
import socket
import time

from engine import Engine, neighbor
from harness import free_port, until


class Client:
    """A connection to the Unix socket: ask() sends a command and gives the lines before `done` or `error`, and which."""

    def __init__(self, case, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        self.socket.connect(path)
        self.buffer = b''
        case.addCleanup(self.socket.close)

    def send(self, line):
        self.socket.sendall(line.encode() + b'\n')

    def line(self):
        while b'\n' not in self.buffer:
            octets = self.socket.recv(65536)
            if not octets:
                raise EOFError
            self.buffer += octets
        line, self.buffer = self.buffer.split(b'\n', 1)
        return line.decode()

    def finish(self):
        """It says no more, and may hear."""
        self.socket.shutdown(socket.SHUT_WR)

    def rest(self):
        """All lines until the engine closes."""
        lines = []
        while True:
            try:
                lines.append(self.line())
            except EOFError:
                return lines

    def answer(self):
        lines = []
        while True:
            line = self.line()
            if line in ('done', 'error'):
                return lines, line
            lines.append(line)

    def ask(self, command):
        self.send(command)
        return self.answer()


class Local(Engine):
    """An engine with socket and, if wanted, pipes in its folder: `socket`, `pipe_in` and `pipe_out` are their paths."""

    def __init__(self, case, text=None, settings=None, name='exabgp', pipes=False):
        self.pipes, self.name = pipes, name
        settings = {'exabgp_api_cli': 'true', 'exabgp_api_socketname': name, 'exabgp_cli_socket': 'FOLDER/',
                    'exabgp_cli_pipe': 'FOLDER/', **(settings or {})}
        super().__init__(case, text or neighbor(free_port()), settings=settings)
        self.expect('loaded new configuration')
        self.expect('commands are taken at the socket')  # it listens: the file alone is there a little earlier
        if pipes:
            self.expect('commands are taken from the pipe')

    def configure(self, text):
        super().configure(text)
        self.socket = self.path(self.name + '.sock')
        self.pipe_in, self.pipe_out = self.path('exabgp.in'), self.path('exabgp.out')
        if self.pipes and not os.path.exists(self.pipe_in):
            os.mkfifo(self.pipe_in, 0o600)
            os.mkfifo(self.pipe_out, 0o600)


def pipe_ask(engine, command, seconds=5):
    """A command by the pipes, as exabgpcli of ExaBGP 4.2 and 5.0 does it, but for the old answers: it takes none away."""
    reader = os.open(engine.pipe_out, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with open(engine.pipe_in, 'wb', buffering=0) as writer:
            writer.write(command.encode() + b'\n')
        said, end = b'', time.monotonic() + seconds
        while not (b'\n' + said).endswith((b'\ndone\n', b'\nerror\n')):
            if time.monotonic() > end:
                raise AssertionError(f'no answer to {command}, but {said!r}')
            if select.select([reader], [], [], 0.1)[0]:
                try:
                    said += os.read(reader, 65536)
                except BlockingIOError:
                    pass  # a writer has come in between
        return said.decode().splitlines()
    finally:
        os.close(reader)
