#!/usr/bin/env python3
"""Reload: what is told before, what goes over the wire, who restarts for what, what signals do."""

import json
import os
import re
import signal
import struct
import subprocess
import unittest

import harness
import peer as bgp
from engine import DrivenEngine, neighbor
from harness import ENGINE, until
from local import Local

API = 'api { processes [ driven ]; neighbor-changes; receive { parsed; update; notification; } }'
DRIVEN = 'process driven {\n\trun FOLDER/driven.py;\n\tencoder json;\n}\n'


def static(*routes):
    return '\nstatic {\n' + ''.join(f'\troute {route};\n' for route in routes) + '}\n'


def withdrawals(peer):
    """All that was withdrawn on the wire so far."""
    with peer.lock:
        bodies = [body for kind, body in peer.log if kind == bgp.UPDATE]
    return [prefix for body in bodies for _, prefix in bgp.prefixes(bgp.update_parts(body)[0], 4)]


def notifications(peer):
    with peer.lock:
        return [body for kind, body in peer.log if kind == bgp.NOTIFICATION]


class Case(unittest.TestCase):
    def start(self, scripts=None, head='', **options):
        self.peer = bgp.Peer(self)
        self.options = options
        self.engine = DrivenEngine(self, head + self.neighbor(**options), scripts=scripts)
        self.up()

    def neighbor(self, **options):
        more = options.pop('more', '')
        return neighbor(self.peer.port, more=API + more, **options)

    def up(self):
        self.peer.accept()
        self.peer.establish(65002)
        until(lambda: self.peer.ends, 'End-of-RIB')

    def configure(self, head=DRIVEN, **changes):
        self.engine.configure(head + self.neighbor(**{**self.options, **changes}))

    def reload(self, **changes):
        self.configure(**changes)
        before = self.loaded()
        self.engine.process.send_signal(signal.SIGUSR1)
        until(lambda: self.loaded() > before, 'the reload')

    def loaded(self):
        return sum('loaded new configuration' in line for line in self.engine.lines)

    def flush(self):
        """What was said before is at the peer: a route behind it is."""
        self.marks = getattr(self, 'marks', 0) + 1
        self.engine.command(f'announce route 10.255.0.{self.marks}/32 next-hop 192.0.2.1')
        until(lambda: f'10.255.0.{self.marks}/32' in self.peer.routes, 'the mark')

    def same_session(self):
        self.flush()
        self.assertFalse(self.peer.closed.is_set())
        self.assertFalse(notifications(self.peer))


