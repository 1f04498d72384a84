#!/usr/bin/env python3
"""What goes beyond ExaBGP, end to end: roles."""

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


harness.main()
