#!/usr/bin/env python3
"""The engine beside each of Debian's BGP daemons: routes both ways, withdraws, session loss and return, MD5. What a daemon has
got is read from its own table."""

import json
import unittest

import harness
from daemons import DAEMON_AS, DAEMONS, ENGINE_AS
from engine import DrivenEngine
from harness import until

OURS4, OURS6 = '203.0.113.0/24', '2001:db8:100::/48'  # next hops are none of loopback: FRR resets on those
THEIRS4, THEIRS6 = '198.51.100.0/24', '2001:db8:200::/48'
OCTETS = {'bird': 1, 'frr': 2, 'gobgp': 3, 'openbgpd': 4, 'exabgp': 5}


class Interop:
    kind = None

    def setUp(self):
        daemon = DAEMONS[self.kind]
        if daemon.missing():
            self.skipTest(f'{self.kind} is not installed: no {", ".join(daemon.missing())}')
        self.address = f'127.0.{20 + OCTETS[self.kind]}.1'
        self.daemon = daemon(self, self.address)

    def engine_with(self, md5=None):
        password = f'md5-password "{md5}";' if md5 else ''
        return DrivenEngine(self, f'''neighbor {self.daemon.address} {{
            router-id {self.address}; local-address {self.address}; local-as {ENGINE_AS}; peer-as {DAEMON_AS};
            connect {self.daemon.port}; {password}
            family {{ ipv4 unicast; ipv6 unicast; }}
            api {{ processes [ driven ]; neighbor-changes; receive {{ parsed; update; }} }}
        }}\n''')

    def up(self, key=None):
        self.daemon.start(key)
        self.engine = self.engine_with(key)
        self.until_up()

    def states(self):
        return [line['neighbor']['state'] for line in self.events('state')]

    def events(self, kind):
        return [event for event in map(json.loads, (line for line in self.engine.heard() if line.startswith('{')))
                if event['type'] == kind]

    def until_up(self, times=1):
        until(lambda: self.states().count('up') >= times, f'the session with {self.kind}', 30)

    def heard(self):
        """The routes that our helper has heard of, as it would keep them."""
        routes = set()
        for event in self.events('update'):
            update = event['neighbor']['message'].get('update', {})
            for family in update.get('withdraw', {}).values():
                routes -= {route['nlri'] for route in family}
            for family in update.get('announce', {}).values():
                for hop in family.values():
                    routes |= {route['nlri'] for route in hop}
        return routes

    def test_routes_both_ways(self):
        self.up()
        self.engine.command(f'announce route {OURS4} next-hop 192.0.2.1 med 77 community [ 65001:1 65001:2 ]',
                            f'announce route {OURS6} next-hop 2001:db8::1')
        until(lambda: {OURS4, OURS6} <= set(self.daemon.routes()), f'our routes in the table of {self.kind}', 20)
        facts = self.daemon.routes()[OURS4]
        self.assertEqual(facts['med'], 77)
        self.assertEqual(facts['communities'], {'65001:1', '65001:2'})
        for prefix in (THEIRS4, THEIRS6):
            self.daemon.announce(prefix)
        until(lambda: {THEIRS4, THEIRS6} <= self.heard(), f'the routes of {self.kind} at our helper', 20)
        self.engine.command(f'withdraw route {OURS4}', f'withdraw route {OURS6}')
        until(lambda: not {OURS4, OURS6} & set(self.daemon.routes()), f'our withdraws in the table of {self.kind}', 20)
        for prefix in (THEIRS4, THEIRS6):
            self.daemon.withdraw(prefix)
        until(lambda: not {THEIRS4, THEIRS6} & self.heard(), f'the withdraws of {self.kind} at our helper', 20)

    def test_session_loss_and_return(self):
        self.up()
        self.daemon.announce(THEIRS4)
        self.engine.command(f'announce route {OURS4} next-hop 192.0.2.1')
        until(lambda: OURS4 in self.daemon.routes(), f'our route in the table of {self.kind}', 20)
        self.daemon.kill()
        until(lambda: 'down' in self.states(), 'the loss of the session', 20)
        self.daemon.start()
        self.until_up(2)
        until(lambda: OURS4 in self.daemon.routes(), f'our route in the table of the new {self.kind}', 20)
        until(lambda: THEIRS4 in self.heard(), f'the route of the new {self.kind}', 20)

    def test_md5(self):
        if not self.daemon.md5:
            self.skipTest(f'{self.kind} of Debian has no TCP MD5 that works here')
        self.up(key='a key of ours'.replace(' ', '-'))
        self.engine.command(f'announce route {OURS4} next-hop 192.0.2.1')
        until(lambda: OURS4 in self.daemon.routes(), f'our route in the table of {self.kind}', 20)
        self.engine.stop()
        stranger = self.engine = self.engine_with('another-key')
        stranger.command('version')
        until(lambda: any('exabgp' in line for line in stranger.heard()), 'an answer')
        self.assertNotIn('up', self.states())


def cases():
    for kind in DAEMONS:
        globals()[kind.capitalize()] = type(kind.capitalize(), (Interop, unittest.TestCase), {'kind': kind})


cases()
harness.main()
