#!/usr/bin/env python3
"""A machine that has nothing left (descriptors, processes, room on the disk), stands still, or has another time of day;
and strangers who knock in numbers. The engine goes on, says so once, costs little meanwhile, and is whole again after."""

import json
import os
import pwd
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import unittest

import harness
import peer as bgp
from engine import DrivenEngine, neighbor
from harness import free_port, until

API = 'api { processes [ driven ]; neighbor-changes; receive { parsed; update; } }'
TICK = os.sysconf('SC_CLK_TCK')
SANITIZED = b'__asan_init' in open(harness.ENGINE, 'rb').read() if harness.ENGINE else False


def processor(engine):
    """Seconds that it has used."""
    with open(f'/proc/{engine.process.pid}/stat', encoding='ascii') as stat:
        fields = stat.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory(engine, what='VmRSS'):
    with open(f'/proc/{engine.process.pid}/status', encoding='ascii') as status:
        return int(re.search(what + r':\s+(\d+) kB', status.read())[1]) * 1024


def limit(engine, which, most):
    """The soft limit of a running engine; gives the one before."""
    before = resource.prlimit(engine.process.pid, which)
    resource.prlimit(engine.process.pid, which, (most, before[1]))
    return before


class OpenEngine(DrivenEngine):
    """Its helper may be of another user."""

    def configure(self, text):
        super().configure(text)
        os.chmod(self.folder, 0o777)
        os.chmod(self.path('commands'), 0o666)


class Machine(unittest.TestCase):
    """An engine with the helper `driven` and a neighbor with a session; 127.0.0.2 may connect to self.port."""

    def start(self, settings=None, hold=30, more='', api=API, **options):
        self.peer, self.port = bgp.Peer(self), free_port()
        text = neighbor(self.peer.port, hold_time=hold, more=api) + \
            neighbor(free_port(), peer='127.0.0.2', hold_time=hold, passive='true', listen=self.port) + more
        self.engine = OpenEngine(self, text, settings, **options)
        self.meet()
        self.count = 0
        self.all_is_well()

    def meet(self):
        self.peer.accept()
        self.peer.establish(65002)
        self.peer.keepalives()

    def all_is_well(self):
        self.count += 1
        prefix = f'172.16.{self.count}.0/24'
        self.engine.command(f'announce route {prefix} next-hop self')
        until(lambda: prefix in self.peer.routes, f'the route of the helper ({prefix})', 20)
        self.assertIsNone(self.engine.process.poll())
        self.assertFalse(self.peer.closed.is_set())

    def knock(self, source='127.0.0.2'):
        client = socket.socket()
        self.addCleanup(client.close)
        client.bind((source, 0))
        client.settimeout(20)
        client.connect(('127.0.0.1', self.port))
        return client

    def is_closed(self, client):
        """By the engine, without a word."""
        try:
            return client.recv(1) == b''
        except ConnectionError:
            return True

    def lines(self, pattern):
        return [line for line in self.engine.lines if re.search(pattern, line)]

    def kill_helper(self):
        pid = self.engine.process.pid
        with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as children:
            os.kill(int(children.read().split()[0]), signal.SIGKILL)