class Wire(Case):
    def test_a_changed_route_replaces_and_is_never_withdrawn(self):
        self.start(more=static('10.0.0.0/24 next-hop 192.0.2.1 med 1', '10.0.1.0/24 next-hop 192.0.2.1',
                               '10.0.2.0/24 next-hop 192.0.2.1'))
        until(lambda: len(self.peer.routes) == 3, 'the routes')
        updates = self.peer.updates
        self.reload(more=static('10.0.0.0/24 next-hop 192.0.2.1 med 2', '10.0.1.0/24 next-hop 192.0.2.1',
                                '10.0.2.0/24 next-hop 192.0.2.1'))
        until(lambda: self.peer.routes['10.0.0.0/24'][4][1] == struct.pack('!I', 2), 'the new MED')
        self.assertEqual(self.peer.updates, updates + 1)
        self.same_session()
        self.assertEqual(withdrawals(self.peer), [])
        updates = self.peer.updates
        self.reload(more=static('10.0.2.0/24 next-hop 192.0.2.1', '10.0.0.0/24 next-hop 192.0.2.1 med 2'))
        until(lambda: '10.0.1.0/24' not in self.peer.routes, 'the withdrawal')
        self.assertEqual(self.peer.updates, updates + 1)
        self.assertEqual(withdrawals(self.peer), ['10.0.1.0/24'])
        self.same_session()

    def test_what_helpers_announced_stays(self):
        self.start(more=static('10.0.0.0/24 next-hop 192.0.2.1'))
        self.engine.command('announce route 10.1.0.0/24 next-hop 192.0.2.1')
        until(lambda: len(self.peer.routes) == 2, 'both routes')
        self.reload(more=static('10.0.5.0/24 next-hop 192.0.2.1'))
        until(lambda: set(self.peer.routes) == {'10.0.5.0/24', '10.1.0.0/24'}, 'the difference')
        self.same_session()

    def heap(self):
        """Octets in use on the heap of the engine, or 0 where the C library cannot tell."""
        before = len(self.engine.heard())
        self.engine.command('show memory text')
        found = []

        def told():
            found[:] = re.findall(r'^all: .* heap (\d+), ', '\n'.join(self.engine.heard()[before:]), re.M)
            return found

        until(told, 'the memory')
        return int(found[0])

    def test_sixty_reloads_while_a_helper_announces_leave_nothing_behind(self):
        self.start()
        wanted, heaps = {f'30.0.0.{i}/32' for i in range(100)}, []
        for turn in range(80):
            self.engine.command(*[f'announce route 30.0.0.{i}/32 next-hop 192.0.2.1 med {turn % 5}' for i in range(100)])
            one = f'40.0.{turn}.0/24'
            self.reload(description=f'turn-{turn}', more=static(f'{one} next-hop 192.0.2.1 med {turn % 7}',
                                                                *[f'20.0.{i}.0/24 next-hop 192.0.2.1' for i in range(200)]))
            until(lambda: one in self.peer.routes, 'the route of this reload')
            if turn % 20 == 19:
                self.flush()
                heaps.append(self.heap())
        wanted |= {one, *[f'20.0.{i}.0/24' for i in range(200)], *[f'10.255.0.{i + 1}/32' for i in range(self.marks)]}
        self.assertEqual(set(self.peer.routes), wanted)
        self.same_session()
        # A buffer may have to be larger than it ever was, once: what is left behind by reloads is so each time.
        self.assertLess(min(after - before for before, after in zip(heaps, heaps[1:])), 2048, f'each twenty reloads: {heaps}')

    def test_a_session_restarts_for_its_own_settings_alone(self):
        self.start(hold_time=90)
        for change in ({'description': 'other'}, {'manual_eor': 'true'}, {'source_interface': 'lo'},
                       {'more': static('10.0.0.0/24 next-hop 192.0.2.1')}):
            self.reload(**change)
            self.same_session()
        for change in ({'hold_time': 60}, {'hold_time': 60, 'more': 'capability { route-refresh; }'},
                       {'hold_time': 60, 'more': 'capability { route-refresh; }', 'rate_limit': 100}):
            before = notifications(self.peer)
            self.reload(**change)
            until(self.peer.closed.is_set, 'the end of the session')
            said = notifications(self.peer)[len(before):]
            self.assertEqual([body[:2] for body in said], [b'\x06\x03'])
            self.assertIn(b'Peer De-configured', said[0])
            self.peer.ends.clear()
            self.up()

    def test_a_neighbor_that_comes_or_goes_harms_no_other(self):
        self.start()
        other = bgp.Peer(self, '127.0.0.2')
        self.configure()
        self.engine.configure(DRIVEN + self.neighbor(**self.options) + neighbor(other.port, peer='127.0.0.2'))
        self.engine.process.send_signal(signal.SIGUSR1)
        other.accept()
        other.establish(65002)
        until(lambda: other.ends, 'the new neighbor')
        self.same_session()
        self.reload()
        until(other.closed.is_set, 'the end of the one that is gone')
        self.assertFalse(notifications(other))
        self.same_session()


SLEEPER = '''#!/usr/bin/env python3
import os, sys, time
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'starts'), 'a') as log:
    log.write(f"{sys.argv[1]} {os.getpid()}\\n")
for line in sys.stdin:
    pass
'''


