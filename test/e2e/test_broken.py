#!/usr/bin/env python3
"""Helpers that do everything wrong, beside one that does it right: the engine goes on, the neighbor keeps its session,
the good helper is served, memory has a bound, and the log says what was wrong. And files that are no configuration."""

import os
import random
import re
import signal
import unittest

import harness
import peer as bgp
from engine import DrivenEngine, Engine, neighbor
from harness import until

HEAD = '#!/usr/bin/env python3\nimport os, sys, time, random\nos.chdir(os.path.dirname(os.path.abspath(__file__)))\n'
MIB = 1 << 20
# A sanitizer's allocator keeps what was freed for a while: its figures say nothing.
SANITIZED = b'__asan_init' in open(harness.ENGINE, 'rb').read() if harness.ENGINE else False


class Broken(unittest.TestCase):
    def run_odd(self, script, options='', encoder='text', settings=None):
        """An engine with the helpers `odd`, which is the script, and `driven`; a neighbor that both are bound to."""
        self.peer = bgp.Peer(self)
        binds = 'api { processes [ driven odd ]; neighbor-changes; receive { parsed; update; } }'
        self.engine = DrivenEngine(self, f'process odd {{ run FOLDER/odd.py; encoder {encoder}; {options} }}\n' +
                                   neighbor(self.peer.port, hold_time=30, more=binds), settings,
                                   {'odd.py': HEAD + script})
        self.peer.accept()
        self.peer.establish(65002)
        self.peer.keepalives()
        self.count = 0
        self.all_is_well()
        self.before = self.memory()
        return self.engine

    def memory(self):
        with open(f'/proc/{self.engine.process.pid}/status', encoding='ascii') as status:
            return int(re.search(r'VmHWM:\s+(\d+) kB', status.read())[1]) * 1024

    def all_is_well(self, more=None):
        """The good helper announces a route, has its answer, and the neighbor has the route on the same session."""
        self.count += 1
        prefix = f'172.16.{self.count}.0/24'
        answers = len(self.engine.answers())
        self.engine.command(f'announce route {prefix} next-hop self')
        until(lambda: prefix in self.peer.routes, f'the route of the good helper ({prefix})', 20)
        until(lambda: len(self.engine.answers()) > answers, 'the answer to the good helper', 20)
        self.assertEqual(self.engine.answers()[answers], 'done')
        self.assertIsNone(self.engine.process.poll())
        self.assertFalse(self.peer.closed.is_set())
        if more is not None and not SANITIZED:
            self.assertLess(self.memory() - self.before, more)

    def routes(self):
        return sorted(prefix for prefix in list(self.peer.routes) if not prefix.startswith('172.16.'))

    def test_never_reads(self):
        """100,000 answers and all events are for one that reads nothing."""
        engine = self.run_odd("""
while not os.path.exists('go'):
    time.sleep(0.01)
for i in range(400):
    sys.stdout.write(''.join(f'announce route 10.{i % 100}.{j}.0/24 next-hop 192.0.2.{1 + i // 100}\\n' for j in range(250)))
sys.stdout.write('announce route 11.0.0.0/8 next-hop self\\n')
sys.stdout.flush()
time.sleep(600)
""")
        open(engine.path('go'), 'w', encoding='ascii').close()
        for i in range(200):
            self.peer.send(bgp.announce([f'20.{i}.{j}.0/24' for j in range(200)]))
        until(lambda: '11.0.0.0/8' in self.peer.routes, 'all that was accepted', 40)
        self.all_is_well(64 * MIB)

    def test_never_writes(self):
        self.run_odd('for line in sys.stdin:\n    pass\n')
        self.peer.send(bgp.announce(['20.0.0.0/24']))
        until(lambda: any('20.0.0.0/24' in line for line in self.engine.heard()), 'the event')
        self.all_is_well(MIB)

    def test_writes_garbage(self):
        engine = self.run_odd("""
random.seed(1)
words = 'announce withdraw route 10.0.0.0/24 next-hop self [ ] { } ; "x neighbor * flow match as-path 99999999999 -1'.split(' ')
for i in range(2000):
    os.write(1, random.randbytes(random.randrange(200)) + b'\\n')
    os.write(1, ' '.join(random.choices(words, k=random.randrange(12))).encode() + b'\\n')
os.write(1, b'\\nannounce route 10.9.9.0/24 next-hop self\\n')
sys.stdin.read()
""")
        until(lambda: '10.9.9.0/24' in self.peer.routes, 'what came after the garbage', 30)
        engine.expect(r'odd: only ASCII is understood of "') # the first fifty are told, the others counted
        refused = [line for line in engine.lines if ' odd: ' in line]
        self.assertLess(len(refused), 60, refused[-1])
        self.all_is_well(16 * MIB)

    def test_a_line_without_an_end(self):
        """It writes as fast as it can: 256 MiB of one line, if it is let."""
        engine = self.run_odd("""
while not os.path.exists('go'):
    time.sleep(0.01)
os.remove('go')
block = b'announce ' * 8192
for i in range(256 * 1048576 // len(block)):
    os.write(1, block)
""", 'respawn false;')
        open(engine.path('go'), 'w', encoding='ascii').close()
        engine.expect('odd.*it writes a line of more than 1 MiB')
        engine.expect('helper odd ended')
        self.all_is_well(8 * MIB)

    def test_zeros_and_octets_that_are_no_text(self):
        engine = self.run_odd("""
for line in (b'announce route 10.1.0.0/24\\0 next-hop self', b'\\0\\0\\0', b'announce \\xff\\xfe\\x80', b'\\xc3\\x28', b'\\xed\\xa0\\x80',
             b'announce route 10.2.0.0/24 next-hop self\\x1b[31m', b'announce route 10.3.0.0/24 next-hop self'):
    os.write(1, line + b'\\n')
sys.stdin.read()
""")
        until(lambda: '10.3.0.0/24' in self.peer.routes, 'the one that was right')
        self.all_is_well(MIB)
        self.assertEqual(self.routes(), ['10.3.0.0/24'])
        said = '\n'.join(engine.lines)
        self.assertNotRegex(said, '[\\0\\x1b\ufffd]')
        for line in (r'announce \xff\xfe\x80', r'\xc3(', r'\xed\xa0\x80'):
            self.assertIn(f'odd: only ASCII is understood of "{line}"', said)
        self.assertIn(r'wanted an IP address or "self"; column 37 of "announce route 10.2.0.0/24 next-hop self\x1b[31m"', said)

    def test_half_a_line_and_dead(self):
        engine = self.run_odd("os.write(1, b'announce route 10.1.0.0/24 next-hop self\\nannounce route 10.2.0.0/24 next-hop self')\n"
                              "os.kill(os.getpid(), 9)\n", 'respawn false;')
        engine.expect('helper odd ended by signal 9')
        until(lambda: '10.1.0.0/24' in self.peer.routes, 'the whole line')
        self.all_is_well(MIB)
        self.assertEqual(self.routes(), ['10.1.0.0/24'])

    def test_a_child_that_keeps_the_pipes(self):
        """It is started again all the same, and what the child says is nobody's."""
        engine = self.run_odd("""
first = not os.path.exists('began')
open('began', 'w').close()
if first and os.fork() == 0:
    os.setsid()
    while os.path.exists('began'):
        time.sleep(0.1)
        try:
            os.write(1, b'announce route 10.6.6.0/24 next-hop self\\n')
        except BrokenPipeError:
            open('broken', 'w').close()
            break
    os._exit(0)
if not first:
    os.write(1, b'announce route 10.1.0.0/24 next-hop self\\n')
    sys.stdin.read()
""")
        self.addCleanup(lambda: os.path.exists(engine.path('began')) and os.remove(engine.path('began')))
        engine.expect('helper odd ended with status 0')
        until(lambda: '10.1.0.0/24' in self.peer.routes, 'its next life')
        until(lambda: os.path.exists(engine.path('broken')), 'the end of the pipe that the child has')
        self.all_is_well(MIB)

    def test_exits_at_once_for_ever(self):
        engine = self.run_odd('sys.exit(7)\n')
        engine.expect('helper odd ended with status 7')
        engine.expect('helper odd died 5 times in a short time, it is started again in 1 s')
        self.all_is_well(MIB)

    def test_many_commands_in_one_write(self):
        engine = self.run_odd("""
lines = ''.join(f'announce route 10.{i >> 8}.{i & 255}.0/24 next-hop self\\n' for i in range(10000)).encode()
sent = os.write(1, lines)
while sent < len(lines):
    sent += os.write(1, lines[sent:])
done = [sys.stdin.readline() for i in range(10000)]
open('answers', 'w').write(str(done.count('done\\n')) + '\\n')
sys.stdin.read()
""", settings={'exabgp_api_ack': 'true'})
        until(lambda: len(self.routes()) == 10000, 'all routes', 30)
        until(lambda: os.path.exists(engine.path('answers')), 'all answers', 30)
        self.all_is_well(16 * MIB)

    def test_closes_its_input(self):
        engine = self.run_odd("os.close(0)\nos.write(1, b'announce route 10.1.0.0/24 next-hop self\\n')\ntime.sleep(600)\n")
        engine.expect('helper odd closed its standard input: it is told nothing any more')
        until(lambda: '10.1.0.0/24' in self.peer.routes, 'what it says all the same')
        for i in range(100):
            self.peer.send(bgp.announce([f'20.{i}.{j}.0/24' for j in range(200)]))
        until(lambda: any('20.99.199.0/24' in line for line in self.engine.heard()), 'all events', 20)
        self.all_is_well(16 * MIB)

    def test_closes_its_output(self):
        engine = self.run_odd("os.write(1, b'announce route 10.1.0.0/24 next-hop self\\n')\nos.close(1)\nsys.stdin.read()\n",
                              'respawn false;')
        engine.expect('helper odd closed its standard output: it is taken for dead')
        engine.expect('helper odd ended')
        self.all_is_well(MIB)
        self.assertEqual(self.routes(), ['10.1.0.0/24'])


