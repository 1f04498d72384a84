#!/usr/bin/env python3
"""The engine beside OpenBGPD: unicast and VPN of IPv4 and IPv6, several paths, roles. Its own VPN routes would need interfaces that
Linux does not have (mpe), so what it says of VPNs is what it heard from our other session."""

import json
import unittest

import harness
from daemons import DAEMON_AS, ENGINE_AS, Openbgpd
from families import OTHER_AS, Families, Row
from harness import until

PATH = {'0': {'element': 'as-sequence', 'value': [DAEMON_AS, ENGINE_AS]}}
TARGET = {'string': 'target:65001:100', 'value': 842127122628708}
FAMILIES = ('ipv4 unicast', 'ipv6 unicast', 'ipv4 mpls-vpn', 'ipv6 mpls-vpn')


def shown(prefix, hop, **more):
    return tuple([f'"prefix": "{prefix}"', f'"exit_nexthop": "{hop}"'] + [json.dumps({name: value})[1:-1] for name, value in more.items()])


OURS = [
    Row('ipv4 unicast', '203.0.113.0/24', 'next-hop 192.0.2.1 med 7 community [ 65001:1 ] large-community [ 65001:2:3 ] '
        'extended-community [ target:65001:100 origin:65001:3 target:192.0.2.1:7 0x0202000111700005 ]', 'ipv4 unicast',
        shown('203.0.113.0/24', '192.0.2.1', metric=7, communities=['65001:1'], large_communities=['65001:2:3'],
              extended_communities=['soo 65001:3', 'rt 65001:100', 'rt 70000:5', 'rt 192.0.2.1:7']),
        {'nlri': '203.0.113.0/24'}, {'community': [[65001, 1]], 'large-community': [[65001, 2, 3]], 'as-path': PATH}),
    Row('ipv6 unicast', '2001:db8:100::/48', 'next-hop 2001:db8::1', 'ipv6 unicast', shown('2001:db8:100::/48', '2001:db8::1'),
        {'nlri': '2001:db8:100::/48'}, {'as-path': PATH}),
    Row('ipv4 mpls-vpn', '203.0.113.0/24 rd 65001:1', 'label 103 next-hop 192.0.2.1 extended-community [ target:65001:100 ]', 'ipv4 mpls-vpn',
        shown('rd 65001:1 203.0.113.0/24', '192.0.2.1', extended_communities=['rt 65001:100']),
        {'nlri': '203.0.113.0/24', 'rd': '65001:1', 'label': [[103]]}, {'extended-community': [TARGET], 'as-path': PATH}),
    Row('ipv6 mpls-vpn', '2001:db8:100::/48 rd 192.0.2.1:1', 'label [ 104 105 ] next-hop 2001:db8::1 extended-community [ target:65001:100 ]',
        'ipv6 mpls-vpn', shown('rd 192.0.2.1:1 2001:db8:100::/48', '2001:db8::1', extended_communities=['rt 65001:100']),
        {'nlri': '2001:db8:100::/48', 'rd': '192.0.2.1:1', 'label': [[104], [105]]}, {'extended-community': [TARGET], 'as-path': PATH}),
]
VPN = [row for row in OURS if 'vpn' in row.family]
THEIRS = [
    Row('ipv4 unicast', heard={'nlri': '198.51.100.0/24'}, own='198.51.100.0/24', next_hop='127.0.14.1'),
    Row('ipv6 unicast', heard={'nlri': '2001:db8:200::/48'}, own='2001:db8:200::/48'),
]


class OpenbgpdFamilies(Openbgpd):
    def __init__(self, case, policy):
        super().__init__(case, case.address)
        self.policy = policy

    def configuration(self):
        text = (f'AS {DAEMON_AS}\nrouter-id {self.address}\nfib-update no\nlisten on {self.address} port {self.port}\nsocket "{self.socket}"\n'
                'allow from any\nallow to any\n' + ''.join(f'network {prefix}\n' for prefix in self.own))
        for address, number in self.case.sessions():
            text += (f'neighbor {address} {{\n remote-as {number}\n local-address {self.address}\n passive\n multihop 2\n'
                     ' announce IPv4 unicast\n announce IPv6 unicast\n announce IPv4 vpn\n announce IPv6 vpn\n'
                     f' announce enhanced refresh yes\n announce add-path recv yes\n announce add-path send all\n{self.policy}}}\n')
        # Next hops that it finds a way to: else it passes nothing on.
        return text + f'match from any inet set nexthop {self.address}\nmatch from any inet6 set nexthop ::1\n'

    def table(self, show):
        return json.dumps(json.loads(self.bgpctl('-j', 'show', 'rib', 'detail', 'in', 'neighbor', self.case.address)))

    def add(self, row):
        self.announce(row.own)

    def remove(self, row):
        self.withdraw(row.own)


class OpenbgpdCase(Families):
    address, other = '127.0.26.1', '127.0.26.2'
    families = ' '.join(f'{name};' for name in FAMILIES)
    policy = ''

    def setUp(self):
        if Openbgpd.missing():
            self.skipTest(f'OpenBGPD is not installed: no {", ".join(Openbgpd.missing())}')
        self.daemon = OpenbgpdFamilies(self, self.policy)


class Tables(OpenbgpdCase, unittest.TestCase):
    def test_both_ways(self):
        self.up()
        self.both_ways([row for row in OURS if row not in VPN], THEIRS)

    def test_vpn(self):
        """A withdraw of ours is lost on OpenBGPD 7.7, which reads the route distinguisher where the label is: the session's end is not."""
        self.up()
        self.announce(VPN)
        self.in_table(VPN)
        self.at_helper(VPN, self.other)
        self.say('disable')
        self.not_in_table(VPN)
        self.not_at_helper(VPN, self.other)
        self.say('enable')
        self.in_table(VPN)
        self.at_helper(VPN, self.other)

    def test_loss_and_return(self):
        self.up()
        self.loss_and_return(OURS, THEIRS)


class Roles(OpenbgpdCase, unittest.TestCase):
    """We are the customer of OpenBGPD on both sessions (RFC 9234); several paths (RFC 7911)."""

    options = 'capability { role customer; role-strict enable; add-path send/receive; }'
    policy = ' announce policy provider enforce\n'

    def test_roles_and_paths(self):
        self.up()
        paths = [Row('ipv4 unicast', f'203.0.113.0/24 path-information 0.0.0.{number}', f'next-hop 192.0.2.{number}', '',
                     shown('203.0.113.0/24', f'192.0.2.{number}')) for number in (5, 6)]
        self.announce(paths)
        self.in_table(paths)
        until(lambda: len(self.heard(self.other).routes) == 2, 'both paths at the other session')
        for family, route, _, attributes in self.heard(self.other).routes.values():
            self.assertIn('path-information', route)
            self.assertEqual(attributes.get('attribute-0x23-0xE0'), '0x0000fdea')
        self.say(f'withdraw {paths[0].family} {paths[0].route}')
        until(lambda: len(self.heard(self.other).routes) == 1, 'the withdraw of one path')


harness.main()
