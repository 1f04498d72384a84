#!/usr/bin/env python3
"""What systemd is told, by a socket of our own in its place; and the unit file."""

import os
import shutil
import signal
import socket
import subprocess
import unittest

import harness
import peer as bgp
from engine import Engine, neighbor
from harness import ENGINE, until

UNIT = os.path.join(os.path.dirname(__file__), '../../packaging/systemd/yottabgp.service')


class Notified(unittest.TestCase):
    def start(self, text, **settings):
        path = os.path.join(harness.folder(self), 'notify')
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.notify.close)
        self.notify.bind(path)
        self.notify.settimeout(10)
        self.engine = Engine(self, text, settings={'NOTIFY_SOCKET': path, **settings})

    def next(self, key):
        """The next datagram with that key, as {key: value}; those before it are skipped, but for what they must not say."""
        while True:
            said = dict(line.split('=', 1) for line in self.notify.recv(4096).decode().splitlines())
            if key in said:
                return said

    def status(self, wanted):
        while wanted not in self.next('STATUS')['STATUS']:
            pass

    def test_its_life(self):
        peer = bgp.Peer(self)
        self.start('process cat { run /bin/cat; }\n' + neighbor(peer.port))
        ready = self.next('READY')
        self.assertEqual((ready['READY'], ready['MAINPID']), ('1', str(self.engine.process.pid)))
        peer.accept()
        peer.establish(65002)
        self.status('1 of 1 neighbor up, 1 of 1 helper running')
        self.engine.configure(neighbor(peer.port) + neighbor(1, peer='127.0.0.2', passive='true'))
        self.engine.process.send_signal(signal.SIGUSR1)
        reloading = self.next('RELOADING')
        self.assertEqual(reloading['RELOADING'], '1')
        self.assertGreater(int(reloading['MONOTONIC_USEC']), 0)
        ready = self.next('READY')
        self.assertIn('1 of 2 neighbors up', ready['STATUS'])
        peer.drop()
        self.status('0 of 2 neighbors up')
        self.engine.process.terminate()
        self.assertEqual(self.next('STOPPING'), {'STOPPING': '1'})
        self.assertEqual(self.engine.wait(), 0)

    def test_a_reload_that_fails_says_why_and_goes_on(self):
        self.start(neighbor(harness.free_port(), passive='true'))
        self.next('READY')
        self.engine.configure(neighbor(1, hold_tim=3))
        self.engine.process.send_signal(signal.SIGUSR1)
        self.next('RELOADING')
        self.assertRegex(self.next('READY')['STATUS'], r'reload failed: .*engine\.conf:\d+:\d+: invalid keyword "hold-tim"')

    def test_the_watchdog_is_fed_while_nothing_happens(self):
        self.start(neighbor(harness.free_port(), passive='true'), WATCHDOG_USEC='200000')
        self.next('READY')
        for _ in range(4):
            self.assertEqual(self.next('WATCHDOG'), {'WATCHDOG': '1'})

    def test_somebody_elses_watchdog_is_not_fed(self):
        self.start(neighbor(harness.free_port(), passive='true'), WATCHDOG_USEC='100000', WATCHDOG_PID='1')
        self.next('READY')
        self.engine.process.send_signal(signal.SIGUSR1)
        seen = []
        while 'RELOADING=1' not in seen:
            seen += self.notify.recv(4096).decode().splitlines()
        self.assertNotIn('WATCHDOG=1', seen)


class Unit(unittest.TestCase):
    @unittest.skipUnless(shutil.which('systemd-analyze'), 'systemd-analyze is not here')
    def test_the_file_is_understood(self):
        path = os.path.join(harness.folder(self), 'yottabgp.service')
        with open(UNIT, encoding='utf-8') as unit, open(path, 'w', encoding='utf-8') as out:
            out.write(unit.read().replace('/usr/bin/yottabgp', ENGINE))
        done = subprocess.run(['systemd-analyze', 'verify', '--man=no', path], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, [line for line in done.stderr.splitlines() if 'yottabgp.service' in line]), (0, []))


if __name__ == '__main__':
    harness.main()
