#!/usr/bin/env python3
"""The engine beside ExaBGP, family after family. ExaBGP shows no table: what it has is what its helper hears, put together. It reads
EVPN and says none, and passes nothing on."""

import json
import unittest

import harness
from daemons import Exabgp
from families import Families, Heard, Row

FAMILIES = ('ipv4 unicast', 'ipv6 unicast', 'ipv4 multicast', 'ipv4 nlri-mpls', 'ipv6 nlri-mpls', 'ipv4 mpls-vpn', 'ipv6 mpls-vpn', 'ipv4 flow',
            'ipv6 flow', 'ipv4 flow-vpn', 'ipv6 flow-vpn', 'l2vpn vpls', 'l2vpn evpn', 'bgp-ls bgp-ls')
ESI = '03:11:22:33:44:55:66:77:88:99'
RT = 'extended-community [ target:65001:100 ]'
FLOW = 'match { source 192.0.2.0/25; destination 203.0.113.0/24; protocol tcp; destination-port [ =80 >=1024&<=2048 ]; tcp-flags [ syn ]; }'
FLOW6 = 'match { destination 2001:db8:100::/48/0; next-header udp; source-port =53; }'


def text(**fields):
    return [json.dumps({name.replace('_', '-'): value}, sort_keys=True)[1:-1] for name, value in fields.items()]


OURS = [
    Row('ipv4 unicast', '203.0.113.0/24', 'next-hop 192.0.2.1 med 7 community [ 65001:1 no-export ] large-community [ 65001:2:3 ]', 'ipv4 unicast',
        text(nlri='203.0.113.0/24', med=7, community=[[65001, 1], [65535, 65281]], large_community=[[65001, 2, 3]])),
    Row('ipv6 unicast', '2001:db8:100::/48', 'next-hop 2001:db8::1', 'ipv6 unicast', text(nlri='2001:db8:100::/48')),
    Row('ipv4 multicast', '203.0.113.0/24', 'next-hop 192.0.2.1', 'ipv4 multicast', text(nlri='203.0.113.0/24')),
    Row('ipv4 nlri-mpls', '203.0.113.0/24', 'label [ 100 101 ] next-hop 192.0.2.1', 'ipv4 nlri-mpls', text(nlri='203.0.113.0/24', label=[[100], [101]])),
    Row('ipv6 nlri-mpls', '2001:db8:100::/48', 'label 102 next-hop 2001:db8::1', 'ipv6 nlri-mpls', text(nlri='2001:db8:100::/48', label=[[102]])),
    Row('ipv4 mpls-vpn', '203.0.113.0/24 rd 65001:1', f'label 103 next-hop 192.0.2.1 {RT}', 'ipv4 mpls-vpn',
        text(nlri='203.0.113.0/24', label=[[103]], rd='65001:1')),
    Row('ipv6 mpls-vpn', '2001:db8:100::/48 rd 192.0.2.1:1', f'label 104 next-hop 2001:db8::1 {RT}', 'ipv6 mpls-vpn',
        text(nlri='2001:db8:100::/48', label=[[104]], rd='192.0.2.1:1')),
    Row('ipv4 flow', 'destination 203.0.113.0/24 source 192.0.2.0/25 protocol =tcp destination-port [ =80 >=1024&<=2048 ] tcp-flags syn',
        'rate-limit 9600', 'ipv4 flow', text(destination_ipv4=['203.0.113.0/24'], source_ipv4=['192.0.2.0/25'], protocol=['=tcp'],
                                            destination_port=['=80', '>=1024&<=2048'], tcp_flags=['syn'])),
    Row('ipv6 flow', 'destination 2001:db8:100::/48/0 next-header =udp source-port =53', 'discard', 'ipv6 flow',
        text(destination_ipv6=['2001:db8:100::/48/0'], next_header=['=udp'], source_port=['=53'])),
    Row('ipv4 flow-vpn', 'destination 203.0.113.0/24 rd 65001:1', 'rate-limit 9600', 'ipv4 flow-vpn',
        text(destination_ipv4=['203.0.113.0/24'], rd='65001:1')),
    Row('ipv6 flow-vpn', 'destination 2001:db8:100::/48/0 rd 65001:1', 'discard', 'ipv6 flow-vpn',
        text(destination_ipv6=['2001:db8:100::/48/0'], rd='65001:1')),
    Row('bgp-ls bgp-ls', 'node protocol-id 2 identifier 5 local-node [ autonomous-system 65001 router-id 000000000001 ]', 'next-hop 192.0.2.1',
        'bgp-ls bgp-ls', ('bgpls-node', '"autonomous-system": 65001', '"router-id": "000000000001"')),
    Row('l2vpn vpls', 'rd 65001:1 endpoint 5 base 10702 offset 1 size 8', 'next-hop 192.0.2.1 extended-community [ target:65001:100 l2info:19:0:1500:111 ]',
        'l2vpn vpls', text(rd='65001:1', endpoint=5, base=10702, offset=1, size=8)),
    Row('l2vpn evpn', 'mac-ip rd 65001:1 ethernet-tag 0 mac 00:11:22:33:44:55 ip 203.0.113.9', f'label 300 next-hop 192.0.2.1 {RT}', 'l2vpn evpn',
        text(mac='00:11:22:33:44:55', ip='203.0.113.9')),
    Row('l2vpn evpn', 'multicast rd 65001:1 ethernet-tag 0 ip 192.0.2.1', f'next-hop 192.0.2.1 {RT}', 'l2vpn evpn', ('"code": 3', *text(ip='192.0.2.1'))),
    Row('l2vpn evpn', f'ethernet-ad rd 65001:1 esi {ESI} ethernet-tag 0', f'label 0 next-hop 192.0.2.1 {RT}', 'l2vpn evpn', ('"code": 1',)),
    Row('l2vpn evpn', f'ethernet-segment rd 65001:1 esi {ESI} ip 192.0.2.1', f'next-hop 192.0.2.1 {RT}', 'l2vpn evpn', ('"code": 4',)),
    Row('l2vpn evpn', 'ip-prefix rd 65001:1 ethernet-tag 0 prefix 203.0.113.0/24', f'label 10000 next-hop 192.0.2.1 {RT}', 'l2vpn evpn', ('"code": 5',)),
]