class Helpers(Case):
    def starts(self, name):
        with open(self.engine.path('starts'), encoding='utf-8') as lines:
            return [line.split()[1] for line in lines if line.split()[0] == name]

    def head(self, *words):
        return DRIVEN + ''.join(f'process p{i} {{ run FOLDER/sleeper.py {word}; }}\n' for i, word in enumerate(words))

    def begin(self):
        self.peer = bgp.Peer(self)
        self.options = {}
        self.engine = DrivenEngine(self, self.head('one', 'two')[len(DRIVEN):] + self.neighbor(), scripts={'sleeper.py': SLEEPER})
        self.up()
        until(lambda: os.path.exists(self.engine.path('starts')) and self.starts('one') and self.starts('two'), 'the helpers')

    def test_one_restarts_for_its_own_definition_alone(self):
        self.begin()
        self.reload(head=self.head('one', 'three'))
        until(lambda: len(self.starts('three')) == 1, 'the changed one')
        self.reload(head=self.head('one', 'three'), description='other', more=static('10.0.0.0/24 next-hop 192.0.2.1'))
        self.same_session()
        self.assertEqual([len(self.starts(name)) for name in ('one', 'two', 'three')], [1, 1, 1])
        self.reload(head=self.head('one'))
        pid = int(self.starts('three')[0])
        until(lambda: not os.path.exists(f'/proc/{pid}'), 'the end of the one that is gone')
        self.same_session()

    def test_usr2_restarts_all_of_them_and_no_session(self):
        self.begin()
        self.configure(head=self.head('one', 'two'))
        self.engine.process.send_signal(signal.SIGUSR2)
        until(lambda: len(self.starts('one')) == 2 and len(self.starts('two')) == 2, 'the second lives')
        self.assertFalse(self.peer.closed.is_set())

    def test_alrm_restarts_everything(self):
        self.begin()
        self.configure(head=self.head('one', 'two'), more=static('10.0.0.0/24 next-hop 192.0.2.1'))
        self.engine.process.send_signal(signal.SIGALRM)
        until(self.peer.closed.is_set, 'the end of the session')
        self.assertEqual([body[:2] for body in notifications(self.peer)], [b'\x06\x03'])
        self.up()
        until(lambda: '10.0.0.0/24' in self.peer.routes, 'the route of the new configuration')
        until(lambda: len(self.starts('one')) == 2 and len(self.starts('two')) == 2, 'the second lives')