class Configurations(unittest.TestCase):
    """Files that are no configuration are refused at a reload, in bounded time and memory, and all goes on."""

    def setUp(self):
        self.start()

    def start(self, settings=None):
        self.peer = bgp.Peer(self)
        self.good = neighbor(self.peer.port, hold_time=30, more='static { route 10.1.0.0/24 next-hop self; }')
        self.engine = Engine(self, self.good, settings=settings)
        self.peer.accept()
        self.peer.establish(65002)
        self.peer.keepalives()
        until(lambda: '10.1.0.0/24' in self.peer.routes, 'its route')

    def becomes(self, octets):
        """Another file in the place of the configuration: what it holds, or how it is made."""
        path = self.engine.path('new')
        if callable(octets):
            octets(path)
        else:
            with open(path, 'wb') as file:
                file.write(octets.encode() if isinstance(octets, str) else octets)
        if os.path.isdir(self.engine.config):
            os.rmdir(self.engine.config)
        if os.path.isdir(path) and os.path.exists(self.engine.config):
            os.remove(self.engine.config)
        os.rename(path, self.engine.config)

    def reload(self):
        self.engine.process.send_signal(signal.SIGUSR1)

    def refuses(self, octets, why, seconds=10):
        self.becomes(octets)
        self.reload()
        self.engine.expect(why, seconds)
        self.assertFalse(self.peer.closed.is_set())
        self.assertEqual(list(self.peer.routes), ['10.1.0.0/24'])

    def takes(self, octets, route):
        self.becomes(octets)
        self.reload()
        until(lambda: route in self.peer.routes, f'{route}, after a reload', 20)
        self.assertFalse(self.peer.closed.is_set())

    def with_routes(self, *routes):
        return self.good.replace('static {', 'static { ' + ' '.join(f'route {one} next-hop self;' for one in routes))

    def test_what_is_none(self):
        self.refuses(random.Random(1).randbytes(MIB), 'is no text in UTF-8: this is no configuration file')
        self.refuses(bytes(MIB), 'is no text in UTF-8: this is no configuration file')
        self.refuses('', 'issue setting the configuration parser, no data')
        self.refuses('include "engine.conf";\n' + self.good, 'engine.conf includes itself')
        self.refuses('{' * 10000, 'section  is invalid in root')
        self.refuses('neighbor 127.0.0.1 {\n' + 'api {' * 10000, 'section api is invalid in api')
        self.refuses('neighbor ' + 'x' * (10 * MIB), r':1:10485770: invalid syntax: the statement does not end on its line')
        self.refuses('neighbor "' + 'x' * (10 * MIB), r':1:10485771: invalid syntax: the quote is not closed on its line')
        self.refuses(os.mkdir, r'is not an exabgp config file \(it is a folder\)')
        self.refuses(lambda path: os.symlink('/dev/zero', path), r'is not an exabgp config file \(the file is too large\)')
        self.assertLess(max(map(len, self.engine.lines)), 1000)
        self.takes(self.with_routes('10.2.0.0/24'), '10.2.0.0/24')

    def test_unreadable(self):
        if os.geteuid() == 0:
            self.start({'exabgp_daemon_user': 'nobody'})
        os.chmod(self.engine.config, 0)
        self.reload()
        self.engine.expect(r'is not an exabgp config file \(Permission denied\)')
        self.assertFalse(self.peer.closed.is_set())

    def test_odd_but_good(self):
        self.takes(self.with_routes('10.2.0.0/24').rstrip('\n'), '10.2.0.0/24')
        self.takes(' '.join(self.with_routes('10.3.0.0/24').split()), '10.3.0.0/24')
        self.takes('# ' + 'x' * (10 * MIB) + '\n' + self.with_routes('10.4.0.0/24'), '10.4.0.0/24')
        many = [f'10.{i >> 8 & 255}.{i & 255}.0/24' for i in range(65536)]
        self.takes(self.with_routes('10.5.0.0/24', *many * 4), '10.255.255.0/24')

    def test_a_pipe_is_read_and_one_without_a_writer_holds_nobody_for_long(self):
        self.becomes(os.mkfifo)
        self.reload()
        with open(self.engine.config, 'w', encoding='ascii') as pipe:
            pipe.write(self.with_routes('10.2.0.0/24'))
        until(lambda: '10.2.0.0/24' in self.peer.routes, 'what came through the pipe')
        self.reload()
        self.engine.expect('a pipe that nobody writes to, or not to its end', 15)
        self.assertFalse(self.peer.closed.is_set())

    def test_replaced_while_it_is_read(self):
        """Never a mixture: each file is large enough to be caught in the middle, and is whole or not there."""
        texts = [self.with_routes(*[f'20.{n}.{i >> 8}.{i & 255}/32' for i in range(20000)]) for n in range(2)]
        for i in range(10):
            self.becomes(texts[i % 2])
            self.reload()
            self.becomes(texts[(i + 1) % 2])
        self.reload()
        until(lambda: {route.split('.')[1] for route in list(self.peer.routes) if route.startswith('20.')} == {'0'} and
              len(self.peer.routes) == 20001, 'the last one, whole', 30)
        self.assertFalse(self.peer.closed.is_set())
        self.assertNotRegex('\n'.join(self.engine.lines), 'error|invalid')


harness.main()
