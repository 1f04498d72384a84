#!/usr/bin/env python3
"""A soak: nothing grows, and no session is lost that was not cut here.

An engine with two neighbors that stay (one dialed, one that dials), neighbors that come and go in seven ways, a helper
that changes routes all the time, some of them to attributes never said before, helpers that die, one that reads all
events, clients of the socket, and reloads, also of a bad file. At the end all is made still: the neighbors that stayed
hold exactly the routes that were said last, and the descriptors are those of the beginning.

SOAK=SECONDS (12). Memory at the end is compared with that after the first five minutes (a third of a short run), in
medians of ten samples; what it may have grown by is GROWTH percent (2). PLOT=FOLDER has the samples as soak-*.svg there.
`./dev soak MINUTES` is the way to run it.
"""

import collections
import os
import pathlib
import random
import signal
import socket
import statistics
import struct
import sys
import threading
import time
import unittest

import harness
import peer as bgp
from engine import neighbor
from harness import free_port, until
from local import Client, Local

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / 'bench'))
import plot  # pylint: disable=wrong-import-position

SECONDS = float(os.environ.get('SOAK', '12'))
PERCENT = float(os.environ.get('GROWTH', '2'))
SLACK = 512 * 1024  # octets that a short run may need for what it does for the first time
SEED = int(os.environ.get('SEED', '1'))
FLAPPERS = 6
PREFIXES = 1000
# A sanitizer's allocator keeps what was freed for a while: its figures say nothing.
SANITIZED = b'__asan_init' in open(harness.ENGINE, 'rb').read() if harness.ENGINE else False

# Changes routes until there is a file `still`; then it says what all of them are at last, and waits.
CHURN = """#!/usr/bin/env python3
import os, random, sys, time
os.chdir(os.path.dirname(os.path.abspath(__file__)))
random.seed(SEED)
def say(lines):
    sys.stdout.write(''.join(line + '\\n' for line in lines))
    sys.stdout.flush()
    for _ in lines:
        answer = sys.stdin.readline()
        while answer and answer not in ('done\\n', 'error\\n'):
            answer = sys.stdin.readline()
        if answer != 'done\\n':
            os._exit(1)
new = 0
def change():
    global new
    prefix = f'10.{random.randrange(4)}.{random.randrange(PREFIXES // 4)}.0/24'
    way = random.random()
    if way < 0.3:
        return f'withdraw route {prefix} next-hop 192.0.2.1'
    if way < 0.5:
        new += 1
        return f'announce route {prefix} next-hop 192.0.2.1 med {new} as-path [ 65001 {new % 60000 + 1} ]'
    return f'announce route {prefix} next-hop 192.0.2.1 community [ 65001:{random.randrange(200)} ]'
while not os.path.exists('still'):
    say([change() for _ in range(random.choice((1, 10, 40)))])
    time.sleep(0.1)
say([f'withdraw route 10.{i // (PREFIXES // 4)}.{i % (PREFIXES // 4)}.0/24 next-hop 192.0.2.1' for i in range(PREFIXES)])
say([f'announce route 10.{i}.1.0/24 next-hop 192.0.2.1' for i in range(4)])
open('said', 'w').close()
for line in sys.stdin:
    pass
""".replace('SEED', str(SEED)).replace('PREFIXES', str(PREFIXES))

# Lives for a moment and dies, each time in another way.
MAYFLY = """#!/usr/bin/env python3
import os, random, sys, time
os.chdir(os.path.dirname(os.path.abspath(__file__)))
sys.stdout.write(''.join(f'announce route 172.16.{i}.0/24 next-hop 192.0.2.1\\n' for i in range(20)) + 'announce rou')
sys.stdout.flush()
time.sleep(0 if os.path.exists('still') else random.random() * 3)
while os.path.exists('still'):
    time.sleep(0.2)
if random.random() < 0.5:
    os.kill(os.getpid(), random.choice((9, 15, 11)))
sys.exit(random.randrange(3))
"""

HELPERS = """
process churn { run FOLDER/churn.py; encoder text; }
process mayfly { run FOLDER/mayfly.py; encoder json; }
process reader { run /bin/sh -c "exec cat >/dev/null"; encoder json; }
"""