class Descriptors(Machine):
    def descriptors(self):
        return sorted(int(fd) for fd in os.listdir(f'/proc/{self.engine.process.pid}/fd'))

    def spare(self):
        """The descriptor that is kept to turn connections away with."""
        folder = f'/proc/{self.engine.process.pid}/fd'
        return max(fd for fd in self.descriptors() if os.readlink(f'{folder}/{fd}') == '/dev/null')

    def test_who_comes_is_turned_away(self):
        self.start()
        before = limit(self.engine, resource.RLIMIT_NOFILE, self.descriptors()[-1] + 1)
        while len(self.descriptors()) < self.descriptors()[-1] + 1:  # there are gaps
            self.fill()
        used = processor(self.engine)
        for _ in range(300):
            self.assertTrue(self.is_closed(self.knock()))
        self.assertLess(processor(self.engine) - used, 1)
        self.assertEqual(len(self.lines('TMR-10')), 1, self.lines('TMR-10'))
        self.engine.expect(r'too many open files: a connection was turned away \(TMR-10\)')
        self.all_is_well()
        resource.prlimit(self.engine.process.pid, resource.RLIMIT_NOFILE, before)
        self.assertEqual(self.knock().recv(19)[:16], bgp.MARKER)

    def fill(self):
        """Takes a descriptor: a client in the OPEN exchange."""
        client = self.knock()
        self.assertEqual(client.recv(19)[:16], bgp.MARKER)

    def test_not_even_one_to_turn_away_with(self):
        """A client waits then, and the loop does not spin on it; helpers cannot be started, and are when they can."""
        self.start()
        before = limit(self.engine, resource.RLIMIT_NOFILE, self.spare())
        client = self.knock()
        self.engine.expect(r'too many open files: a connection has to wait \(TMR-10\)')
        used = processor(self.engine)
        time.sleep(1.5)
        self.assertLess(processor(self.engine) - used, 0.15)
        self.assertEqual(len(self.lines('TMR-10')), 1, self.lines('TMR-10'))
        self.kill_helper()
        self.engine.expect('helper driven could not be started: no pipe: too many open files')
        self.engine.expect('helper driven died 5 times in a short time, it is started again in 1 s')
        self.engine.process.send_signal(signal.SIGUSR1)
        self.engine.expect('[Tt]oo many open files')
        self.engine.expect('the running configuration stays in force')
        self.assertFalse(self.peer.closed.is_set())
        resource.prlimit(self.engine.process.pid, resource.RLIMIT_NOFILE, before)
        self.assertEqual(client.recv(19)[:16], bgp.MARKER)
        self.all_is_well()
        self.engine.process.send_signal(signal.SIGUSR1)
        self.engine.expect('loaded new configuration successfully')
        self.assertIn(self.spare(), self.descriptors())


def somebody():
    """A user without processes."""
    busy = set()
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            busy.add(os.stat(f'/proc/{pid}').st_uid)
        except FileNotFoundError:
            pass
    for name in ('games', 'news', 'backup', 'nobody'):
        try:
            if pwd.getpwnam(name).pw_uid not in busy:
                return pwd.getpwnam(name)
        except KeyError:
            pass
    return None


class Processes(Machine):
    @unittest.skipUnless(os.geteuid() == 0, 'it takes another user')
    def test_no_process_for_a_helper(self):
        """The limit counts all processes of a user, and root has none: another has three, with the helper's threads."""
        user = somebody()
        if not user:
            self.skipTest('no user without processes')
        self.start({'exabgp_daemon_user': user.pw_name},
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NPROC, (3, 3)))
        self.assertEqual(os.stat(f'/proc/{self.engine.process.pid}').st_uid, user.pw_uid)
        others = [harness.Program(self, 'sleep 1000', user=user.pw_uid) for _ in range(2)]
        self.kill_helper()
        self.engine.expect('helper driven could not be started: .*no process: Resource temporarily unavailable')
        self.engine.expect('helper driven died 5 times in a short time, it is started again in 1 s')
        self.assertFalse(self.peer.closed.is_set())
        for other in others:
            other.stop()
        self.all_is_well()


