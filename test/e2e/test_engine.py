#!/usr/bin/env python3
"""The main job, end to end: configuration and helper in, BGP out to a peer that shares no code with us, and JSON back."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import unittest

import harness
import peer as bgp
from engine import DrivenEngine, Engine, neighbor
from harness import ENGINE, until

API = 'api { processes [ driven ]; neighbor-changes; receive { parsed; update; notification; } }'

BAD = """neighbor 127.0.0.1 {
	router-id 1.2.3;
	local-address 127.0.0.1;
	local-as 65001;
	peer-as 4294967296;
	hold-time 2;
	family {
		ipv4 unicst;
	}
	static {
		route 10.0.0.0/33 next-hop 1.2.3.4;
	}
}
"""


class Unreachable(unittest.TestCase):
    def test_the_log_says_once_why_there_is_no_connection(self):
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))  # and nobody listens there
            engine = Engine(self, neighbor(taken.getsockname()[1]),
                            settings={'exabgp_log_format': 'json', 'exabgp_log_level': 'DEBUG'})

            def tries():
                return [one for one in map(json.loads, engine.lines) if ': no connection: ' in one['message']]

            until(lambda: len(tries()) >= 3, 'three tries', 30)
            self.assertEqual([one['level'] for one in tries()[:3]], ['info', 'debug', 'debug'])
            self.assertEqual(tries()[0]['message'], 'neighbor 127.0.0.1: no connection: connection refused')


class Lost(unittest.TestCase):
    """Runs again in a network of its own, the loopback of which goes down under a session."""

    def test_the_log_says_what_the_kernel_sent_again(self):
        if 'LOST_ALONE' not in os.environ:
            able = subprocess.run(['unshare', '-n', 'ip', 'link', 'set', 'lo', 'up'], capture_output=True, check=False)
            if able.returncode:
                self.skipTest('no network namespace can be made here')
            again = f'ip link set lo up && exec "{sys.executable}" "{__file__}" Lost'
            done = subprocess.run(['unshare', '-n', 'sh', '-c', again], env={**os.environ, 'LOST_ALONE': '1'},
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return
        peer = bgp.Peer(self)
        engine = Engine(self, neighbor(peer.port, hold_time=3))
        peer.accept()
        peer.establish(65002)
        peer.keepalives(1)
        until(lambda: any('127.0.0.1 up' in line for line in engine.lines), 'the session')
        subprocess.run(['ip', 'link', 'set', 'lo', 'down'], check=True)
        until(lambda: any(' segments are not acknowledged' in line for line in engine.lines), 'what the kernel knows', 20)
        self.assertTrue(any('127.0.0.1 down: ' in line for line in engine.lines))


class Configured(unittest.TestCase):
    def test_static_routes_and_end_of_rib(self):
        peer = bgp.Peer(self)
        Engine(self, neighbor(peer.port, more='''
            family { ipv4 unicast; ipv6 unicast; }
            static {
                route 10.0.0.0/24 next-hop 192.0.2.1 med 5;
                route 10.0.1.0/24 next-hop self;
                route 2001:db8::/32 next-hop 2001:db8::1;
            }'''))
        peer.accept()
        peer.establish(65002, families=[bgp.IPV4, bgp.IPV6])
        until(lambda: set(peer.ends) == {bgp.IPV4, bgp.IPV6}, 'End-of-RIB of both families')
        self.assertEqual(set(peer.routes), {'10.0.0.0/24', '10.0.1.0/24', '2001:db8::/32'})
        self.assertEqual(peer.routes['10.0.0.0/24'][4][1], b'\0\0\0\5')
        self.assertEqual(peer.routes['10.0.1.0/24'][3][1], bytes([127, 0, 0, 1]))

    def test_five_mistakes_five_places(self):
        path = os.path.join(harness.folder(self), 'bad.conf')
        with open(path, 'w', encoding='ascii') as config:
            config.write(BAD)
        for words in (['validate'], ['configuration', 'validate'], ['server']):
            done = subprocess.run([ENGINE, *words, path], capture_output=True, text=True, timeout=10, check=False)
            self.assertEqual(done.returncode, 1, done)
            for line in (2, 5, 6, 8, 11):
                self.assertRegex(done.stderr, rf'bad\.conf:{line}:\d+: ', words)
            self.assertIn('did you mean "unicast"', done.stderr)

    def test_each_neighbor_of_a_shared_listener_has_its_own_ttl(self):
        port = harness.free_port()
        far = neighbor(None, peer='127.0.0.3', listen=port, passive='true')
        near = neighbor(None, peer='127.0.0.2', listen=port, passive='true', incoming_ttl=255)
        for index, text in enumerate((near + far, far + near)):
            engine = Engine(self, text.replace(str(port), str(port + index)))
            engine.expect('loaded new configuration')
            peers = {}
            for source in ('127.0.0.2', '127.0.0.3'):
                peer = peers[source] = bgp.Peer(self)
                peer.connect('127.0.0.1', port + index, source)
                peer.socket.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 64)
                self.assertEqual(peer.read()[0], bgp.OPEN)
                peer.send(bgp.open_message(65002, '192.0.2.1'))
            self.assertEqual(peers['127.0.0.3'].read()[0], bgp.KEEPALIVE)
            near_socket = peers['127.0.0.2'].socket
            retransmits = 2  # the octet of struct tcp_info that counts them
            until(lambda: near_socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[retransmits], 'an OPEN in vain')
            near_socket.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 255)
            self.assertEqual(peers['127.0.0.2'].read()[0], bgp.KEEPALIVE)


class Reloaded(unittest.TestCase):
    def reload(self, engine, text):
        engine.configure(text)
        engine.process.send_signal(signal.SIGUSR1)

    def test_a_family_and_its_routes_come_together(self):
        peer = bgp.Peer(self)
        engine = Engine(self, neighbor(peer.port, more='family { ipv4 unicast; }'))
        peer.accept()
        peer.establish(65002)
        until(lambda: peer.ends, 'End-of-RIB')
        self.reload(engine, neighbor(peer.port, more='''family { ipv4 unicast; ipv6 unicast; }
            static { route 2001:db8::/32 next-hop 2001:db8::1; }'''))
        peer.accept()
        peer.establish(65002, families=[bgp.IPV4, bgp.IPV6])
        until(lambda: '2001:db8::/32' in peer.routes, 'the route of the new family')

    def test_what_a_range_made_is_reloaded_with_it_and_goes_with_its_connection(self):
        port = harness.free_port()
        routes = 'family { ipv4 unicast; } static { route 10.0.%d.0/24 next-hop 192.0.2.1; }'
        options = {'peer': '127.0.0.0/8', 'listen': port, 'passive': 'true'}
        driven = 'process driven {\n\trun FOLDER/driven.py;\n\tencoder json;\n}\n'
        engine = DrivenEngine(self, neighbor(None, more=API + routes % 1, **options))
        engine.expect('loaded new configuration')
        stranger = bgp.Peer(self)
        stranger.connect('127.0.0.1', port, '127.0.0.3')
        stranger.send(b'GET / HTTP/1.1\r\n\r\n')
        stranger.drop()
        peer = bgp.Peer(self)
        peer.connect('127.0.0.1', port, '127.0.0.2')
        peer.establish(65002)
        until(lambda: '10.0.1.0/24' in peer.routes, 'the first route')
        self.reload(engine, driven + neighbor(None, more=API + routes % 2, **options))
        until(lambda: set(peer.routes) == {'10.0.2.0/24'}, 'the new list in place of the old')
        peer.send(bgp.announce(['10.9.0.0/24']))
        until(lambda: any('10.9.0.0/24' in line for line in engine.heard()), 'the route at the helper')
        engine.command('show neighbor summary')
        until(lambda: any('127.0.0.2' in line for line in engine.heard()), 'the summary')
        self.assertFalse([line for line in engine.heard() if line.startswith('127.0.0.3')])

    def test_who_comes_while_another_goes_is_not_taken_for_it(self):
        port = harness.free_port()
        engine = DrivenEngine(self, neighbor(None, more=API + 'family { ipv4 unicast; }', peer='127.0.0.0/8', listen=port,
                                             passive='true'))
        engine.expect('loaded new configuration')
        for i in range(40):
            stranger, peer = bgp.Peer(self), bgp.Peer(self)
            stranger.connect('127.0.0.1', port, f'127.0.{i}.3')
            stranger.send(b'GET / HTTP/1.1\r\n\r\n')
            stranger.drop()
            peer.connect('127.0.0.1', port, f'127.0.{i}.2')
            peer.establish(65002)
            peer.drop()


class Driven(unittest.TestCase):
    def start(self, more='', **options):
        self.peer = bgp.Peer(self)
        self.engine = DrivenEngine(self, neighbor(self.peer.port, more=API + more, **options))
        self.peer.accept()
        self.peer.establish(65002)
        until(lambda: self.peer.ends, 'End-of-RIB')

    def test_announce_withdraw_and_answers(self):
        self.start()
        self.engine.command('announce route 10.1.0.0/16 next-hop 192.0.2.7 community [ 65001:1 no-export ]')
        until(lambda: '10.1.0.0/16' in self.peer.routes, 'the route at the peer')
        self.assertEqual(self.peer.routes['10.1.0.0/16'][8][1].hex(), 'fde90001ffffff01')
        self.engine.command('withdraw route 10.1.0.0/16')
        until(lambda: '10.1.0.0/16' not in self.peer.routes, 'the withdraw')
        self.engine.command('announce route 10.1.0.0/16', 'nonsense', '# a comment',
                            'neighbor 9.9.9.9 announce route 10.2.0.0/16 next-hop self')
        until(lambda: len(self.engine.answers()) == 6, 'six answers')
        self.assertEqual(self.engine.answers(), ['done', 'done', 'error', 'error', 'done', 'error'])

    def test_updates_of_the_peer_as_json(self):
        self.start()
        self.peer.send(bgp.announce(['203.0.113.0/24', '198.51.100.0/25'], as_path=(65002, 4200000000)))
        self.peer.send(bgp.withdraw(['203.0.113.0/24']))

        def events():
            return [json.loads(line) for line in self.engine.heard() if '"update"' in line]
        until(lambda: len(events()) == 2, 'two events')
        update = events()[0]['neighbor']['message']['update']
        self.assertEqual(update['announce'],
                         {'ipv4 unicast': {'192.0.2.1': [{'nlri': '203.0.113.0/24'}, {'nlri': '198.51.100.0/25'}]}})
        self.assertEqual(update['attribute']['as-path'], {'0': {'element': 'as-sequence', 'value': [65002, 4200000000]}})
        self.assertEqual(events()[1]['neighbor']['message']['update'],
                         {'withdraw': {'ipv4 unicast': [{'nlri': '203.0.113.0/24'}]}})

    def test_many_lines_at_once(self):
        self.start()
        self.engine.command(*[f'announce route 10.{i >> 8}.{i & 255}.0/24 next-hop 192.0.2.7 med {i % 10}' for i in range(10000)])
        until(lambda: len(self.peer.routes) == 10000, '10,000 routes', 20)
        until(lambda: len(self.engine.answers()) == 10000, '10,000 answers')
        self.assertEqual(set(self.engine.answers()), {'done'})

    def test_session_loss_and_return(self):
        self.start()
        self.engine.command('announce route 10.1.0.0/16 next-hop 192.0.2.7')
        until(lambda: '10.1.0.0/16' in self.peer.routes, 'the route')
        self.peer.drop()
        until(lambda: any('"down"' in line for line in self.engine.heard()), 'the event')
        self.peer.routes.clear()
        self.peer.accept()
        self.peer.establish(65002)
        until(lambda: '10.1.0.0/16' in self.peer.routes, 'the route again')

    def test_cut_in_the_middle_of_an_update(self):
        self.start()
        self.peer.send(bgp.announce(['203.0.113.0/24'])[:30])
        self.peer.drop()
        until(lambda: any('"down"' in line for line in self.engine.heard()), 'the event')
        self.peer.accept()
        self.peer.establish(65002)
        self.engine.expect('neighbor 127.0.0.1 down: ')

    def test_shutdown_command(self):
        self.start()
        self.engine.command('shutdown')
        self.assertEqual(self.engine.wait(), 0)
        self.assertIn('done', self.engine.answers())

    def test_reload_good_and_bad(self):
        first, second = 'route 10.5.0.0/24 next-hop self;', 'route 10.5.1.0/24 next-hop self;'
        self.start(more=f' static {{ {first} {second} }}')
        until(lambda: len(self.peer.routes) == 2, 'the routes')
        with open(self.engine.config, encoding='utf-8') as config:
            good = config.read()
        self.engine.configure(good.replace(second, 'rout 10.5.1.0/24;'))
        self.engine.process.send_signal(signal.SIGUSR1)
        self.engine.expect(r'engine\.conf:\d+:\d+: ')
        self.engine.expect('the running configuration stays in force')
        updates = self.peer.updates
        self.engine.configure(good.replace(first, 'route 10.5.0.0/24 next-hop self med 9;')
                              .replace(second, 'route 10.5.2.0/24 next-hop self;'))
        self.engine.command('reload')
        until(lambda: set(self.peer.routes) == {'10.5.0.0/24', '10.5.2.0/24'}, 'the difference')
        until(lambda: self.peer.routes['10.5.0.0/24'].get(4, (0, b''))[1] == b'\0\0\0\x09', 'the changed route')
        self.assertLessEqual(self.peer.updates - updates, 3)
        self.assertFalse(self.peer.closed.is_set())


class Helpers(unittest.TestCase):
    def test_a_helper_that_dies_comes_back(self):
        peer = bgp.Peer(self)
        script = ('#!/bin/sh\ncd "$(dirname "$0")"\necho x >> starts\n[ "$(wc -l < starts)" -lt 3 ] && exit 1\n'
                  'echo announce route 10.9.0.0/24 next-hop self\nexec sleep 60\n')
        engine = Engine(self, 'process dying { run FOLDER/dying.sh; encoder text; }\n' +
                        neighbor(peer.port, more='api { processes [ dying ]; }'), {'dying.sh': script})
        peer.accept()
        peer.establish(65002)
        until(lambda: '10.9.0.0/24' in peer.routes, 'the route of the third start')
        engine.expect('helper dying ended with status 1')

    def test_a_helper_that_never_reads_loses_nothing(self):
        peer = bgp.Peer(self)
        script = '''#!/usr/bin/env python3
import sys, time
for r in range(10):
    sys.stdout.write("".join(f"announce route 10.{i >> 8}.{i & 255}.0/24 next-hop 192.0.2.{r + 1}\\n" for i in range(20000)))
    sys.stdout.flush()
sys.stdout.write("announce route 11.0.0.0/8 next-hop self\\n")
sys.stdout.flush()
time.sleep(600)
'''
        Engine(self, 'process deaf { run FOLDER/deaf.py; encoder text; }\n' +
               neighbor(peer.port, more='api { processes [ deaf ]; }'), {'deaf.py': script})
        peer.accept()
        peer.establish(65002)
        until(lambda: '11.0.0.0/8' in peer.routes and len(peer.routes) == 20001, 'all that was accepted', 40)
        self.assertEqual(peer.routes['10.0.0.0/24'][3][1][3], 10)


class Idle(unittest.TestCase):
    def test_an_idle_engine_sleeps(self):
        peer = bgp.Peer(self)
        engine = Engine(self, neighbor(peer.port, hold_time=180))
        peer.accept()
        peer.establish(65002)
        until(lambda: peer.ends, 'End-of-RIB')

        def ticks():
            with open(f'/proc/{engine.process.pid}/stat', encoding='ascii') as stat:
                return sum(map(int, stat.read().split()[13:15]))
        before = ticks()
        time.sleep(2)
        self.assertLessEqual(ticks() - before, 1)


harness.main()
