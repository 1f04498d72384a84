#!/usr/bin/env python3
"""Spoilt messages over live sessions, beside a neighbor that behaves: nobody but the culprit may feel it.

Four neighbors send good messages with something wrong: bits turned, lengths changed, cut, joined, with other headers, and
OPENs like that. contract.py judges the octets: a session ends only where it may, with the NOTIFICATION that it may end with,
and it does end where it must. After each batch the engine has to answer a ROUTE-REFRESH, so a hang is seen as well.
Meanwhile a helper announces routes to the neighbor that behaves, and the time until it has them is taken.

MUTATED=N messages (6000), from SEED=N; WITHIN=MS for 99 of 100 answers (2000), GROWTH=KIB from a fifth to the end
(unlimited). `./dev mutate` runs it with the sanitizers and the limits that count.
"""

import collections
import ipaddress
import multiprocessing
import os
import pathlib
import random
import socket
import statistics
import subprocess
import sys
import time
import traceback
import unittest

import contract
import harness
import peer as bgp
from engine import DrivenEngine, neighbor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'fuzz'))
import seeds  # pylint: disable=wrong-import-position

MESSAGES = int(os.environ.get('MUTATED', '6000'))
SEED = int(os.environ.get('SEED', '1'))
WITHIN = float(os.environ.get('WITHIN', '2000'))
GROWTH = int(os.environ.get('GROWTH', '0'))
HOSTILE = 4
BATCH = 60
PASSED = bgp.message(bgp.REFRESH, b'\0\1\0\1')
ANSWER = b'\x18\xc0\0\2'  # to that, and told when a session begins: the route that there is for everyone
# What a message swallows that claims to be longer than it is: more than any message is long.
FILLING = bgp.message(bgp.KEEPALIVE) * (65535 // 19 + 2) + PASSED
FAMILIES = {(int.from_bytes(octets[:2], 'big'), octets[2]) for _, octets in seeds.vectors('families.txt')}


def octets_of_values(folder):
    """UPDATEs of random values of the attributes and the families, from the generator of the unit tests; none without."""
    generator = os.environ.get('GENERATOR')
    if not generator:
        return
    path = pathlib.Path(folder, 'octets')
    subprocess.run([generator], stdout=subprocess.DEVNULL, check=True,
                   env={**os.environ, 'GENERATED': '10', 'SPOILT': '0', 'OCTETS_TO': str(path)})
    for line in path.read_text(encoding='utf-8').splitlines():
        kind, _, octets = line.split(' | ')
        octets = bytes.fromhex(octets)
        if kind == 'attributes':
            yield seeds.update(seeds.MANDATORY + seeds.NEXT_HOP + octets, nlri=b'\x18\x0a\x00\x00')
        elif kind == 'route':
            hop = seeds.next_hop(int.from_bytes(octets[:2], 'big'), octets[2])
            value = octets[:3] + bytes([len(hop)]) + hop + b'\0' + octets[3:]
            yield seeds.update(seeds.MANDATORY + seeds.attribute(0x80, 14, value))


def attribute_spans(body):
    """(code, where its value begins, where it ends) of the attributes of a good UPDATE."""
    at = 2 + int.from_bytes(body[:2], 'big')
    end = at + 2 + int.from_bytes(body[at:at + 2], 'big')
    at += 2
    while at + 3 <= end:
        head = 4 if body[at] & 0x10 else 3
        size = int.from_bytes(body[at + 2:at + head], 'big')
        yield body[at + 1], at + head, min(at + head + size, end)
        at += head + size


def offered(body):
    """The families of an OPEN, whose parameters are capabilities (RFC 5492), each of less than 256 octets."""
    found, parameters = set(), body[10:]
    while parameters:
        inside, parameters = parameters[2:2 + parameters[1]], parameters[2 + parameters[1]:]
        while inside:
            code, value, inside = inside[0], inside[2:2 + inside[1]], inside[2 + inside[1]:]
            if code == 1:
                found.add((int.from_bytes(value[:2], 'big'), value[3]))
    return found


class Mutator:
    OTHERS = [(bgp.KEEPALIVE, b''), (bgp.REFRESH, bytes.fromhex('00010001')), (bgp.REFRESH, bytes.fromhex('00010101')),
              (bgp.OPEN, next(seeds.opens())), (bgp.NOTIFICATION, b'\6\2'), (6, bytes.fromhex('0001000700010168656c6c6f')), (9, b'')]

    def __init__(self, bodies, seed):
        self.random, self.bodies, self.opens = random.Random(seed), bodies, list(seeds.opens())
        found = [(body, [(start, end) for _, start, end in attribute_spans(body) if end > start]) for body in bodies]
        self.valued = [(body, spans) for body, spans in found if spans]

    def message(self):
        return self.gentle() if self.random.random() < 0.8 else self.wild()

    def gentle(self):
        """Only octets of values change: no length outside of them."""
        body, spans = self.random.choice(self.valued)
        body = bytearray(body)
        for _ in range(self.random.randint(1, 3)):
            body[self.random.randrange(*self.random.choice(spans))] ^= self.random.randint(1, 255)
        return bgp.message(bgp.UPDATE, bytes(body))

    def spoil(self, body):
        pick = self.random
        for _ in range(pick.randint(1, 4)):
            way, at = pick.randrange(4), pick.randrange(len(body)) if body else 0
            if way == 0 and body:
                body[at] ^= 1 << pick.randrange(8)
            elif way == 1 and body:
                body[at] = pick.choice((0, 1, 127, 128, 254, 255))
            elif way == 2:
                del body[at:at + pick.randint(1, 40)]
            else:
                other = pick.choice(self.bodies)
                body[at:at] = other[pick.randrange(len(other)):][:60]
        return bytes(body[:4077])

    def wild(self):
        pick = self.random
        kind, body = pick.choice(self.OTHERS) if pick.random() < 0.05 else (bgp.UPDATE, pick.choice(self.bodies))
        whole = bytearray(bgp.message(kind, self.spoil(bytearray(body))))
        header = pick.random()
        if header < 0.02:
            whole[pick.randrange(18)] ^= 1 << pick.randrange(8)  # marker or length
        elif header < 0.03:
            whole[18] = pick.randrange(256)
        return bytes(whole)

    def open(self):
        return bgp.message(bgp.OPEN, self.spoil(bytearray(self.random.choice(self.opens))))


class Hostile:
    """One neighbor's sessions, one after the other, in a process of its own; what the engine did wrong is in `faults`."""

    def __init__(self, number, port, share, bodies):
        self.address, self.port, self.share, self.number = f'127.0.0.{number + 10}', port, share, number
        self.bodies = bodies
        self.judge = contract.Judge(FAMILIES, 65535 if number % 2 else 4096)  # every second is told of extended messages
        self.sent = self.sessions = self.must = 0
        self.ends, self.faults = collections.Counter(), []
        self.socket, self.inbox, self.counter = None, b'', None

    def run(self, counter, pipe):
        os.nice(5)  # the judge beside us is the one who takes the time
        self.counter = counter
        try:
            self.learn()
            self.mutator = Mutator(self.bodies, SEED * HOSTILE + self.number)
            while self.sent < self.share and not self.faults:
                self.session()
        except Exception:  # pylint: disable=broad-exception-caught
            self.faults.append(f'{self.address}: {traceback.format_exc()}')
        pipe.send((self.sent, self.sessions, self.must, self.ends, self.faults))

    def learn(self):
        """Which of the bodies end no session: those are what is spoilt. Some are rows of the contract that do end it."""
        good, bodies = [], list(self.bodies)
        self.connect(60)
        while bodies and not self.faults:
            part = bodies[:BATCH]
            if self.judged([bgp.message(bgp.UPDATE, body) for body in part]) is None:
                good += part
                for body in part:
                    self.judge.learn(body)
                bodies = bodies[BATCH:]
                continue
            bodies = bodies[BATCH:]
            self.connect()
            for body in part:
                if self.judged([bgp.message(bgp.UPDATE, body)]) is None:
                    good.append(body)
                    self.judge.learn(body)
                else:
                    self.connect()
        self.socket.close()
        self.bodies = good

    def connect(self, seconds=20):
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.dial()
                self.socket.sendall(bgp.open_message(65002, self.address, 0, sorted(FAMILIES), [bgp.capability(2)]) +
                                    bgp.message(bgp.KEEPALIVE))
                body = b''
                while not body.endswith(ANSWER):
                    kind, body = self.read(20)
                    if kind == bgp.OPEN:
                        self.judge.families = FAMILIES & offered(body)
                return
            except (OSError, EOFError) as error:
                if self.socket:
                    self.socket.close()
                if time.monotonic() > deadline:
                    raise AssertionError('no new session') from error
                time.sleep(0.005)  # the engine may not be rid of the last one

    def dial(self):
        self.inbox, self.socket = b'', None
        self.socket = socket.create_connection(('127.0.0.1', self.port), 5, (self.address, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self, seconds):
        self.socket.settimeout(seconds)
        while len(self.inbox) < 19 or len(self.inbox) < int.from_bytes(self.inbox[16:18], 'big'):
            more = self.socket.recv(65536)
            if not more:
                raise EOFError
            self.inbox += more
        size = int.from_bytes(self.inbox[16:18], 'big')
        one, self.inbox = self.inbox[:size], self.inbox[size:]
        return one[18], one[19:]

    def session(self):
        if self.mutator.random.random() < 0.05:
            self.greet()
        self.connect()
        self.sessions += 1
        while self.sent < self.share:
            batch, last = [], contract.survives()
            while len(batch) < BATCH and not last.ends and not last.waits:
                batch.append(self.mutator.message())
                last = self.judge.stream(batch[-1])
            self.count(len(batch))
            if self.judged(batch) is not None:
                return

    def count(self, messages):
        self.sent += messages
        with self.counter.get_lock():
            self.counter.value += messages

    def greet(self):
        """A spoilt OPEN: a NOTIFICATION, or the session begins; then we go."""
        self.count(1)
        octets = self.mutator.open()
        try:
            self.dial()
            self.socket.sendall(octets + bgp.message(bgp.KEEPALIVE) * 4)
            while True:
                kind, body = self.read(20)
                if kind == bgp.NOTIFICATION and body[0] not in (1, 2, 5, 6):
                    self.faults.append(f'{self.address}: NOTIFICATION {body.hex()} after the OPEN {octets.hex()}')
                if kind in (bgp.NOTIFICATION, bgp.KEEPALIVE):
                    break
        except TimeoutError:
            self.faults.append(f'{self.address}: silence after the OPEN {octets.hex()}')
        except (OSError, EOFError):
            pass  # the engine was not rid of the session before
        if self.socket:
            self.socket.close()

    def judged(self, batch):
        """Sends them; how the session ended, or None. What was wrong with that is a fault."""
        octets = b''.join(batch)
        verdict = self.judge.stream(octets)
        if verdict.waits:
            verdict = self.judge.stream(octets + PASSED + FILLING)
        end = self.deliver(octets)
        if end is None and verdict.must:
            self.faults.append(f'{self.address}: {verdict}, but goes on after {octets.hex()}')
        elif end is not None and not verdict.allows(end):
            self.faults.append(f'{self.address}: {verdict}, but ended with {end} after {octets.hex()}')
        self.must += verdict.must
        if end is not None:
            self.ends[end] += 1
            self.socket.close()
        return end

    def deliver(self, octets):
        """Sends them and waits until the engine is through with them. None, or the code and subcode with which it ended
        the session; (0, 0): without a word."""
        try:
            self.socket.sendall(octets + PASSED)
            for wait in (0.5, 60):
                try:
                    while True:
                        kind, body = self.read(wait)
                        if kind == bgp.UPDATE and body.endswith(ANSWER):
                            return None
                        if kind == bgp.NOTIFICATION:
                            return body[0], body[1]
                except TimeoutError:
                    if wait < 1:
                        self.socket.settimeout(60)
                        self.socket.sendall(FILLING)
            self.faults.append(f'{self.address}: no answer after {octets.hex()}')
            return contract.NO_WORD
        except (EOFError, OSError):
            return self.last_word()

    def last_word(self):
        """A reset connection may still have the NOTIFICATION in it."""
        try:
            while True:
                kind, body = self.read(1)
                if kind == bgp.NOTIFICATION:
                    return body[0], body[1]
        except (EOFError, OSError):
            return contract.NO_WORD


def resident(pid):
    """KiB"""
    for line in pathlib.Path(f'/proc/{pid}/status').read_text(encoding='ascii').splitlines():
        if line.startswith('VmRSS:'):
            return int(line.split()[1])
    return 0


class Mutated(unittest.TestCase):
    def start(self):
        self.port = harness.free_port()
        bodies = [body for body in [*seeds.updates(), *octets_of_values(harness.folder(self))] if len(body) < 4000]
        self.counter, self.hostile = multiprocessing.Value('q', 0), []
        for number in range(HOSTILE):  # before there are threads
            ours, theirs = multiprocessing.Pipe(False)
            one = multiprocessing.get_context('fork').Process(
                target=Hostile(number, self.port, MESSAGES // HOSTILE, bodies).run, args=(self.counter, theirs), daemon=True)
            one.start()
            self.addCleanup(one.kill)
            self.hostile.append((one, ours))
        self.peer = bgp.Peer(self)
        self.peer.log = collections.deque(maxlen=100)
        text = neighbor(self.peer.port, hold_time=0, more='api { processes [ driven ]; neighbor-changes; }')
        sink = 'process sink {\n\trun /bin/sh -c "exec cat >/dev/null";\n\tencoder json;\n}\n'
        more = 'family { all; } api { processes [ sink ]; receive { parsed; update; } }' \
               'static { route 192.0.2.0/24 next-hop 192.0.2.1; }'
        text += ''.join(neighbor(None, peer=f'127.0.0.{i + 10}', listen=self.port, passive='true', hold_time=0, more=more +
                                 f'capability {{ extended-message {"enable" if i % 2 else "disable"}; }}') for i in range(HOSTILE))
        self.engine = DrivenEngine(self, sink + text, settings={'exabgp_log_level': 'ERROR'})
        self.peer.accept(60)
        self.peer.establish(65002, hold=0)

    def answered(self, number):
        """Seconds until the neighbor that behaves has a route that it had not."""
        prefix = f'{ipaddress.ip_address(0x0b000000 + number)}/32'
        begin = time.monotonic()
        self.engine.command(f'announce route {prefix} next-hop 192.0.2.1')
        while prefix not in self.peer.routes:
            if self.peer.closed.is_set() or time.monotonic() - begin > 60:
                raise AssertionError('the neighbor that behaves lost its session, or gets no routes:\n' +
                                     '\n'.join(list(self.engine.lines)[-100:]))
            time.sleep(0.001)
        took = time.monotonic() - begin
        self.engine.command(f'withdraw route {prefix}')
        return took

    def test_only_the_culprit_feels_it(self):
        self.start()
        times, sizes, early, begin = [], collections.deque(maxlen=20), 0, time.monotonic()
        while any(one.is_alive() and not pipe.poll() for one, pipe in self.hostile):
            self.assertIsNone(self.engine.process.poll(), '\n'.join(list(self.engine.lines)[-100:]))
            times.append(self.answered(len(times)))
            sizes.append(resident(self.engine.process.pid))
            if not early and self.counter.value >= MESSAGES // 5:
                early = statistics.median(sizes)
            time.sleep(0.03)
        took, late = time.monotonic() - begin, statistics.median(sizes)
        self.assertTrue(all(pipe.poll() for _, pipe in self.hostile), 'a hostile neighbor died')
        results = [pipe.recv() for _, pipe in self.hostile]
        p99 = sorted(times)[len(times) * 99 // 100] * 1000
        ends = sum((result[3] for result in results), collections.Counter())
        print(f'# {sum(result[0] for result in results)} messages in {took:.1f} s, {sum(result[1] for result in results)} sessions, '
              f'{sum(result[2] for result in results)} had to end; ended: {dict(sorted(ends.items()))}; {len(times)} answers, '
              f'p99 {p99:.1f} ms, worst {max(times) * 1000:.1f} ms; resident {early:.0f} KiB after a fifth, {late:.0f} KiB at the end')
        self.assertEqual([fault for result in results for fault in result[4]], [])
        self.assertFalse(self.peer.closed.is_set())
        self.assertEqual(self.counter.value >= MESSAGES // HOSTILE * HOSTILE, True)
        self.assertLess(p99, WITHIN)
        if GROWTH:
            self.assertLess(late - early, GROWTH)
        self.assertEqual(self.engine.stop(60), 0, '\n'.join(list(self.engine.lines)[-100:]))


class Opinion(unittest.TestCase):
    """The judge has one: rows of the contract."""

    def test_rows(self):
        judge = contract.Judge(FAMILIES)
        good = seeds.MANDATORY + seeds.NEXT_HOP
        reach = bytes.fromhex('00020110 20010db8000000000000000000000001 00 20 20010db8'.replace(' ', ''))
        update = seeds.update
        for name, body, expected in (
                ('good', update(good, nlri=b'\x18\x0a\0\0'), None), ('End-of-RIB', update(), None),
                ('UPD-01', b'\0\x05\0\0', (3, 1)), ('UPD-02', b'\0\0\0\x05\x40', (3, 1)),
                ('UPD-03', update(good + b'\x80\4\xff\0', nlri=b'\x08\x0a'), None),
                ('UPD-05', update(good, nlri=b'\x21\x0a\0\0\0\0'), (3, 10)), ('UPD-06', update(withdrawn=b'\x18\x0a'), (3, 10)),
                ('UPD-21', update(good + seeds.attribute(0x80, 14, reach) * 2), (3, 1)),
                ('UPD-25', update(good + seeds.attribute(0x40, 77, b'x'), nlri=b'\x08\x0a'), (3, 2)),
                ('MPR-00', update(seeds.MANDATORY + seeds.attribute(0x80, 14, reach)), None),
                ('MPR-02', update(seeds.MANDATORY + seeds.attribute(0x80, 14, reach[:3] + b'\x11' + reach[4:])), (3, 9)),
                ('MPR-03', update(seeds.MANDATORY + seeds.attribute(0x80, 14, reach[:-1])), (3, 9)),
                ('MPR-04', update(seeds.MANDATORY + seeds.attribute(0xc0, 14, reach)), (3, 4))):
            verdict = judge.stream(bgp.message(bgp.UPDATE, body))
            self.assertEqual(verdict.must, bool(expected), name)
            self.assertTrue(verdict.allows(expected) and not verdict.allows((1, 1)) if expected else not verdict.ends, name)

    def test_headers(self):
        judge = contract.Judge(FAMILIES)
        for octets, expected in ((b'\0' * 19, (1, 1)), (bgp.MARKER + b'\0\x12\4', (1, 2)), (bgp.MARKER + b'\0\x13\x09', (1, 3)),
                                 (bgp.MARKER + b'\x10\x01\2', (1, 2)), (bgp.message(bgp.NOTIFICATION, b'\6\2'), (0, 0))):
            self.assertIn(expected, judge.stream(octets).ends)
        self.assertFalse(judge.stream(bgp.message(bgp.KEEPALIVE) * 9).ends)


if __name__ == '__main__':
    harness.main()