class Disk(Machine):
    """Runs again in a mount namespace of its own, with a disk of 64 KiB."""

    def test_a_log_on_a_full_disk(self):
        if 'DISK_ALONE' not in os.environ:
            place = harness.folder(self)
            mount = f'mount -t tmpfs -o size=64k,mode=777 none {place}'
            if subprocess.run(['unshare', '-m', 'sh', '-c', mount], capture_output=True, check=False).returncode:
                self.skipTest('no mount namespace can be made here')
            done = subprocess.run(['unshare', '-m', 'sh', '-c', f'{mount} && exec "{sys.executable}" "{__file__}" Disk'],
                                  env={**os.environ, 'DISK_ALONE': place}, capture_output=True, text=True, timeout=100, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return
        place = os.environ['DISK_ALONE']
        self.log, ballast = os.path.join(place, 'log'), os.path.join(place, 'ballast')
        self.start({'exabgp_log_destination': self.log})
        with self.assertRaises(OSError), open(ballast, 'wb', buffering=0) as file:
            while True:
                file.write(bytes(512))
        for i in range(400):
            self.engine.command(f'nonsense {i} ' + 'x' * 200)
        for _ in range(3):
            self.peer.drop()
            self.meet()
        until(lambda: '172.16.1.0/24' in self.peer.routes, 'what was announced')
        self.all_is_well()
        self.assertEqual(self.lines('the log file takes no lines'),
                         ['the log file takes no lines: No space left on device: they are lost until it does'])
        os.remove(ballast)
        self.peer.drop()
        self.meet()
        until(lambda: re.search(r'log +\d+ lines of the log were lost', self.logged()), 'how many were lost')
        self.all_is_well()
        for line in self.logged().splitlines():
            self.assertLessEqual(len(re.findall(r'\d\d:\d\d:\d\d ', line)), 1, line)

    def logged(self):
        with open(self.log, encoding='utf-8') as lines:
            return lines.read()


class Time(Machine):
    def stand_still(self, seconds):
        self.engine.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.engine.process.send_signal(signal.SIGCONT)

    def test_stopped_for_longer_than_the_hold_time(self):
        """The peer was there all the time: it is not the one to blame."""
        self.start(hold=3)
        self.stand_still(4.5)
        seen = len(self.peer.log)
        until(lambda: any(kind == bgp.KEEPALIVE for kind, _ in self.peer.log[seen:]), 'a KEEPALIVE', 2)
        self.all_is_well()
        self.assertFalse(self.lines('127.0.0.1 down'))

    def test_stopped_and_the_peer_is_gone(self):
        """As a router does it: Hold Timer Expired, and it waits for the next connection."""
        self.start(hold=3)
        self.engine.process.send_signal(signal.SIGSTOP)
        time.sleep(3.2)
        self.peer.send(bgp.message(bgp.NOTIFICATION, b'\x04\x00'))
        self.peer.drop()
        time.sleep(1)
        self.engine.process.send_signal(signal.SIGCONT)
        self.engine.expect(r'neighbor 127.0.0.1 down: notification received \(4,0\)')
        self.meet()
        self.all_is_well()

    @unittest.skipUnless(os.environ.get('CLOCK') and not SANITIZED, 'no time of day of our own')
    def test_the_time_of_day_jumps(self):
        """By a year on, and a day back. Timers go by the clock that never jumps; what people read is the new time."""
        place = harness.folder(self)
        jump = os.path.join(place, 'jump')
        self.start({'LD_PRELOAD': os.environ['CLOCK'], 'CLOCK_JUMP': jump, 'exabgp_log_short': 'false'}, hold=6)
        for seconds in (365 * 86400, -86400):
            with open(jump + '.new', 'w', encoding='ascii') as file:
                file.write(str(seconds))
            os.rename(jump + '.new', jump)
            seen, began = len(self.peer.log), time.monotonic()
            until(lambda: sum(kind == bgp.KEEPALIVE for kind, _ in self.peer.log[seen:]) >= 2, 'two KEEPALIVEs', 10)
            self.assertGreater(time.monotonic() - began, 1)
            prefix = '30.0.0.0/24' if seconds > 0 else '30.0.1.0/24'
            self.peer.send(bgp.announce([prefix]))
            event = until(lambda: [line for line in self.engine.heard() if prefix in line], 'the event')[0]
            told = float(re.search(r'"time": ([\d.]+)', event)[1])
            self.assertLess(abs(told - time.time() - seconds), 60, event)
            self.all_is_well()
        self.assertFalse(self.lines('127.0.0.1 down'))


class Strangers(Machine):
    def test_a_flood_of_connections(self):
        """Their cost is bounded: memory, lines of the log, and what a neighbor waits meanwhile."""
        self.start()
        for _ in range(500):
            self.is_closed(self.knock('127.0.0.9'))
        resident, lines, used, began = memory(self.engine), len(self.engine.lines), processor(self.engine), time.monotonic()
        waits, count = [], 4000
        for i in range(count):
            client = socket.socket()
            client.bind((f'127.0.{1 + i % 200}.9', 0))
            client.connect(('127.0.0.1', self.port))
            client.close()
            if i % 100 == 0:
                at = time.monotonic()
                self.all_is_well()
                waits.append(time.monotonic() - at)
        took = time.monotonic() - began
        print(f'# {count} connections in {took:.1f} s: {(processor(self.engine) - used) / count * 1e6:.0f} us of processor each, '
              f'{memory(self.engine) - resident} octets of memory, {len(self.engine.lines) - lines} lines, '
              f'an announcement took {sorted(waits)[len(waits) // 2] * 1000:.0f} ms, {max(waits) * 1000:.0f} at the worst')
        self.assertLessEqual(len(self.engine.lines) - lines, took + 2)
        if not SANITIZED:
            self.assertLess(memory(self.engine) - resident, 256 << 10)
        self.assertLess(sorted(waits)[-2], 1)

    def test_what_a_connection_and_an_idle_session_hold(self):
        """Of those who may come and have said nothing yet, and of sessions that are up and idle."""
        port, many = free_port(), 300
        self.start(more=neighbor(None, peer='127.9.0.0/16', passive='true', listen=port, hold_time=180))
        clients = []

        def come(number):
            client = bgp.Peer(self)
            client.connect('127.0.0.1', port, f'127.9.{number // 200}.{1 + number % 200}')
            self.assertEqual(client.read(30)[0], bgp.OPEN)
            return client

        come(many).socket.close()
        self.all_is_well()
        before = memory(self.engine)
        for number in range(many):
            clients.append(come(number))
        silent = (memory(self.engine) - before) / many
        for number, client in enumerate(clients):
            client.send(bgp.open_message(65002, f'192.0.2.{1 + number % 200}') + bgp.message(bgp.KEEPALIVE))
        until(lambda: len(self.lines('neighbor 127.9.* up')) == many, 'all sessions', 60)
        self.all_is_well()
        idle = (memory(self.engine) - before) / many
        print(f'# a connection before the OPEN holds {silent:.0f} octets, an idle session {idle:.0f}')
        if not SANITIZED:
            self.assertLess(silent, 8192)
            self.assertLess(idle, 65536)



class Budget(Machine):
    """daemon.memory_budget: what is new is refused when it is used up, what is held stays, and the log says so in steps."""

    def test_used_up_and_room_again(self):
        self.start({'exabgp_daemon_memory_budget': '4M'}, api=API + ' adj-rib-in true;')
        before = len(self.engine.answers())
        lines = [f'announce route 10.{i >> 8}.{i & 255}.0/24 next-hop 192.0.2.1 med {i}' for i in range(60000)]
        self.engine.command(*lines)
        until(lambda: len(self.engine.answers()) == before + len(lines), 'all answers', 60)
        answers = self.engine.answers()[before:]
        done = answers.index('error')
        self.assertNotIn('done', answers[done:])
        for step in ('50 % are used', '80 % are used', 'used up, .*: announcements are refused'):
            self.assertEqual(len(self.lines('memory budget: ' + step)), 1, self.lines('memory budget'))
        self.engine.expect(r'driven: the memory budget is used up: nothing is announced \(daemon.memory_budget\)')
        until(lambda: len(self.peer.routes) == done + 1, 'all that was accepted, at the peer')
        self.engine.command('show memory json')
        shown = json.loads(until(lambda: [line for line in self.engine.heard() if '"budget"' in line], 'the answer')[0])
        self.assertEqual(shown['budget']['bytes'], 4 << 20)
        self.assertTrue(shown['budget']['full'])
        self.assertLess(shown['budget']['percent'], 200)
        self.neighbors_routes_are_not_kept()
        self.withdraw_and_go_on(done, answers.count('error'))

    def neighbors_routes_are_not_kept(self):
        """New ones; the session and the events go on."""
        self.peer.send(bgp.announce(['20.0.0.0/24', '20.0.1.0/24']))
        until(lambda: any('20.0.1.0/24' in line for line in self.engine.heard()), 'the event')
        self.assertFalse(self.peer.closed.is_set())

    def withdraw_and_go_on(self, count, errors):
        self.engine.command(*[f'withdraw route 10.{i >> 8}.{i & 255}.0/24 next-hop 192.0.2.1 med {i}' for i in range(count)])
        self.engine.expect(r'memory budget: there is room again, .* 2 routes of neighbors were not kept', 30)
        until(lambda: len(self.peer.routes) == 1, 'all withdrawn', 30)
        self.assertEqual(self.engine.answers().count('error'), errors)
        self.all_is_well()
        self.peer.send(bgp.announce(['20.0.2.0/24']))
        until(lambda: any('20.0.2.0/24' in line for line in self.engine.heard()), 'the event')
        self.engine.command('show adj-rib in')
        until(lambda: any('20.0.2.0/24' in line for line in self.engine.heard() if not line.startswith('{')), 'it is kept')
        self.assertFalse([line for line in self.engine.heard() if '20.0.0.0/24' in line and not line.startswith('{')])


harness.main()
