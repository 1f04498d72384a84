#!/usr/bin/env python3
"""What goes beyond ExaBGP, end to end: roles, graceful restart, limits of paths, families by number."""

import json
import unittest

import harness
import peer as bgp
from engine import DrivenEngine, neighbor
from harness import until

API = 'api { processes [ driven ]; neighbor-changes; receive { parsed; update; notification; } }'


def only_to_customer(asn):
    return b'\xc0\x23\x04' + asn.to_bytes(4, 'big')


class Roles(unittest.TestCase):
    def start(self, role):
        self.peer = bgp.Peer(self)
        self.engine = DrivenEngine(self, neighbor(self.peer.port, more=API + f'capability {{ role {role}; }}'))
        self.peer.accept()

    def test_a_provider_marks_routes_and_takes_no_leak(self):
        self.start('provider; role-strict')
        said = self.peer.establish(65002, capabilities=[bgp.capability(9, b'\3')])
        self.assertIn(bytes([9, 1, 0]), said)
        self.engine.command('announce route 10.1.0.0/16 next-hop 192.0.2.7')
        until(lambda: '10.1.0.0/16' in self.peer.routes, 'the route')
        self.assertEqual(self.peer.routes['10.1.0.0/16'][35], (0xc0, (65001).to_bytes(4, 'big')))
        self.peer.send(bgp.announce(['203.0.113.0/24']) + bgp.announce(['203.0.113.0/24'], extra=only_to_customer(65002)))

        def updates():
            return [json.loads(line)['neighbor']['message']['update'] for line in self.engine.heard() if '"update"' in line]
        until(lambda: len(updates()) == 2, 'two events')
        self.assertIn('announce', updates()[0])
        self.assertNotIn('announce', updates()[1])
        self.assertEqual(updates()[1]['withdraw'], {'ipv4 unicast': [{'nlri': '203.0.113.0/24'}]})
        self.assertEqual(updates()[1]['attribute']['attribute-0x23-0xE0'], '0x0000fdea')
        self.engine.expect('ATT-35l')

    def test_a_customer_tells_no_marked_route(self):
        self.start('customer')
        self.peer.establish(65002)
        self.engine.command('announce route 10.1.0.0/16 next-hop 192.0.2.7 only-to-customer 65009',
                            'announce route 10.2.0.0/16 next-hop 192.0.2.7')
        until(lambda: '10.2.0.0/16' in self.peer.routes, 'the other route')
        self.assertEqual(set(self.peer.routes), {'10.2.0.0/16'})
        self.engine.expect('1 routes are only for customers')

    def test_a_wrong_role_is_the_end(self):
        self.start('customer')
        self.peer.read()
        self.peer.send(bgp.open_message(65002, '192.0.2.1', capabilities=[bgp.capability(9, b'\4')]))
        self.assertEqual(self.peer.read(), (bgp.NOTIFICATION, bytes([2, 11])))


class Refused(unittest.TestCase):
    def refuse(self, subcode, capabilities):
        peer = bgp.Peer(self)
        engine = DrivenEngine(self, neighbor(peer.port, more=API + f'family {{ ipv4 unicast; }} capability {{ {capabilities} }}'))
        peer.accept()
        self.assertEqual(peer.read()[0], bgp.OPEN)
        peer.send(bgp.message(bgp.NOTIFICATION, bytes([2, subcode])))
        return engine

    def test_the_log_names_what_frr_may_have_refused(self):
        self.refuse(0, 'nexthop enable;').expect(r'our capability 5 \(nexthop\) is empty')
        engine = self.refuse(4, 'route-refresh;')
        engine.expect(r'notification received \(2,4\)')
        self.assertNotIn('capability 5', '\n'.join(engine.lines))


class Confederation(unittest.TestCase):
    def test_what_does_not_leave_a_confederation(self):
        self.peer = bgp.Peer(self)
        text = neighbor(self.peer.port, confederation='[ 65002 65003 ]', more=API)
        self.engine = DrivenEngine(self, text)
        self.peer.accept()
        self.peer.establish(65002)
        self.engine.command('announce route 10.1.0.0/16 next-hop 192.0.2.7')
        until(lambda: '10.1.0.0/16' in self.peer.routes, 'the route')
        attributes = self.peer.routes['10.1.0.0/16']
        self.assertEqual(attributes[2][1], bytes([3, 1]) + (65001).to_bytes(4, 'big'))
        self.assertEqual(attributes[5][1], (100).to_bytes(4, 'big'))
        inside = bytes([0x40, 1, 1, 0, 0x40, 2, 6, 3, 1]) + (65002).to_bytes(4, 'big') + bytes([0x40, 3, 4, 192, 0, 2, 1, 0x40, 5, 4, 0, 0, 0, 9])
        self.peer.send(bgp.message(bgp.UPDATE, bytes([0, 0, 0, len(inside)]) + inside + bgp.nlri_octets(['203.0.113.0/24'])))
        self.peer.send(bgp.announce(['198.51.100.0/24']))

        def updates():
            return [json.loads(line)['neighbor']['message']['update'] for line in self.engine.heard() if '"update"' in line]
        until(lambda: len(updates()) == 2, 'two events')
        self.assertEqual(updates()[0]['attribute']['local-preference'], 9)
        self.assertEqual(updates()[0]['attribute']['as-path']['0']['value'], [65002])
        self.assertEqual(updates()[1]['withdraw'], {'ipv4 unicast': [{'nlri': '198.51.100.0/24'}]})
        self.engine.expect('ATT-02d')


