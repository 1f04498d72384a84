#!/usr/bin/env python3
"""What goes beyond ExaBGP, end to end: roles, graceful restart."""

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
