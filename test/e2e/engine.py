"""Engines for end-to-end tests: a configuration in a folder of the test, a running yottabgp, its log as lines."""

import os
import pwd

from harness import ENGINE, Program, folder
from schemas import Judge, jsonschema

SETTINGS = {
    'exabgp_tcp_bind': '',
    'exabgp_api_cli': 'false',
    'exabgp_daemon_user': pwd.getpwuid(os.geteuid()).pw_name,
}


def neighbor(port, **options):
    """The text of a neighbor section. Keywords are statements (hold_time=30); `more` is added as it is."""
    more = options.pop('more', '')
    values = {'router_id': '10.0.0.1', 'local_address': '127.0.0.1', 'local_as': 65001, 'peer_as': 65002, 'connect': port}
    peer = options.pop('peer', '127.0.0.1')
    values.update(options)
    lines = [f'\t{name.replace("_", "-")} {value};' for name, value in values.items() if value is not None]
    return f'neighbor {peer} {{\n' + '\n'.join(lines) + f'\n{more}\n}}\n'


class Engine(Program):
    """A running engine. `scripts`: {name: text} of helper programs, made executable beside the configuration.
    FOLDER in texts and settings is where that is. `options` are subprocess.Popen's."""

    def __init__(self, case, text, scripts=None, settings=None, arguments=(), **options):
        self.folder = folder(case)
        os.chmod(self.folder, 0o755)
        for name, script in (scripts or {}).items():
            with open(self.path(name), 'w', encoding='utf-8') as handle:
                handle.write(script)
            os.chmod(self.path(name), 0o755)
        self.config = self.path('engine.conf')
        self.configure(text)
        settings = {name: value.replace('FOLDER', self.folder) for name, value in {**SETTINGS, **(settings or {})}.items()}
        super().__init__(case, [ENGINE, 'server', *arguments, self.config], env=settings, **options)

    def configure(self, text):
        with open(self.config, 'w', encoding='utf-8') as handle:
            handle.write(text.replace('FOLDER', self.folder))

    def path(self, name):
        return os.path.join(self.folder, name)


# A helper that a test drives: it copies the lines of the FIFO `commands` to the engine, and what the engine says to `heard`.
DRIVEN = """#!/usr/bin/env python3
import os, sys, threading
here = os.path.dirname(os.path.abspath(__file__))
def hear():
    with open(os.path.join(here, 'heard'), 'a', buffering=1) as out:
        for line in sys.stdin:
            out.write(line)
    os._exit(0)
threading.Thread(target=hear, daemon=True).start()
with open(os.path.join(here, 'commands'), 'r+b', buffering=0) as commands:
    while True:
        octets = commands.read(65536)
        while octets:
            octets = octets[os.write(1, octets):]
"""


class DrivenEngine(Engine):
    """An engine whose helper `driven` does what the test says: command('announce ...'), heard() gives all its lines."""

    def __init__(self, case, text, settings=None, scripts=None, **options):
        self.writer = None
        process = 'process driven {\n\trun FOLDER/driven.py;\n\tencoder json;\n}\n'
        super().__init__(case, process + text, {'driven.py': DRIVEN, **(scripts or {})}, settings, **options)

    def configure(self, text):
        super().configure(text)
        if not os.path.exists(self.path('commands')):
            os.mkfifo(self.path('commands'), 0o600)

    def command(self, *lines):
        if not self.writer:
            self.writer = open(self.path('commands'), 'r+b', buffering=0)
        octets = ('\n'.join(lines) + '\n').encode()
        while octets:
            octets = octets[self.writer.write(octets):]

    def heard(self):
        try:
            with open(self.path('heard'), encoding='utf-8') as lines:
                return lines.read().splitlines()
        except FileNotFoundError:
            return []

    def answers(self):
        return [line for line in self.heard() if line in ('done', 'error')]

    def stop(self, seconds=5):
        if self.writer:
            self.writer.close()
            self.writer = None
        status = super().stop(seconds)
        self.judge()
        return status

    def judge(self):
        """All events that it heard keep to the schema of their form."""
        judge = Judge() if jsonschema else None
        for line in self.heard() if judge else []:
            fault = judge.line(line)
            if fault:
                raise AssertionError(fault)
