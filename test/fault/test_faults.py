#!/usr/bin/env python3
"""Whole engines in a system that is in the way, each from a seed (faults.h): calls fail, helpers die, peers go, files are
reloaded. The engine never ends; when the faults stop, the sessions come up, each peer has all routes and no other, the
helper has heard all, the log and the command line go on, and no descriptor is lost.

SEED=N runs that one alone, and shows its log; SEEDS=N so many (24)."""

import collections
import concurrent.futures
import contextlib
import os
import random
import re
import signal
import socket
import sys
import threading
import time
import unittest

import harness
import peer as bgp
from engine import Engine, neighbor
from harness import free_port, until
from local import Client

SEED, SEEDS = int(os.environ.get('SEED', '0')), int(os.environ.get('SEEDS', '24'))
AT_ONCE = 8  # they mostly wait
TROUBLED = 1  # seconds of faults
RECOVERED = 60  # until all is well again, at the worst: a neighbor is tried again after some seconds, a helper too

HELPER = """#!/usr/bin/env python3
import os
os.chdir(os.path.dirname(os.path.abspath(__file__)))
lines = ''.join(f'announce route 10.1.{i}.0/24 next-hop 192.0.2.{1 + i % 7}\\n' for i in range(200)).encode()
while lines:
    lines = lines[os.write(1, lines):]
heard = open('heard', 'ab', buffering=0)
while True:
    octets = os.read(0, 65536)
    if not octets:
        break
    heard.write(octets)
"""
OURS = {f'10.1.{i}.0/24' for i in range(200)}
THEIRS = [f'20.0.{i}.0/24' for i in range(100)]


class Alive(bgp.Peer):
    """A peer that has a session whenever it can: it answers the engine's connections, or makes them."""

    def __init__(self, case, address, calls=None):
        super().__init__(case, address)
        self.calls, self.over, self.up, self.lives = calls, threading.Event(), threading.Event(), 0
        self.thread = threading.Thread(target=self.live, daemon=True)
        self.thread.start()

    def live(self):
        while not self.over.is_set():
            try:
                self.one_life()
            except (OSError, EOFError, ValueError, AssertionError):
                pass
            self.up.clear()
            self.over.wait(0.05)

    def one_life(self):
        self.routes, self.closed = {}, threading.Event()
        if self.calls:
            self.connect('127.0.0.1', self.calls, self.address)
        else:
            self.accept(60)
        self.establish(65002, self.address)
        self.keepalives(1)
        self.send(bgp.announce(THEIRS))
        self.lives += 1
        self.up.set()
        self.closed.wait()
        self.socket.close()

    def stop(self):
        self.over.set()
        if self.socket:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)
        super().stop()

    def drop(self):
        if self.up.is_set():
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def has(self, routes):
        return self.up.is_set() and set(self.routes) == routes


