#!/usr/bin/env python3
"""Helpers that end, fall silent, complain, come back; and what becomes of their routes."""

import json
import os
import unittest

import harness
import peer as bgp
from engine import DrivenEngine, Engine, neighbor
from harness import until
from local import Client, Local


class Ends(unittest.TestCase):
    MANY = 100000

    def leaves(self, on_exit):
        """A helper that announces many routes and dies the first time; the second announces every other one of them."""
        peer = bgp.Peer(self)
        script = f'''#!/usr/bin/env python3
import os, sys, time
os.chdir(os.path.dirname(os.path.abspath(__file__)))
first = not os.path.exists('began')
open('began', 'w').close()
lines = [f"announce route 10.{{i >> 16}}.{{i >> 8 & 255}}.{{i & 255}}/32 next-hop 192.0.2.1\\n" for i in range({self.MANY})]
sys.stdout.write('silence-ack\\n' + ''.join(lines if first else lines[::2]))
sys.stdout.flush()
while first and not os.path.exists('die'):
    time.sleep(0.02)
time.sleep(0 if first else 600)
'''
        engine = Engine(self, f'process many {{ run FOLDER/many.py; encoder text; on-exit {on_exit}; }}\n' +
                        neighbor(peer.port, hold_time=90, more='api { processes [ many ]; }'), {'many.py': script})
        peer.accept()
        peer.establish(65002)
        until(lambda: len(peer.routes) == self.MANY, 'all routes', 60)
        open(engine.path('die'), 'w').close()
        return peer

    def test_routes_are_kept(self):
        peer = self.leaves('keep')
        updates = peer.updates
        until(lambda: not peer.closed.wait(1), 'a moment')
        self.assertEqual((len(peer.routes), peer.updates), (self.MANY, updates))

    def test_routes_are_withdrawn(self):
        peer = self.leaves('withdraw')
        until(lambda: len(peer.routes) == self.MANY // 2, 'half of them, from the next life', 60)
        self.assertFalse(peer.closed.is_set())

    def test_what_nobody_wants_any_more_is_withdrawn_later(self):
        peer = self.leaves('withdraw-after 5')
        until(lambda: len(peer.routes) == self.MANY // 2, 'half of them', 60)
        self.assertIn('10.0.0.2/32', peer.routes)
        self.assertNotIn('10.0.0.1/32', peer.routes)
        self.assertFalse(peer.closed.is_set())


class Voices(unittest.TestCase):
    def run_script(self, script, more='', settings=None):
        peer = bgp.Peer(self)
        engine = Engine(self, f'process odd {{ run FOLDER/odd.sh; encoder text; {more} }}\n' +
                        neighbor(peer.port, more='api { processes [ odd ]; neighbor-changes; }'), {'odd.sh': script},
                        settings)
        return engine, peer

    def test_standard_error_is_in_the_log(self):
        engine, _ = self.run_script('#!/bin/sh\necho "no route to the database" >&2\nexec sleep 60\n')
        engine.expect('helper odd: no route to the database')

    @unittest.skipUnless(os.geteuid() == 0, 'only root can run a helper as somebody else')
    def test_it_runs_as_its_section_says(self):
        tells = 'echo $(id -un) $(id -gn) $(pwd) $A $B $(ulimit -n) >&2; exec sleep 60'
        engine = Engine(self, f"process odd {{ run /bin/sh -c '{tells}'; user nobody; group daemon; cwd /usr/bin; "
                        'env [ A=1 "B=x y" ]; open-files 77; }\n', settings={'exabgp_daemon_user': 'root'})
        engine.expect('helper odd: nobody daemon /usr/bin 1 x y 77')

    @unittest.skipUnless(os.geteuid() == 0, 'only root can give up its rights')
    def test_who_gave_up_roots_rights_can_run_nobody_else(self):
        engine = Engine(self, 'process odd { run /bin/sleep 60; user daemon; }\n',
                        settings={'exabgp_daemon_user': 'nobody'})
        engine.expect('cannot change its user, as the engine is not root, or gave that up .daemon.user.')

    def test_one_that_closes_its_output_is_started_again(self):
        script = '#!/bin/sh\ncd "$(dirname "$0")"\necho x >> starts\n[ "$(wc -l < starts)" -gt 1 ] && exec sleep 60\nexec 1>&-\nsleep 60\n'
        engine, _ = self.run_script(script)
        engine.expect('helper odd closed its standard output: it is taken for dead')
        until(lambda: len(open(engine.path('starts')).readlines()) == 2, 'another start')

    def test_with_api_6_it_lives_on(self):
        engine, _ = self.run_script('#!/bin/sh\nexec 1>&-\nsleep 60\n', settings={'exabgp_api_version': '6'})
        engine.expect('helper odd closed its standard output: it says nothing any more')

    def test_one_that_closes_its_input_holds_nobody_up(self):
        script = '#!/bin/sh\nexec 0<&-\necho announce route 10.9.0.0/24 next-hop self\nexec sleep 60\n'
        engine, peer = self.run_script(script)
        peer.accept()
        peer.establish(65002)
        until(lambda: '10.9.0.0/24' in peer.routes, 'the route of one that hears nothing')
        engine.expect('helper odd closed its standard input')

    def test_one_that_keeps_dying_harms_nobody(self):
        engine, peer = self.run_script('#!/bin/sh\nexit 3\n')
        peer.accept()
        peer.establish(65002)
        engine.expect('helper odd died 5 times in a short time, it is started again in 1 s')
        engine.expect('it is started again in 2 s')
        self.assertFalse(peer.closed.is_set())


class Asked(unittest.TestCase):
    def test_json_commands(self):
        peer = bgp.Peer(self)
        engine = DrivenEngine(self, neighbor(peer.port, more='api { processes [ driven ]; }'))
        peer.accept()
        peer.establish(65002)
        engine.command('{"command": "announce route 10.1.0.0/24 next-hop self", "id": "a"}')
        until(lambda: '{"answer": "done", "id": "a", "neighbors": 1, "of": 1}' in engine.heard(), 'the answer')
        until(lambda: '10.1.0.0/24' in peer.routes, 'the route')
        engine.command('{"ensure": "set", "routes": ["10.2.0.0/24 next-hop self"], "id": 2}',
                       '{"command": "reload", "id": 3}')
        until(lambda: '{"answer": "done", "id": 3}' in engine.heard(), 'the end of the reload')
        engine.configure('neighbor {')
        engine.command('{"command": "reload", "id": 4}')
        until(lambda: '"answer": "error", "id": 4, ' in engine.heard()[-1], 'what became of the reload')
        until(lambda: '10.2.0.0/24' in peer.routes, 'the set')

    def test_processes_are_shown(self):
        peer = bgp.Peer(self)
        engine = DrivenEngine(self, neighbor(peer.port, more='api { processes [ driven ]; }'))
        engine.command('{"command": "show processes", "id": 1}')
        until(lambda: engine.heard(), 'the answer')
        shown = json.loads(engine.heard()[0])['data'][0]
        self.assertEqual((shown['name'], shown['state'], shown['starts'], shown['on-exit'], shown['outbox']['policy']),
                         ('driven', 'running', 1, 'keep', 'pause'))
        os.kill(shown['pid'], 0)
        engine.command('show processes')
        until(lambda: engine.heard()[-1] == 'done', 'the end')
        self.assertRegex(engine.heard()[-2], r'^driven: running, pid \d+, started 1 times, json, on-exit keep, outbox')

    def test_a_client_that_has_said_all_gets_all_its_answers(self):
        engine = Local(self)
        client = Client(self, engine.socket)
        client.send('announce route 10.0.0.0/24 next-hop 192.0.2.1\n{"command": "reload", "id": 1}\nversion')
        client.finish()
        heard = client.rest()
        self.assertIn('{"answer": "done", "id": 1}', heard)
        self.assertEqual(heard[-1], 'done')


class Examples(unittest.TestCase):
    """Those of examples/, as they are."""

    def start(self, name, argument='', section='', apis=''):
        peer = bgp.Peer(self)
        with open(os.path.join(os.path.dirname(__file__), '..', '..', 'examples', name), encoding='utf-8') as script:
            text = script.read()
        engine = Engine(self, f'process example {{ run FOLDER/{name} {argument}; encoder json; {section} }}\n' +
                        neighbor(peer.port, more=f'api {{ processes [ example ]; {apis} }}'), {name: text})
        peer.accept()
        peer.establish(65002)
        return engine, peer

    def test_lease(self):
        engine, peer = self.start('lease.py', 'FOLDER/fifo')
        until(lambda: os.path.exists(engine.path('fifo')), 'the FIFO')
        with open(engine.path('fifo'), 'w', encoding='ascii') as fifo:
            fifo.write('198.51.100.7\nnonsense\n198.51.100.8\n')
        until(lambda: {'198.51.100.7/32', '198.51.100.8/32'} <= set(peer.routes), 'both addresses')
        engine.expect("helper example: 'nonsense' does not appear to be an IPv4 or IPv6 address")

    def test_ensure(self):
        engine, peer = self.start('ensure.py', 'FOLDER/routes')
        with open(engine.path('routes.new'), 'w', encoding='ascii') as routes:
            routes.write('# ours\n10.1.0.0/24 next-hop self\n10.2.0.0/24 next-hop self\n')
        os.rename(engine.path('routes.new'), engine.path('routes'))
        until(lambda: {'10.1.0.0/24', '10.2.0.0/24'} == set(peer.routes), 'what the file lists')
        with open(engine.path('routes.new'), 'w', encoding='ascii') as routes:
            routes.write('10.2.0.0/24 next-hop self\n')
        os.rename(engine.path('routes.new'), engine.path('routes'))
        until(lambda: {'10.2.0.0/24'} == set(peer.routes), 'what the file lists now')
        with open(engine.path('routes'), 'w', encoding='ascii') as routes:
            routes.write('10.2.0.1/24 next-hop self\n')
        engine.expect('helper example: .*host bits are set')

    def test_ask(self):
        engine, _ = self.start('ask.py')
        engine.expect('announce route 203.0.113.0/24 next-hop self: done 1 of 1 neighbors')
        engine.expect('announce route 203.0.113.1/24 next-hop self: error 1 of 1 neighbors .*host bits')
        engine.expect('203.0.113.0/24 next-hop self: error 0 of 1 neighbors no neighbor matches')
        engine.expect('show neighbor summary: done')

    def test_snapshot(self):
        """A helper that is killed knows everything again, and then what happens."""
        engine, peer = self.start('snapshot.py', 'FOLDER/table', 'snapshot;',
                                  'neighbor-changes; receive { parsed; update; }')

        def knows():
            try:
                with open(engine.path('table'), encoding='ascii') as table:
                    return json.load(table)
            except FileNotFoundError:
                return None
        peer.send(bgp.announce(['10.7.0.0/16', '10.8.0.0/16']))
        until(lambda: knows() == {'127.0.0.1': ['10.7.0.0/16', '10.8.0.0/16']}, 'what was announced')
        os.remove(engine.path('table'))
        with open(f'/proc/{engine.process.pid}/task/{engine.process.pid}/children', encoding='ascii') as children:
            for child in children.read().split():
                os.kill(int(child), 9)
        until(lambda: knows() == {'127.0.0.1': ['10.7.0.0/16', '10.8.0.0/16']}, 'the same, in another life')
        peer.send(bgp.withdraw(['10.7.0.0/16']))
        until(lambda: knows() == {'127.0.0.1': ['10.8.0.0/16']}, 'what happened since')


harness.main()
