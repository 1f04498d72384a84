#!/usr/bin/env python3
"""Habits of helper programs that are out there (doc/compatibility.md has their names): who asks the version first and reads one
line an answer, who greets on standard output, who ends lines as Windows does, who never reads, who is a loop in a shell."""

import signal
import unittest

import peer as bgp
from engine import Engine, neighbor
from harness import until

LOCKSTEP = '''#!/usr/bin/env python3
import os, sys
def ask(command):
    sys.stdout.write(command + chr(10))
    sys.stdout.flush()
    return sys.stdin.readline().strip()
here = os.path.dirname(os.path.abspath(__file__))
name, version = ask('version').split()
heard = [name, version, sys.stdin.readline().strip()]
if int(version.split('.')[0]) >= 4: # older ones did not answer, and such a helper would not read
    heard += [ask('announce route 10.0.1.0/24 next-hop self'), ask('announce nonsense'), ask('# still there')]
open(os.path.join(here, 'new'), 'w').write(' '.join(heard))
os.rename(os.path.join(here, 'new'), os.path.join(here, 'heard'))
sys.stdin.readline()
'''

DEAF = '''#!/usr/bin/env python3
import os, time
def say(octets):
    os.write(1, octets)
    time.sleep(0.05)
say(b'serving at port 5001' + bytes([10]))
say(b'announce route 10.0.2.0/24 next-hop 192.0.2.1 community [65000:2]' + bytes([13, 10]) + bytes([13, 10, 10]))
say(b'announce route 10.0.3.0/24 ')
say(b'next-hop 192.0.2.1 as-path [100 200]' + bytes([10]) + b'announce ')
say(b'attribute next-hop 192.0.2.1 med 50 origin igp nlri 10.0.4.0/24 10.0.5.0/24; ' + bytes([10]))
for i in range(20000):
    os.write(1, b'withdraw route 10.0.3.0/24 next-hop 192.0.2.1' + bytes([10]))
say(b'announce route 10.0.6.0/24 next-hop 192.0.2.1' + bytes([10]))
time.sleep(600)
'''

SHELL = '''#!/bin/sh
trap '' INT
while read line; do
    [ -z "$line" ] && continue
    echo "$line" >> "${0%/*}/lines"
done
'''


class Habits(unittest.TestCase):
    def start(self, name, script, encoder='text', more=''):
        peer = bgp.Peer(self)
        scripts = {name: script}
        engine = Engine(self, f'process h {{ run FOLDER/{name}; encoder {encoder}; }}\n' +
                        neighbor(peer.port, hold_time=90, more=f'api {{ processes [ h ]; {more} }}'), scripts)
        peer.accept()
        peer.establish(65002)
        return peer, engine

    def read(self, engine, name):
        try:
            with open(engine.path(name), encoding='utf-8') as handle:
                return handle.read()
        except FileNotFoundError:
            return ''

    def test_the_version_first_and_then_a_line_for_a_line(self):
        peer, engine = self.start('lockstep.py', LOCKSTEP, 'json')
        until(lambda: self.read(engine, 'heard'), 'answers')
        self.assertEqual(self.read(engine, 'heard'), 'exabgp 5.0.13 done done error done')
        until(lambda: '10.0.1.0/24' in peer.routes, 'the route')

    def test_greetings_line_ends_halves_and_a_deaf_ear(self):
        peer, _ = self.start('deaf.py', DEAF)
        until(lambda: '10.0.6.0/24' in peer.routes, 'the last route')
        self.assertEqual(sorted(peer.routes), ['10.0.2.0/24', '10.0.4.0/24', '10.0.5.0/24', '10.0.6.0/24'])
        self.assertFalse(peer.closed.is_set())

    def test_a_loop_in_a_shell(self):
        peer, engine = self.start('loop.sh', SHELL, more='neighbor-changes; receive { parsed; update; }')
        peer.send(bgp.announce(['60.0.0.0/24']))
        until(lambda: 'receive update end' in self.read(engine, 'lines'), 'the update')
        engine.process.send_signal(signal.SIGTERM)
        engine.process.wait(20)
        lines = self.read(engine, 'lines').splitlines()
        self.assertEqual(lines[:3], ['neighbor 127.0.0.1 connected', 'neighbor 127.0.0.1 up', 'neighbor 127.0.0.1 receive update start'])
        self.assertTrue(lines[-1].startswith('shutdown '), lines)


if __name__ == '__main__':
    import harness
    harness.main()