THEIRS = [
    Row('ipv4 unicast', heard={'nlri': '198.51.100.0/24'}, own='route 198.51.100.0/24 next-hop 192.0.2.2 med 5 as-path [ 65002 65020 ] community [ 65002:1 ]',
        next_hop='192.0.2.2', attributes={'med': 5, 'community': [[65002, 1]],
                                          'as-path': {'0': {'element': 'as-sequence', 'value': [65002, 65020]}}}),
    Row('ipv6 unicast', heard={'nlri': '2001:db8:200::/48'}, own='route 2001:db8:200::/48 next-hop 2001:db8::2', next_hop='2001:db8::2'),
    # 4.2 means SAFI 2, and writes it into the field of unicast
    Row('ipv4 unicast', heard={'nlri': '224.1.0.0/16'}, own='route 224.1.0.0/16 next-hop 192.0.2.2', next_hop='192.0.2.2'),
    Row('ipv4 nlri-mpls', heard={'nlri': '198.51.100.0/24', 'label': [[77], [78]]}, own='route 198.51.100.0/24 label [ 77 78 ] next-hop 192.0.2.2'),
    Row('ipv6 nlri-mpls', heard={'nlri': '2001:db8:200::/48', 'label': [[79]]}, own='route 2001:db8:200::/48 label 79 next-hop 2001:db8::2'),
    Row('ipv4 mpls-vpn', heard={'nlri': '198.51.100.0/24', 'label': [[80]], 'rd': '65002:1'},
        own='route 198.51.100.0/24 rd 65002:1 label 80 next-hop 192.0.2.2 extended-community [ target:65002:100 ]',
        attributes={'extended-community': [{'string': 'target:65002:100', 'value': 842131417596004}]}),
    Row('ipv6 mpls-vpn', heard={'nlri': '2001:db8:200::/48', 'label': [[81]], 'rd': '192.0.2.2:1'},
        own='route 2001:db8:200::/48 rd 192.0.2.2:1 label 81 next-hop 2001:db8::2'),
    Row('ipv4 flow', heard={'destination-ipv4': ['203.0.113.0/24'], 'source-ipv4': ['192.0.2.0/25'], 'protocol': ['=tcp'],
                            'destination-port': ['=80', '>=1024&<=2048'], 'tcp-flags': ['syn']}, own=f'flow route {{ {FLOW} then {{ rate-limit 9600; }} }}',
        attributes={'extended-community': [{'string': 'rate-limit:9600', 'value': 9225060887890886656}]}),
    Row('ipv6 flow', heard={'destination-ipv6': ['2001:db8:100::/48/0'], 'next-header': ['=udp'], 'source-port': ['=53']},
        own=f'flow route {{ {FLOW6} then {{ discard; }} }}'),
    Row('ipv4 flow-vpn', heard={'destination-ipv4': ['203.0.113.0/24'], 'rd': '65002:9'}, own=f'flow route {{ rd 65002:9; {FLOW} then {{ discard; }} }}'),
    Row('ipv6 flow-vpn', heard={'destination-ipv6': ['2001:db8:100::/48/0'], 'rd': '65002:9'},
        own=f'flow route {{ rd 65002:9; {FLOW6} then {{ discard; }} }}'),
    Row('l2vpn vpls', heard={'rd': '192.0.2.2:7', 'endpoint': 3, 'base': 10702, 'offset': 1, 'size': 8},
        own='vpls rd 192.0.2.2:7 endpoint 3 base 10702 offset 1 size 8 next-hop 192.0.2.2'),
]


class ExabgpFamilies(Exabgp):
    families = ' '.join(f'{name};' for name in FAMILIES)

    def __init__(self, case):
        super().__init__(case, case.address)
        self.rows = []

    def start(self, key=None):
        super().start(key)
        for row in self.rows:
            self._say('announce ' + row.own)

    def table(self, show):
        """The routes of a family as lines of JSON, with their attributes."""
        held = Heard(self.heard(), self.address)
        return '\n'.join(json.dumps(route, sort_keys=True) + ' ' + hop + ' ' + json.dumps(attributes, sort_keys=True)
                         for family, route, hop, attributes in held.routes.values() if family == show)

    def add(self, row):
        self.rows.append(row)
        self._say('announce ' + row.own)

    def remove(self, row):
        self.rows.remove(row)
        self._say('withdraw ' + row.own)


class Tables(Families, unittest.TestCase):
    address = '127.0.25.1'
    families = ' '.join(f'{name};' for name in FAMILIES)

    def setUp(self):
        if Exabgp.missing():
            self.skipTest(f'ExaBGP is not installed: no {", ".join(Exabgp.missing())}')
        self.daemon = ExabgpFamilies(self)

    def test_both_ways(self):
        self.up()
        self.both_ways(OURS, THEIRS)

    def test_loss_and_return(self):
        self.up()
        self.loss_and_return(OURS, THEIRS)


harness.main()