class Ends(Case):
    def test_signals_that_end_it(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            self.start()
            until(self.engine.heard, 'the helper')
            self.engine.process.send_signal(number)
            self.assertEqual(self.engine.wait(), 0)
            until(self.peer.closed.is_set, 'the end of the session')
            self.assertFalse(notifications(self.peer), 'ExaBGP closes without a NOTIFICATION')
            until(lambda: any('shutdown' in line for line in self.engine.heard()), 'the event')

    def test_a_signal_of_nothing(self):
        self.start()
        for number in (signal.SIGPIPE, signal.SIGCHLD):
            self.engine.process.send_signal(number)
        self.same_session()


class Told(Case):
    def test_dry_run_tells_and_changes_nothing(self):
        self.start(hold_time=90, more=static('10.0.0.0/24 next-hop 192.0.2.1'))
        until(lambda: self.peer.routes, 'the route')
        updates = self.peer.updates
        self.configure(head=DRIVEN.replace('json', 'text') + 'process new { run cat; }\n', hold_time=60,
                       more=static('10.0.0.0/24 next-hop 192.0.2.1 med 7', '10.0.1.0/24 next-hop 192.0.2.1'))
        self.engine.command('reload --dry-run')
        until(self.engine.answers, 'an answer')
        said = '\n'.join(self.engine.heard())
        self.assertRegex(said, r'(?m)^~ process driven \(starts again: encoder\)$')
        self.assertRegex(said, r'(?m)^\+ process new$')
        self.assertRegex(said, r'(?m)^~ neighbor 127\.0\.0\.1 .* \(session restarts: hold-time\)$')
        for line in ('- hold-time 90', '+ hold-time 60', 'routes: 1 new, 1 changed', '+ ipv4 unicast 10.0.1.0/24 next-hop 192.0.2.1',
                     '~ ipv4 unicast 10.0.0.0/24 next-hop 192.0.2.1 med 7'):
            self.assertRegex(said, f'(?m)^ +{re.escape(line)}$')
        self.engine.command('{"command": "reload --dry-run", "id": 7}')
        until(lambda: any('"id": 7' in line and 'answer' in line for line in self.engine.heard()), 'the answer in JSON')
        data = next(json.loads(line)['data'] for line in self.engine.heard() if line.startswith('{"id": 7, "data"'))
        changes = {change.get('process', 'neighbor'): change for change in data['changes']}
        self.assertEqual(changes['driven']['because'], ['encoder'])
        self.assertEqual(changes['neighbor']['because'], ['hold-time'])
        self.assertEqual((changes['neighbor']['routes']['new'], changes['neighbor']['routes']['changed']), (1, 1))
        self.assertEqual(self.peer.updates, updates)
        self.same_session()

    def test_mistakes_reach_who_asked(self):
        self.start()
        self.engine.configure(DRIVEN + self.neighbor(hold_tim=5, conect=4))
        for command, number in (('reload --dry-run', 1), ('reload', 2)):
            self.engine.command(json.dumps({'command': command, 'id': number}))
            answer = until(lambda: [json.loads(line) for line in self.engine.heard()
                                    if line.startswith('{"answer"') and f'"id": {number}' in line], 'the answer')[0]
            self.assertEqual((answer['answer'], len(answer['errors'])), ('error', 2))
            for error, word in zip(answer['errors'], ('hold-tim', 'conect')):
                self.assertRegex(error, r'engine\.conf:\d+:\d+: ')
                self.assertIn(word, error)
            self.assertEqual(answer['message'], answer['errors'][0])
        self.engine.command('reload')
        until(lambda: self.engine.answers() == ['done'], 'the plain words of a helper')
        self.engine.command('reload --dryrun')
        until(lambda: self.engine.answers() == ['done', 'error'], 'no reload for a slip of the hand')
        self.same_session()

    def test_the_log_tells_the_difference_in_a_few_lines(self):
        self.start(more=static(*(f'10.0.{i}.0/24 next-hop 192.0.2.1' for i in range(100))))
        before = len(self.engine.lines)
        self.configure(more=static(*(f'10.0.{i}.0/24 next-hop 192.0.2.2' for i in range(100))))
        self.engine.configure(DRIVEN + self.neighbor(more=static(*(f'10.0.{i}.0/24 next-hop 192.0.2.2' for i in range(100)))) +
                              ''.join(neighbor(1, peer=f'127.1.0.{i}', passive='true') for i in range(1, 60)))
        self.engine.process.send_signal(signal.SIGUSR1)
        self.engine.expect('loaded new configuration')
        until(lambda: self.loaded() == 2, 'the reload')
        lines = list(self.engine.lines)[before:]
        self.assertTrue(any('+ neighbor 127.1.0.' in line or 'routes: 100 changed' in line for line in lines), lines)
        self.assertTrue(any(re.search(r'and \d+ lines more', line) for line in lines), lines)
        self.assertLess(len([line for line in lines if line.startswith('configuration')]), 25)
        self.reload(more=static(*(f'10.0.{i}.0/24 next-hop 192.0.2.2' for i in range(100))))
        self.reload(more=static(*(f'10.0.{i}.0/24 next-hop 192.0.2.2' for i in range(100))))
        self.assertIn('nothing has changed', self.engine.lines[-2])


class CommandLine(unittest.TestCase):
    def run_(self, engine, *words):
        return subprocess.run([ENGINE, 'run', *words], capture_output=True, text=True, timeout=20, check=False,
                              env={**os.environ, 'exabgp_cli_socket': engine.folder + '/'})

    def test_run(self):
        port = harness.free_port()
        engine = Local(self, neighbor(port))
        self.assertEqual(self.run_(engine, 'reload', '--dry-run').stdout, '')
        done = self.run_(engine, 'reload')
        self.assertEqual((done.returncode, done.stdout), (0, 'reload in progress\n'))
        engine.configure(neighbor(port, hold_time=30))
        self.assertIn('(session restarts: hold-time)', self.run_(engine, 'reload', '--dry-run').stdout)
        self.assertEqual(json.loads(self.run_(engine, 'reload --dry-run json').stdout)['changes'][0]['because'], ['hold-time'])
        engine.configure(neighbor(port, hold_tim=30))
        for words in (('reload', '--dry-run'), ('reload',), ('restart',), ('daemon', 'reload', '--dry-run')):
            done = self.run_(engine, *words)
            self.assertEqual(done.returncode, 1, words)
            self.assertRegex(done.stdout, r'(?m)^error: .*engine\.conf:\d+:\d+: invalid keyword "hold-tim"')


if __name__ == '__main__':
    harness.main()