class Samples:
    """What the engine's process holds: (seconds, octets of memory, descriptors), and the judgement of them."""

    def __init__(self, pid=None):
        self.pid, self.begin, self.rows = pid, time.monotonic(), []

    def resident(self):
        for line in pathlib.Path(f'/proc/{self.pid}/status').read_text(encoding='ascii').splitlines():
            if line.startswith('VmRSS:'):
                return int(line.split()[1]) * 1024
        raise AssertionError('the engine is no more')

    def descriptors(self):
        return len(os.listdir(f'/proc/{self.pid}/fd'))

    def take(self):
        self.rows.append((time.monotonic() - self.begin, self.resident(), self.descriptors()))

    def grown(self, percent, slack=0):
        """None, or how memory grew after the first five minutes (a third of a short run)."""
        after = min(300, self.rows[-1][0] / 3)
        early = statistics.median([size for at, size, _ in self.rows if at >= after][:10])
        late = statistics.median([size for _, size, _ in self.rows][-10:])
        self.figures = early, late
        if late > early * (1 + percent / 100) + slack:
            return f'memory grew from {early / 1024:.0f} KiB to {late / 1024:.0f} KiB'
        return None

    def draw(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, column, title in (('memory', 1, 'Memory (resident)'), ('descriptors', 2, 'Open descriptors')):
            lines = {name: [(row[0] / 60, row[column]) for row in self.rows]}
            path = folder / f'soak-{name}.svg'
            path.write_text(plot.svg(f'{title} of a soak', 'minutes', 'octets' if column == 1 else 'count', lines, plot.Linear),
                            encoding='utf-8')
            print(f'# {path}')


class Flapper(threading.Thread):
    """A neighbor that comes and goes. What ends a session that it did not cut is in `faults`."""

    def __init__(self, number, port, stop):
        super().__init__(daemon=True)
        self.address, self.port, self.stop = f'127.0.0.{number + 10}', port, stop
        self.random = random.Random(SEED * 100 + number)
        self.ends, self.faults, self.socket = collections.Counter(), [], None

    def run(self):
        try:
            while not self.stop.is_set():
                if self.connect():
                    self.live()
                    self.end()
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.faults.append(f'{self.address}: {error!r}')

    def connect(self):
        """A session that is up. The engine may not be rid of the last one yet: it is tried for a while."""
        deadline = time.monotonic() + 30
        while not self.stop.is_set():
            try:
                self.socket = socket.create_connection(('127.0.0.1', self.port), 5, (self.address, 0))
                self.socket.settimeout(10)
                self.socket.sendall(bgp.open_message(65002, self.address, 30) + bgp.message(bgp.KEEPALIVE))
                while self.message() != bgp.KEEPALIVE:
                    pass
                return True
            except (OSError, EOFError) as error:
                self.socket.close()
                if time.monotonic() > deadline:
                    raise AssertionError('no new session') from error
                time.sleep(0.05)
        return False

    def octets(self, count):
        octets = b''
        while len(octets) < count:
            more = self.socket.recv(count - len(octets))
            if not more:
                raise EOFError
            octets += more
        return octets

    def message(self):
        head = self.octets(19)
        self.octets(int.from_bytes(head[16:18], 'big') - 19)
        return head[18]

    def live(self):
        """It is told routes, and tells some, for a moment; the engine has no reason to end it."""
        until_then = time.monotonic() + self.random.random() * 2
        first = self.random.randrange(200)
        self.socket.sendall(bgp.announce([f'20.{first}.{i}.0/24' for i in range(50)], extra=b'\x80\x04\x04' +
                                         struct.pack('!I', self.random.randrange(1 << 32))))
        while time.monotonic() < until_then:
            self.socket.settimeout(max(until_then - time.monotonic(), 0.001))
            try:
                if self.message() == bgp.NOTIFICATION:
                    raise AssertionError('the engine ended a session with a NOTIFICATION')
            except TimeoutError:
                break  # may be in the middle of a message: nothing is read any more
            except (EOFError, OSError) as error:
                raise AssertionError('the engine ended a session') from error

    def end(self):
        way = self.random.choice(('close', 'reset', 'notification', 'marker', 'half', 'again', 'silence'))
        self.ends[way] += 1
        try:
            if way == 'reset':
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            elif way == 'notification':
                self.socket.sendall(bgp.message(bgp.NOTIFICATION, bytes((6, self.random.randrange(12)))))
            elif way == 'marker':
                self.socket.sendall(b'\0' * 19)
            elif way == 'half':
                self.socket.sendall(bgp.announce(['20.0.0.0/24'])[:self.random.randrange(1, 40)])
            elif way == 'again':
                self.socket.sendall(bgp.open_message(65002, self.address))
            elif way == 'silence':
                self.stop.wait(self.random.random())
        except OSError:
            pass
        self.socket.close()


class Steady(bgp.Peer):
    """A neighbor that stays, and tells other routes all the time."""

    def __init__(self, case):
        super().__init__(case)
        self.log = collections.deque(maxlen=100)

    def churn(self, stop, seed):
        def run():
            pick = random.Random(seed)
            while not stop.wait(0.2) and not self.closed.is_set():
                some = [f'{20 + seed}.{pick.randrange(4)}.{pick.randrange(256)}.0/24' for _ in range(20)]
                self.send(bgp.announce(some, extra=b'\x80\x04\x04' + struct.pack('!I', pick.randrange(1 << 32)))
                          if pick.random() < 0.6 else bgp.withdraw(some))
        threading.Thread(target=run, daemon=True).start()


class Soak(unittest.TestCase):
    def text(self, more=''):
        binds = 'api { processes [ reader ]; neighbor-changes; receive { parsed; update; notification; keepalive; } }'
        bound = 'api { processes [ churn mayfly ]; }'
        static = 'static { route 192.0.2.0/24 next-hop 192.0.2.1; }'
        dialed = neighbor(self.dialed.port, peer='127.0.0.1', hold_time=30, more=bound + binds.replace('api', 'api events'))
        dials = neighbor(None, peer='127.0.0.2', hold_time=30, more=bound + static, listen=self.port, passive='true')
        others = [neighbor(None, peer=f'127.0.0.{i + 10}', hold_time=30, listen=self.port, passive='true',
                           more=binds + f'static {{ route 192.0.2.{i}/32 next-hop 192.0.2.1; }}') for i in range(FLAPPERS)]
        return HELPERS + dialed + dials + ''.join(others) + more

    def start(self):
        self.port, self.stop = free_port(), threading.Event()
        self.addCleanup(self.stop.set)
        self.dialed, self.dials = Steady(self), Steady(self)
        test = self

        class Engine(Local):
            def configure(self, text):
                for name, script in (('churn.py', CHURN), ('mayfly.py', MAYFLY)):
                    with open(self.path(name), 'w', encoding='utf-8') as handle:
                        handle.write(script)
                    os.chmod(self.path(name), 0o755)
                super().configure(text)
                test.socket_path = self.socket

        self.engine = Engine(self, self.text(), {'exabgp_log_level': 'INFO', 'exabgp_log_short': 'true'})
        self.dialed.accept(30)
        self.dialed.establish(65002)
        self.dials.connect('127.0.0.1', self.port, '127.0.0.2')
        self.dials.establish(65002, '192.0.2.2')
        for i, steady in enumerate((self.dialed, self.dials)):
            steady.keepalives()
            steady.churn(self.stop, i + 1)

    def reload(self, number):
        """Another neighbor and other static routes, a file that is bad, and back."""
        texts = (self.text(neighbor(free_port(), peer='127.0.0.3',
                                    more=f'static {{ route 198.51.100.0/24 next-hop 192.0.2.1 med {number}; }}')),
                 self.text('neighbor 127.0.0.4 { nonsense; }'), self.text())
        self.engine.configure(texts[number % 3])
        self.engine.process.send_signal(signal.SIGUSR1)

    def client(self, number):
        """A client of the socket: asks and goes, or goes without waiting for the answer."""
        client = Client(self, self.engine.socket)
        command = ('show neighbor summary', 'show adj-rib out', 'show adj-rib in', 'nonsense', 'version')[number % 5]
        if number % 4:
            client.ask(command)
        else:
            client.send(command)
        client.socket.close()
        self._cleanups.pop()

    def lost(self, flappers):
        """What must not have happened so far."""
        for name, steady in (('dialed', self.dialed), ('that dials', self.dials)):
            if steady.closed.is_set():
                return f'the neighbor {name} lost its session'
        if self.engine.process.poll() is not None:
            return f'the engine ended: {self.engine.process.returncode}'
        return next((fault for flapper in flappers for fault in flapper.faults), None)

    def run_for(self, seconds):
        """Everything at once: (the samples, those who came and went, what was wrong or None)."""
        flappers = [Flapper(i, self.port, self.stop) for i in range(FLAPPERS)]
        samples = Samples(self.engine.process.pid)
        samples.take()
        for flapper in flappers:
            flapper.start()
        rounds, heard = 0, [0, 0]
        while samples.rows[-1][0] < seconds:
            fault = self.lost(flappers)
            if fault:
                return samples, flappers, fault
            if rounds % 8 == 3:
                self.reload(rounds // 8)
            self.client(rounds)
            if rounds % 60 == 59:  # half a minute
                now = [self.dialed.updates, self.dials.updates]
                if min(b - a for a, b in zip(heard, now)) == 0:
                    return samples, flappers, 'a neighbor that stays hears nothing any more'
                heard = now
            time.sleep(0.5)
            samples.take()
            rounds += 1
        return samples, flappers, self.lost(flappers)

    def still(self, flappers, samples):
        """Nobody comes and goes any more: what is left is what there was, and what was said last."""
        self.stop.set()
        open(self.engine.path('still'), 'w', encoding='ascii').close()
        for flapper in flappers:
            flapper.join(60)
        until(lambda: os.path.exists(self.engine.path('said')), 'the last words of the helper', 60)
        last = {f'10.{i}.1.0/24' for i in range(4)}
        for steady in (self.dialed, self.dials):
            until(lambda: {prefix for prefix in list(steady.routes) if prefix.startswith('10.')} == last, 'what was said last', 60)
        self.reload(2)
        until(lambda: samples.descriptors() <= samples.rows[0][2], f'the {samples.rows[0][2]} descriptors of the beginning', 90)

    def test_nothing_grows_and_no_session_is_lost(self):
        self.start()
        samples, flappers, fault = self.run_for(SECONDS)
        if os.environ.get('PLOT'):
            samples.draw(os.environ['PLOT'])
        grown = samples.grown(PERCENT, SLACK if SECONDS < 600 else 0)
        ends = sum((flapper.ends for flapper in flappers), collections.Counter())
        early, late = samples.figures
        print(f'# {samples.rows[-1][0]:.0f} s, {sum(ends.values())} sessions cut: {dict(ends)}; updates heard: {self.dialed.updates}, '
              f'{self.dials.updates}; memory {early / 1024:.0f} KiB, then {late / 1024:.0f} KiB; descriptors '
              f'{samples.rows[0][2]} to {max(row[2] for row in samples.rows)}', flush=True)
        self.assertIsNone(fault, '\n'.join(list(self.engine.lines)[-60:]))
        self.still(flappers, samples)
        self.assertIsNone(self.lost(flappers))
        if not SANITIZED:
            self.assertIsNone(grown)


class Judgement(unittest.TestCase):
    """The soak can fail."""

    def judge(self, sizes):
        samples = Samples()
        samples.rows = [(float(i), size, 10) for i, size in enumerate(sizes)]
        return samples.grown(2)

    def test_growth_is_seen(self):
        flat = [20 << 20] * 3600
        self.assertIsNone(self.judge(flat))
        self.assertIsNone(self.judge([(10 << 20) + min(i, 300) * 1000 for i in range(3600)]))  # it filled up, and stays
        self.assertIsNone(self.judge(flat[:2000] + [30 << 20] + flat[2000:]))  # one moment
        self.assertIn('grew', self.judge([(20 << 20) + i * 200 for i in range(3600)]))

    def test_a_lost_session_is_seen(self):
        soak = Soak('test_nothing_grows_and_no_session_is_lost')
        try:
            soak.start()
            self.assertIsNone(soak.lost([]))
            soak.dialed.send(bgp.message(bgp.NOTIFICATION, b'\6\2'))
            until(soak.dialed.closed.is_set, 'end of the session')
            self.assertIn('lost', soak.run_for(60)[2])
        finally:
            soak.doCleanups()


if __name__ == '__main__':
    harness.main()