class History:
    """What one seed gives: an engine, two peers, a helper, and what happens to them."""

    def __init__(self, seed, stack):
        self.addCleanup = lambda call, *more, **options: stack.callback(call, *more, **options)
        self.random = random.Random(seed)
        self.port, self.statics, self.said = free_port(), 1, 0
        self.dialed = Alive(self, '127.0.0.1')
        folder = harness.folder(self)
        self.faulty, self.log = os.path.join(folder, 'faulty'), os.path.join(folder, 'log')
        self.engine = Engine(self, self.text(), {'helper.py': HELPER}, {
            'FAULTS': f'{seed} stream buffer fork descriptor disk', 'FAULTS_WHILE': self.faulty,
            'exabgp_log_destination': self.log, 'exabgp_api_ack': 'true',
            'exabgp_api_cli': 'true', 'exabgp_cli_socket': 'FOLDER/', 'exabgp_api_socketname': 'exabgp'})
        until(lambda: os.path.exists(self.log) and 'commands are taken' in self.logged(), 'the start')
        self.calling = Alive(self, '127.0.0.2', self.port)
        self.all_is_well(RECOVERED)
        self.before = self.descriptors()

    def text(self):
        statics = ' '.join(f'route 10.2.{i}.0/24 next-hop self;' for i in range(self.statics))
        process = 'process driven { run FOLDER/helper.py; encoder json; }\n'
        binds = f'api {{ processes [ driven ]; neighbor-changes; receive {{ parsed; update; }} }} static {{ {statics} }}'
        return process + neighbor(self.dialed.port, hold_time=30, more=binds) + \
            neighbor(free_port(), peer='127.0.0.2', hold_time=30, passive='true', listen=self.port, more=binds)

    def logged(self):
        with open(self.log, encoding='utf-8', errors='replace') as lines:
            return lines.read()

    def descriptors(self):
        """What each is: a socket is as good as another."""
        kinds = []
        for fd in os.listdir(f'/proc/{self.engine.process.pid}/fd'):
            with contextlib.suppress(FileNotFoundError):
                kinds.append(re.sub(r'\d+', 'N', os.readlink(f'/proc/{self.engine.process.pid}/fd/{fd}')))
        return collections.Counter(kinds)

    def heard(self):
        with contextlib.suppress(FileNotFoundError), open(self.engine.path('heard'), encoding='utf-8') as lines:
            return lines.read()
        return ''

    def is_heard(self):
        """By a helper that may just be starting: then what is said next is."""
        self.said += 1
        for peer in (self.dialed, self.calling):
            with contextlib.suppress(OSError):
                peer.send(bgp.announce([f'30.0.{self.said}.0/24']))
        with contextlib.suppress(AssertionError):
            return until(lambda: self.heard().count(f'30.0.{self.said}.0/24') == 2, 'it', 0.5) or True
        return False

    def client(self):
        """Somebody with a command, who may come to nothing in a system like this."""
        with contextlib.suppress(OSError, EOFError):
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(self.engine.path('exabgp.sock'))
                client.sendall(b'show neighbor summary\n')
                client.settimeout(0.1)
                client.recv(1 << 16)

    def stranger(self):
        with contextlib.suppress(OSError):
            socket.create_connection(('127.0.0.1', self.port), 5, ('127.0.0.3', 0)).close()

    def kill_helper(self):
        pid = self.engine.process.pid
        with contextlib.suppress(OSError), open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as children:
            for child in children.read().split():
                os.kill(int(child), signal.SIGKILL)

    def reload(self):
        self.statics = self.random.randrange(1, 20)
        self.engine.configure(self.text())
        self.engine.process.send_signal(signal.SIGUSR1)

    def trouble(self):
        open(self.faulty, 'w', encoding='ascii').close()
        acts = [self.dialed.drop, self.calling.drop, self.client, self.stranger, self.kill_helper, self.reload]
        end = time.monotonic() + TROUBLED
        while time.monotonic() < end:
            self.random.choice(acts)()
            time.sleep(self.random.random() / 5)
        os.remove(self.faulty)

    def all_is_well(self, seconds):
        routes = OURS | {f'10.2.{i}.0/24' for i in range(self.statics)}
        for peer in (self.dialed, self.calling):
            until(lambda: self.engine.process.poll() is None and peer.has(routes),
                  f'all routes at {peer.address}: ' + ('its session is down' if not peer.up.is_set() else
                                                      f'{sorted(set(peer.routes) ^ routes)[:5]}...'), seconds)

    def recovery(self):
        """A reload reads the last configuration, should the one of the trouble have failed."""
        until(lambda: len(self.logged()) and self.dialed.up.is_set() and self.calling.up.is_set(), 'sessions', RECOVERED)
        self.engine.process.send_signal(signal.SIGUSR1)
        self.all_is_well(RECOVERED)
        until(self.is_heard, 'both events at the helper', RECOVERED)
        client = Client(self, self.engine.path('exabgp.sock'))
        lines, end = client.ask('show neighbor summary')
        client.socket.close()
        assert end == 'done' and '\n'.join(lines).count('established') == 2, lines
        with contextlib.suppress(AssertionError):
            until(lambda: self.descriptors() == self.before, 'descriptors as before', 10)
        now = self.descriptors()
        assert now == self.before, f'descriptors: lost {now - self.before}, missing {self.before - now}'
        assert self.engine.process.poll() is None

    def the_log_goes_on(self):
        """What was lost is told, and no two lines are one."""
        logged = self.logged()
        assert logged.rstrip('\n').rsplit('\n', 1)[-1].count('shutting down'), logged[-200:]
        for line in logged.splitlines():
            assert len(re.findall(r'\b\d\d:\d\d:\d\d ', line)) <= 1, line


def history(seed):
    """None, or what went wrong."""
    with contextlib.ExitStack() as stack:
        one = None
        try:
            one = History(seed, stack)
            one.trouble()
            one.recovery()
            status = one.engine.stop()
            assert status == 0, f'it ended with {status}'
            one.the_log_goes_on()
        except Exception as wrong:  # pylint: disable=broad-except
            said = '\n'.join(list(one.engine.lines) + [one.logged()[-6000:]]) if one else ''
            return f'SEED={seed} test_faults.py: {type(wrong).__name__}: {wrong}\n{said}'
        finally:
            if SEED and one:
                print('\n'.join('# ' + line for line in one.logged().splitlines()), file=sys.stderr)
    return None


class Faults(unittest.TestCase):
    def test_seeds(self):
        seeds = [SEED] if SEED else range(1, SEEDS + 1)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            wrong = [one for one in pool.map(history, seeds) if one]
        self.assertFalse(wrong, f'{len(wrong)} of {len(seeds)} seeds:\n' + '\n'.join(wrong))


harness.main()