class PathsLimit(unittest.TestCase):
    def paths(self):
        """Path identifiers that the peer has, in the order in which they came."""
        return [path for path, _ in self.peer.routes]

    def test_no_more_paths_than_the_peer_takes(self):
        self.peer = bgp.Peer(self)
        self.engine = DrivenEngine(self, neighbor(self.peer.port, more=API + 'capability { add-path send; }'))
        self.peer.accept()
        self.peer.establish(65002, add_path=[bgp.IPV4], capabilities=[bgp.capability(76, bytes([0, 1, 1, 0, 2]))])
        self.engine.command(*(f'announce route 10.1.0.0/16 next-hop 192.0.2.7 path-information {path}' for path in (7, 8, 9, 10)))
        until(lambda: self.paths() == [7, 8], 'the first two')
        self.engine.expect('takes no more paths of a prefix')
        self.engine.command('show adj-rib out')
        until(lambda: sum(line.endswith(' held') for line in self.engine.heard()) == 2, 'two that are held')
        self.engine.command('show neighbor json')
        until(lambda: any('"paths-held": 2' in line for line in self.engine.heard()), 'their count')
        self.engine.command('withdraw route 10.1.0.0/16 next-hop 192.0.2.7 path-information 7')
        until(lambda: self.paths() == [8, 9], 'the next one')
        self.engine.command('withdraw route 10.1.0.0/16 next-hop 192.0.2.7 path-information 8',
                            'withdraw route 10.1.0.0/16 next-hop 192.0.2.7 path-information 9')
        until(lambda: self.paths() == [10], 'the last one')


class Numbered(unittest.TestCase):
    def test_a_family_that_nobody_knows(self):
        peer = bgp.Peer(self)
        engine = DrivenEngine(self, neighbor(peer.port, more=API + '''
            family { ipv4 unicast; afi-safi 16396 99; }
            announce { afi-safi 16396 99 nlri 0x0102 next-hop 192.0.2.9; }'''))
        peer.accept()
        said = peer.establish(65002, families=[bgp.IPV4, (16396, 99)])
        self.assertIn(bytes.fromhex('0104400c0063'), said)
        until(lambda: (16396, 99) in peer.ends, 'End-of-RIB')

        def reaches():
            return [bgp.update_parts(body)[1] for kind, body in peer.log if kind == bgp.UPDATE and len(body) > 11]
        self.assertEqual(reaches()[0][14][1], bytes.fromhex('400c6304c0000209000102'))
        engine.command('announce afi-safi 16396 99 nlri 0xaabb next-hop 2001:db8::1', 'withdraw afi-safi 16396 99 nlri 0x0102',
                       'announce afi-safi 16396 98 nlri 0x0102 next-hop 1.2.3.4', 'announce afi-safi 16396 99 10.0.0.0/8')
        until(lambda: len(reaches()) == 3, 'both changes')
        until(lambda: len(engine.answers()) == 4, 'the answers')
        self.assertEqual(engine.answers(), ['done', 'done', 'error', 'error'])
        self.assertEqual({r[14][1][-2:] for r in reaches() if 14 in r}, {b'\1\2', b'\xaa\xbb'})
        self.assertEqual([r[15][1] for r in reaches() if 15 in r], [bytes.fromhex('400c630102')])
        attributes = bytes.fromhex('40010100 400206 0201 0000fdea 800e0b 400c63 04 c0000201 00 07ff'.replace(' ', ''))
        peer.send(bgp.message(bgp.UPDATE, bytes(2) + len(attributes).to_bytes(2, 'big') + attributes))

        def updates():
            return [json.loads(line)['neighbor']['message']['update'] for line in engine.heard() if '"update"' in line]
        until(updates, 'the event')
        self.assertEqual(updates()[0]['announce'], {'afi-safi 16396 99': {'192.0.2.1': [{'nlri': '0x07ff'}]}})


class GracefulRestart(unittest.TestCase):
    def test_routes_stay_until_the_end_of_rib(self):
        peer = bgp.Peer(self)
        engine = DrivenEngine(self, neighbor(peer.port, more=API + 'capability { graceful-restart 60; }'))
        restart = bgp.capability(64, bytes.fromhex('803c00010180'))

        def events():
            return [json.loads(line)['neighbor'] for line in engine.heard() if line.startswith('{')]

        def establish():
            peer.accept()
            return peer.establish(65002, capabilities=[restart])

        def ask(what):
            before = len(engine.answers())
            engine.command('show adj-rib in')
            until(lambda: len(engine.answers()) > before, 'the answer')
            return sorted(line for line in engine.heard() if line.startswith('127.0.0.1 ') and what in line)
        self.assertIn(bytes.fromhex('803c00010180'), establish())
        peer.send(bgp.announce(['203.0.113.0/24', '198.51.100.0/24']))
        until(lambda: [e for e in events() if 'message' in e], 'the event')
        peer.drop()
        until(lambda: [e for e in events() if e.get('state') == 'down'], 'the loss')
        self.assertEqual(len(ask('stale')), 2)
        establish()
        peer.send(bgp.announce(['203.0.113.0/24']) + bgp.message(bgp.UPDATE, bytes(4)))
        until(lambda: [e for e in events() if 'eor' in e.get('message', {})], 'the End-of-RIB')
        told = [e['message'] for e in events() if 'message' in e]
        self.assertEqual(told[2], {'update': {'withdraw': {'ipv4 unicast': [{'nlri': '198.51.100.0/24'}]}}})
        self.assertEqual(list(told[3]), ['eor'])
        self.assertEqual(len(ask('203.0.113.0/24')), 2)  # once before, once now


harness.main()
