#!/usr/bin/env python3
"""Every family that GoBGP 3.10 has, beside the engine: our routes in GoBGP's own table, field by field, and its routes at our
helper; withdraws both ways; what the loss of a session takes away and its return brings back.

A row of ROWS is one route each way. GoBGP's open message may have 255 octets of capabilities and no more (longer ones are
malformed), so the families share two sessions.
"""

import json
import os
import shlex
import signal
import socket
import typing
import unittest

import harness
import test_round_trip
from daemons import DAEMON_AS, DAEMONS, ENGINE_AS
from engine import DrivenEngine
from families import Heard, contains
from harness import until

ADDRESS = '127.0.23.2'
HOP4, HOP6 = '192.0.2.2', '2001:db8::2'  # GoBGP's next hops


class Family(typing.NamedTuple):
    afi_safi: str  # as GoBGP's configuration has it
    word: str      # of its command line; empty: it has none
    afi: int
    safi: int


FAMILIES = {
    'ipv4 unicast': Family('ipv4-unicast', 'ipv4', 1, 1),
    'ipv6 unicast': Family('ipv6-unicast', 'ipv6', 2, 1),
    'ipv4 nlri-mpls': Family('ipv4-labelled-unicast', 'ipv4-mpls', 1, 4),
    'ipv6 nlri-mpls': Family('ipv6-labelled-unicast', 'ipv6-mpls', 2, 4),
    'ipv4 mpls-vpn': Family('l3vpn-ipv4-unicast', 'vpnv4', 1, 128),
    'ipv6 mpls-vpn': Family('l3vpn-ipv6-unicast', 'vpnv6', 2, 128),
    'l2vpn vpls': Family('l2vpn-vpls', '', 25, 65),
    'l2vpn evpn': Family('l2vpn-evpn', 'evpn', 25, 70),
    'ipv4 flow': Family('ipv4-flowspec', 'ipv4-flowspec', 1, 133),
    'ipv6 flow': Family('ipv6-flowspec', 'ipv6-flowspec', 2, 133),
    'ipv4 flow-vpn': Family('l3vpn-ipv4-flowspec', 'ipv4-l3vpn-flowspec', 1, 134),
    'ipv6 flow-vpn': Family('l3vpn-ipv6-flowspec', 'ipv6-l3vpn-flowspec', 2, 134),
    'l2vpn flow-vpn': Family('l2vpn-flowspec', 'l2vpn-flowspec', 25, 134),
    'ipv4 sr-policy': Family('ipv4-srpolicy', '', 1, 73),
    'ipv6 sr-policy': Family('ipv6-srpolicy', '', 2, 73),
    'bgp-ls bgp-ls': Family('ls', '', 16388, 71),
    'ipv4 mup': Family('ipv4-mup', 'ipv4-mup', 1, 85),
    'ipv6 mup': Family('ipv6-mup', 'ipv6-mup', 2, 85),
    'afi-safi 1 7': Family('ipv4-encap', 'ipv4-encap', 1, 7),
    'afi-safi 2 7': Family('ipv6-encap', 'ipv6-encap', 2, 7),
    'afi-safi 16397 241': Family('opaque', '', 16397, 241),
    'ipv4 rtc': Family('rtc', 'rtc', 1, 132),
}
# Not here: multicast, which GoBGP takes for unicast, and multicast VPN, which it agrees on and cannot read
SESSIONS = [list(FAMILIES)[:13], list(FAMILIES)[13:-1]]


class Row(typing.NamedTuple):
    family: str
    route: str             # our words behind `announce FAMILY` and `withdraw FAMILY`
    more: str              # and those of the announcement alone
    wire: str              # the NLRI that GoBGP has then
    shows: dict = {}       # what its command line shows of it: {'nlri': ..., TYPE OF ATTRIBUTE: ...}
    attributes: tuple = () # attributes as they are in its table
    theirs: str = ''       # what its command line adds and deletes
    octets: tuple = ()     # or, where it has no words: NLRI, next hop, attributes
    hears: dict = {}       # what our helper hears: fields of the route
    along: dict = {}       # and of its attributes
    hop: str = HOP4


def rd(admin, assigned):
    return {'type': 1 if isinstance(admin, str) else 0, 'admin': admin, 'assigned': assigned}


def target(value, kind=0):
    return {'type': kind, 'subtype': 2, 'value': value}


TARGET = 'extended-community [ target:65001:1 ]'
TARGETS = {16: {'value': [target('65001:1')]}}
HEARD_TARGET = {'extended-community': [{'value': 0x0002fdea00000001, 'string': 'target:65002:1'}]}
NODE = 'local-node [ autonomous-system 65001 bgp-ls-identifier 0 ospf-area-id 0.0.0.1 router-id 10.1.1.1 ]'
NODE_WIRE = '0100 0020 0200 0004 0000fde9 0201 0004 00000000 0202 0004 00000001 0203 0004 0a010101'
HEARD_NODE = [{'autonomous-system': 65001}, {'bgp-ls-identifier': '0'}, {'ospf-area-id': '0.0.0.1'}, {'router-id': '10.1.1.1'}]
SERVICE = 'c02825 05 0022 00 01 001e 00 fc000000000000000000000000000001 00 {} 00 01 0006 401810000000'


def service(sid, behavior):
    return {'bgp-prefix-sid': {'l3-service': [{'sid': sid, 'endpoint_behavior': behavior, 'structure': {
        'locator-block-length': 64, 'locator-node-length': 24, 'function-length': 16, 'argument-length': 0}}]}}


ROWS = [
    Row('ipv4 unicast', '203.0.113.0/24', 'next-hop 192.0.2.1 med 77 community [ 65001:1 no-export ] large-community 65001:1:2',
        '18 cb0071', {'nlri': {'prefix': '203.0.113.0/24'}, 3: {'nexthop': '192.0.2.1'}, 4: {'metric': 77},
                      8: {'communities': [0xfde90001, 0xffffff01]}, 32: {'value': [{'ASN': 65001, 'LocalData1': 1, 'LocalData2': 2}]}},
        theirs='198.51.100.0/24 nexthop 192.0.2.2 med 7 community 65002:1 large-community 65002:1:2',
        hears={'nlri': '198.51.100.0/24'},
        along={'med': 7, 'community': [[65002, 1]], 'large-community': [[65002, 1, 2]], 'origin': 'incomplete'}),
    Row('ipv6 unicast', '2001:db8:100::/48', 'next-hop 2001:db8::1 med 78 extended-community color:100',
        '30 20010db80100', {'nlri': {'prefix': '2001:db8:100::/48'}, 14: {'nexthop': '2001:db8::1', 'afi': 2}, 4: {'metric': 78},
                             16: {'value': [{'type': 3, 'subtype': 11, 'color': 100}]}},
        theirs='2001:db8:200::/48 nexthop 2001:db8::2 med 8', hop=HOP6, hears={'nlri': '2001:db8:200::/48'}, along={'med': 8}),
    # IPv4 routes with IPv6 next hops, RFC 8950
    Row('ipv4 unicast', '203.0.115.0/24', 'next-hop 2001:db8::1', '18 cb0073',
        {'nlri': {'prefix': '203.0.115.0/24'}, 14: {'nexthop': '2001:db8::1', 'afi': 1, 'safi': 1}},
        theirs='198.51.102.0/24 nexthop 2001:db8::2', hop=HOP6, hears={'nlri': '198.51.102.0/24'}),
    Row('ipv4 nlri-mpls', '203.0.115.0/24 label 100', 'next-hop 2001:db8::1', '30 000641 cb0073',
        {'nlri': {'prefix': '203.0.115.0/24', 'labels': [100]}, 14: {'nexthop': '2001:db8::1', 'afi': 1}},
        theirs='198.51.102.0/24 200 nexthop 2001:db8::2', hop=HOP6, hears={'nlri': '198.51.102.0/24', 'label': [[200]]}),
    Row('ipv4 mpls-vpn', '203.0.115.0/24 rd 65001:7 label 100', 'next-hop 2001:db8::1', '70 000641 0000fde900000007 cb0073',
        {'nlri': {'prefix': '203.0.115.0/24', 'labels': [100]}, 14: {'nexthop': '2001:db8::1', 'afi': 1}},
        theirs='198.51.102.0/24 label 200 rd 65002:7 nexthop 2001:db8::2', hop=HOP6, hears={'nlri': '198.51.102.0/24', 'rd': '65002:7'}),
    # Labels: of 20 bits, RFC 8277
    Row('ipv4 nlri-mpls', '203.0.113.0/24 label 100', 'next-hop 192.0.2.1', '30 000641 cb0071',
        {'nlri': {'prefix': '203.0.113.0/24', 'labels': [100]}, 14: {'nexthop': '192.0.2.1'}},
        theirs='198.51.100.0/24 200 nexthop 192.0.2.2', hears={'nlri': '198.51.100.0/24', 'label': [[200]]}),
    Row('ipv4 nlri-mpls', '203.0.114.0/24 label [ 100 200 ]', 'next-hop 192.0.2.1', '48 000640 000c81 cb0072',
        {'nlri': {'prefix': '203.0.114.0/24', 'labels': [100, 200]}},
        theirs='198.51.101.0/24 200/300 nexthop 192.0.2.2', hears={'nlri': '198.51.101.0/24', 'label': [[200], [300]]}),
    Row('ipv6 nlri-mpls', '2001:db8:100::/48 label 100', 'next-hop 2001:db8::1', '48 000641 20010db80100',
        {'nlri': {'prefix': '2001:db8:100::/48', 'labels': [100]}, 14: {'nexthop': '2001:db8::1'}},
        theirs='2001:db8:200::/48 200 nexthop 2001:db8::2', hop=HOP6, hears={'nlri': '2001:db8:200::/48', 'label': [[200]]}),
    # VPN: RFC 4364, 4659; the three types of route distinguisher and target
    Row('ipv4 mpls-vpn', '203.0.113.0/24 rd 65001:7 label 100', 'next-hop 192.0.2.1 ' + TARGET,
        '70 000641 0000fde900000007 cb0071',
        {'nlri': {'prefix': '203.0.113.0/24', 'labels': [100], 'rd': rd(65001, 7)}, 14: {'nexthop': '192.0.2.1'}, **TARGETS},
        theirs='198.51.100.0/24 label 200 rd 65002:7 rt 65002:1 nexthop 192.0.2.2',
        hears={'nlri': '198.51.100.0/24', 'label': [[200]], 'rd': '65002:7'}, along=HEARD_TARGET),
    Row('ipv4 mpls-vpn', '203.0.113.0/24 rd 192.0.2.1:7 label 101',
        'next-hop 192.0.2.1 extended-community [ target:192.0.2.1:9 target:70000L:5 ]', '70 000651 0001c00002010007 cb0071',
        {'nlri': {'labels': [101], 'rd': rd('192.0.2.1', 7)}, 16: {'value': [target('192.0.2.1:9', 1), target('1.4464:5', 2)]}},
        theirs='198.51.100.0/24 label 201 rd 192.0.2.2:7 rt 192.0.2.2:9 1.4464:5 nexthop 192.0.2.2',
        hears={'nlri': '198.51.100.0/24', 'label': [[201]], 'rd': '192.0.2.2:7'},
        along={'extended-community': [{'string': 'target:192.0.2.2:9'}, {'string': 'target:70000:5'}]}),
    Row('ipv6 mpls-vpn', '2001:db8:100::/48 rd 70000:7 label 100', 'next-hop 2001:db8::1 ' + TARGET,
        '88 000641 0002000111700007 20010db80100',
        {'nlri': {'prefix': '2001:db8:100::/48', 'labels': [100], 'rd': {'type': 2, 'admin': 70000, 'assigned': 7}},
         14: {'nexthop': '2001:db8::1'}, **TARGETS},
        theirs='2001:db8:200::/48 label 200 rd 1.4464:7 rt 65002:1 nexthop 2001:db8::2', hop=HOP6,
        hears={'nlri': '2001:db8:200::/48', 'label': [[200]], 'rd': '70000:7'}, along=HEARD_TARGET),
    Row('l2vpn vpls', 'rd 192.0.2.1:123 endpoint 5 base 10702 offset 1 size 8', 'next-hop 192.0.2.1 ' + TARGET,
        '0011 0001c0000201007b 0005 0001 0008 029ce1', attributes=('c010080002fde900000001',),
        octets=('0011 0001c0000202007b 0006 0009 0010 075301', HOP4, ['c010080002fdea00000001']),
        hears={'rd': '192.0.2.2:123', 'endpoint': 6, 'base': 30000, 'offset': 9, 'size': 16}, along=HEARD_TARGET),
    # EVPN, RFC 7432 and 9136. GoBGP's labels are the 24 bits as they stand: 4801 is 300 and the bottom of the stack. Of two labels
    # JSON has the first, as ExaBGP's, and the octets of both
    Row('l2vpn evpn', 'ethernet-ad rd 192.0.2.1:9 esi 00:11:22:33:44:55:66:77:88:99 ethernet-tag 100 label 300',
        'next-hop 192.0.2.1 extended-community [ target:65001:1 esi-label:single-active:77 ]',
        '01 19 0001c00002010009 00112233445566778899 00000064 0012c1',
        {'nlri': {'type': 1, 'value': {'rd': rd('192.0.2.1', 9), 'esi': 'ESI_ARBITRARY | 11:22:33:44:55:66:77:88:99', 'etag': 100,
                                       'label': 4801}},
         16: {'value': [target('65001:1'), {'type': 6, 'subtype': 1, 'label': 77 << 4, 'is_single_active': True}]}},
        theirs='a-d esi ARBITRARY 11:22:33:44:55:66:77:88:99 etag 100 label 4801 rd 192.0.2.2:9 rt 65002:1 esi-label 77 '
               'nexthop 192.0.2.2',
        hears={'code': 1, 'rd': '192.0.2.2:9', 'esi': '00:11:22:33:44:55:66:77:88:99', 'ethernet-tag': 100, 'label': [[300, 4801]]},
        along={'extended-community': [{'string': 'target:65002:1'}, {'value': 0x060100000000004d}]}),
    Row('l2vpn evpn', 'mac-ip rd 65001:1 esi 01:00:01:02:03:04:05:06:07:00 ethernet-tag 5 mac aa:bb:cc:dd:ee:ff '
                      'vni [ 10000 20000 ] ip 2001:db8::9',
        'next-hop 192.0.2.1 extended-community [ target:65001:1 encap:vxlan mac-mobility:7 default-gateway router-mac:00:aa:bb:cc:dd:ff ]',
        '02 34 0000fde900000001 01000102030405060700 00000005 30 aabbccddeeff 80 20010db8000000000000000000000009 002710 004e20',
        {'nlri': {'type': 2, 'value': {
            'rd': rd(65001, 1), 'esi': 'ESI_LACP | system mac 00:01:02:03:04:05, port key 1543', 'etag': 5, 'mac': 'aa:bb:cc:dd:ee:ff',
            'ip': '2001:db8::9', 'labels': [10000, 20000]}},
         16: {'value': [target('65001:1'), {'type': 3, 'subtype': 12, 'tunnel_type': 8}, {'type': 3, 'subtype': 13},
                        {'type': 6, 'subtype': 0, 'sequence': 7, 'is_sticky': False},
                        {'type': 6, 'subtype': 3, 'mac': '00:aa:bb:cc:dd:ff'}]}},
        theirs='macadv 00:11:22:33:44:55 192.0.2.9 esi LACP 00:01:02:03:04:05 1543 etag 5 label 4801,20000 rd 65002:7 rt 65002:1 '
               'encap vxlan router-mac 00:aa:bb:cc:dd:ee nexthop 192.0.2.2',
        hears={'code': 2, 'rd': '65002:7', 'esi': '01:00:01:02:03:04:05:06:07:00', 'ethernet-tag': 5, 'mac': '00:11:22:33:44:55',
               'label': [[300, 4801]], 'ip': '192.0.2.9',
               'raw': '02280000FDEA0000000701000102030405060700000000053000112233445520C00002090012C1004E20'},
        along={'extended-community': [{'string': 'target:65002:1'}, {'string': 'encap:VXLAN'}, {'value': 0x060300aabbccddee}]}),
    Row('l2vpn evpn', 'mac-ip rd 65001:1 mac aa:bb:cc:dd:ee:fe label 300', 'next-hop 192.0.2.1',
        '02 21 0000fde900000001 00000000000000000000 00000000 30 aabbccddeefe 00 0012c1',
        {'nlri': {'value': {'esi': 'single-homed', 'mac': 'aa:bb:cc:dd:ee:fe', 'labels': [4801]}}},
        theirs='macadv 00:11:22:33:44:56 0.0.0.0 etag 5 label 4801 rd 65002:7 nexthop 192.0.2.2',
        hears={'code': 2, 'rd': '65002:7', 'esi': '-', 'mac': '00:11:22:33:44:56', 'label': [[300, 4801]]}),
    Row('l2vpn evpn', 'multicast rd 192.0.2.1:9 ethernet-tag 5 ip 192.0.2.1',
        'next-hop 192.0.2.1 pmsi ingressreplication:0:300:192.0.2.1 ' + TARGET,
        '03 11 0001c00002010009 00000005 20 c0000201',
        {'nlri': {'type': 3, 'value': {'rd': rd('192.0.2.1', 9), 'etag': 5, 'ip': '192.0.2.1'}},
         22: {'tunnel-type': 6, 'label': 4800, 'tunnel-id': '192.0.2.1'}, **TARGETS},
        theirs='multicast 2001:db8::9 etag 5 rd 65002:7 rt 65002:1 pmsi ingress-repl 4801 192.0.2.2 nexthop 192.0.2.2',
        hears={'code': 3, 'rd': '65002:7', 'ethernet-tag': 5, 'ip': '2001:db8::9'},
        along={**HEARD_TARGET, 'pmsi': 'pmsi:ingressreplication:0:300(4801):192.0.2.2'}),
    Row('l2vpn evpn', 'ethernet-segment rd 192.0.2.1:9 esi 01:00:01:02:03:04:05:06:07:00 ip 192.0.2.1',
        'next-hop 192.0.2.1 extended-community es-import:00:01:02:03:04:05',
        '04 17 0001c00002010009 01000102030405060700 20 c0000201',
        {'nlri': {'type': 4, 'value': {'rd': rd('192.0.2.1', 9), 'esi': 'ESI_LACP | system mac 00:01:02:03:04:05, port key 1543',
                                       'ip': '192.0.2.1'}},
         16: {'value': [{'type': 6, 'subtype': 2, 'value': '00:01:02:03:04:05'}]}},
        theirs='esi 2001:db8::9 esi LACP 00:01:02:03:04:05 1543 rd 65002:7 nexthop 192.0.2.2',
        hears={'code': 4, 'rd': '65002:7', 'esi': '01:00:01:02:03:04:05:06:07:00', 'ip': '2001:db8::9'},
        along={'extended-community': [{'value': 0x0602000102030405}]}),
    Row('l2vpn evpn', 'ip-prefix rd 192.0.2.1:9 ethernet-tag 5 label 300 prefix 203.0.113.0/24 gateway 192.0.2.7',
        'next-hop 192.0.2.1 ' + TARGET,
        '05 22 0001c00002010009 00000000000000000000 00000005 18 cb007100 c0000207 0012c1',
        {'nlri': {'type': 5, 'value': {'rd': rd('192.0.2.1', 9), 'esi': 'single-homed', 'etag': 5, 'prefix': '203.0.113.0/24',
                                       'gateway': '192.0.2.7', 'label': 4801}}, **TARGETS},
        theirs='prefix 198.51.100.0/24 gw 192.0.2.8 etag 5 label 4801 rd 65002:7 rt 65002:1 router-mac 00:aa:bb:cc:dd:ee '
               'nexthop 192.0.2.2',
        hears={'code': 5, 'rd': '65002:7', 'esi': '-', 'ethernet-tag': 5, 'label': [[300, 4801]], 'ip': '198.51.100.0', 'iplen': 24,
               'gateway': '192.0.2.8'},
        along={'extended-community': [{'string': 'target:65002:1'}, {'value': 0x060300aabbccddee}]}),
    Row('l2vpn evpn', 'ip-prefix rd 192.0.2.1:9 vni 10000 prefix 2001:db8:100::/48', 'next-hop 192.0.2.1',
        '05 3a 0001c00002010009 00000000000000000000 00000000 30 20010db8010000000000000000000000'
        '00000000000000000000000000000000 002710',
        {'nlri': {'value': {'prefix': '2001:db8:100::/48', 'gateway': '::', 'label': 10000}}},
        theirs='prefix 2001:db8:200::/48 etag 5 label 10000 rd 65002:7 nexthop 192.0.2.2',
        hears={'code': 5, 'label': [[625, 10000]], 'ip': '2001:db8:200::', 'iplen': 48, 'gateway': '::'}),
    # FlowSpec, RFC 8955, 8956: octet 0 of a value is its operator
    Row('ipv4 flow', 'destination-ipv4 203.0.113.0/24 protocol =tcp destination-port [ >=1024&<=2048 =80 ] tcp-flags [ syn ] '
                     'fragment is-fragment', 'rate-limit 9600',
        '17 01 18 cb0071 03 81 06 05 13 0400 55 0800 81 50 09 80 02 0c 80 02',
        {'nlri': {'value': [
            {'type': 1, 'value': {'prefix': '203.0.113.0/24'}}, {'type': 3, 'value': [{'op': 0x81, 'value': 6}]},
            {'type': 5, 'value': [{'op': 0x13, 'value': 1024}, {'op': 0x55, 'value': 2048}, {'op': 0x81, 'value': 80}]},
            {'type': 9, 'value': [{'op': 0x80, 'value': 2}]}, {'type': 12, 'value': [{'op': 0x80, 'value': 2}]}]},
         16: {'value': [{'type': 0x80, 'subtype': 6, 'as': 0, 'rate': 9600}]}},
        theirs="match destination 198.51.100.0/24 protocol ==tcp destination-port '>=1024&<=2048' ==80 tcp-flags =S "
               "fragment is-fragment then rate-limit 9600 as 65002", hop='no-nexthop',
        hears={'destination-ipv4': ['198.51.100.0/24'], 'protocol': ['=tcp'], 'destination-port': ['>=1024&<=2048', '=80'],
               'tcp-flags': ['=syn'], 'fragment': ['is-fragment']},
        along={'extended-community': [{'value': 0x8006fdea46160000, 'string': 'rate-limit:9600'}]}),
    Row('ipv4 flow', 'source-ipv4 203.0.113.128/25', 'redirect 65001:5 mark 46 action sample-terminal', '06 02 19 cb007180',
        {'nlri': {'value': [{'type': 2, 'value': {'prefix': '203.0.113.128/25'}}]},
         16: {'value': [{'type': 0x80, 'subtype': 7, 'terminal': True, 'sample': True}, {'subtype': 8, 'value': '65001:5'},
                        {'subtype': 9, 'value': 46}]}},
        theirs='match source 198.51.100.128/25 then redirect 65002:5 action sample-terminal mark 46', hop='no-nexthop',
        hears={'source-ipv4': ['198.51.100.128/25']},
        along={'extended-community': [{'string': 'action sample-terminal'}, {'string': 'redirect:65002:5'}, {'string': 'mark 46'}]}),
    Row('ipv6 flow', 'destination-ipv6 2001:db8:100::/48 next-header =udp packet-length [ >200&<300 ] flow-label =1000', 'discard',
        '16 01 30 00 20010db80100 03 81 11 0a 02c8 d4012c 0d 91 03e8',
        {'nlri': {'value': [
            {'type': 1, 'value': {'prefix': '2001:db8:100::/48'}}, {'type': 3, 'value': [{'op': 0x81, 'value': 17}]},
            {'type': 10, 'value': [{'op': 0x02, 'value': 200}, {'op': 0xd4, 'value': 300}]},
            {'type': 13, 'value': [{'op': 0x91, 'value': 1000}]}]}, 16: {'value': [{'subtype': 6, 'rate': 0}]}},
        theirs="match destination 2001:db8:200::/48 protocol ==udp packet-length '>200&<300' label ==1000 then discard", hop='no-nexthop',
        hears={'destination-ipv6': ['2001:db8:200::/48/0'], 'next-header': ['=udp'], 'packet-length': ['>200&<300'],
               'flow-label': ['=1000']}, along={'extended-community': [{'string': 'rate-limit:0'}]}),
    Row('ipv4 flow-vpn', 'destination-ipv4 203.0.113.0/24 rd 65001:7', 'discard ' + TARGET, '0d 0000fde900000007 01 18 cb0071',
        {'nlri': {'rd': rd(65001, 7), 'value': [{'type': 1, 'value': {'prefix': '203.0.113.0/24'}}]},
         16: {'value': [target('65001:1'), {'type': 0x80, 'subtype': 6, 'rate': 0}]}},
        theirs='match destination 198.51.100.0/24 then discard rd 65002:7 rt 65002:1', hop='no-nexthop',
        hears={'destination-ipv4': ['198.51.100.0/24'], 'rd': '65002:7'},
        along={'extended-community': [{'string': 'target:65002:1'}, {'string': 'rate-limit:0'}]}),
    Row('ipv6 flow-vpn', 'source-ipv6 2001:db8:100::/48 rd 65001:7', 'redirect 65001:5 ' + TARGET,
        '11 0000fde900000007 02 30 00 20010db80100',
        {'nlri': {'rd': rd(65001, 7), 'value': [{'type': 2, 'value': {'prefix': '2001:db8:100::/48'}}]},
         16: {'value': [target('65001:1'), {'type': 0x80, 'subtype': 8, 'value': '65001:5'}]}},
        theirs='match source 2001:db8:200::/48 then redirect 65002:5 rd 65002:7 rt 65002:1', hop='no-nexthop',
        hears={'source-ipv6': ['2001:db8:200::/48/0'], 'rd': '65002:7'},
        along={'extended-community': [{'string': 'target:65002:1'}, {'string': 'redirect:65002:5'}]}),
    Row('l2vpn flow-vpn', 'ethernet-type =arp source-mac 00:11:22:33:44:55 destination-mac aa:bb:cc:dd:ee:ff '
                          'vlan-id [ >=100&<=200 ] vlan-priority =7 rd 65001:7', 'discard',
        '24 0000fde900000007 0e 91 0806 0f 06 001122334455 10 06 aabbccddeeff 15 03 64 c5 c8 16 81 07',
        {'nlri': {'rd': rd(65001, 7), 'value': [
            {'type': 14, 'value': [{'op': 0x91, 'value': 0x806}]}, {'type': 15, 'value': '00:11:22:33:44:55'},
            {'type': 16, 'value': 'aa:bb:cc:dd:ee:ff'}, {'type': 21, 'value': [{'op': 3, 'value': 100}, {'op': 0xc5, 'value': 200}]},
            {'type': 22, 'value': [{'op': 0x81, 'value': 7}]}]}},
        theirs="match source-mac 00:11:22:33:44:55 destination-mac aa:bb:cc:dd:ee:ff ether-type ==arp vid '>=100&<=200' cos ==7 "
               "then discard rd 65002:7", hop='no-nexthop',
        hears={'ethernet-type': ['=arp'], 'source-mac': ['00:11:22:33:44:55'], 'destination-mac': ['aa:bb:cc:dd:ee:ff'],
               'vlan-id': ['>=100&<=200'], 'vlan-priority': ['=7'], 'rd': '65002:7'}),
    # SR Policy, RFC 9830: what it does is a tunnel, which form 5 of the events shows as octets
    Row('ipv4 sr-policy', 'distinguisher 1 color 100 endpoint 192.0.2.1',
        'preference 100 segment-list weight 1 segment type-a mpls 16001 next-hop 192.0.2.1', '60 00000001 00000064 c0000201',
        attributes=('c01720 000f 001c 0c06 0000 00000064 80 0011 00 0906 0000 00000001 0106 0000 03e81100',),
        octets=('60 00000002 00000065 c0000202', HOP4, ['c0170c 000f 0008 0c06 0000 000000c8']),
        hears={'distinguisher': 2, 'color': 101, 'endpoint': '192.0.2.2'},
        along={'attribute-0x17-0xE0': '0x000f00080c060000000000c8'}),
    Row('ipv6 sr-policy', 'distinguisher 1 color 100 endpoint 2001:db8::1',
        'segment-list weight 2 segment type-b srv6 fc00::1 next-hop 2001:db8::1', 'c0 00000001 00000064 20010db8000000000000000000000001',
        attributes=('c01724 000f 0020 80 001d 00 0906 0000 00000002 0d12 0000 fc000000000000000000000000000001',),
        octets=('c0 00000002 00000065 20010db8000000000000000000000002', HOP6, ['c0170c 000f 0008 0c06 0000 000000c8']), hop=HOP6,
        hears={'distinguisher': 2, 'color': 101, 'endpoint': '2001:db8::2'}),
    # BGP-LS, RFC 9552; what we hear are the same octets
    Row('bgp-ls bgp-ls', f'node protocol-id 3 {NODE}', 'next-hop 192.0.2.1 bgp-ls [ node-name "router1" ]',
        f'0001 002d 03 0000000000000000 {NODE_WIRE}', attributes=('801d0b 0402 0007 726f7574657231',),
        octets=(f'0001 002d 03 0000000000000000 {NODE_WIRE}', HOP4, ['801d0b 0402 0007 726f7574657232']),
        hears={'ls-nlri-type': 'bgpls-node', 'protocol-id': 3, 'node-descriptors': HEARD_NODE}, along={'bgp-ls': {'node-name': 'router2'}}),
    Row('bgp-ls bgp-ls', f'link protocol-id 3 {NODE} remote-node [ router-id 10.1.1.2 ] '
                         'interface-address 192.0.2.8 neighbor-address 192.0.2.9', 'next-hop 192.0.2.1 bgp-ls [ igp-metric 10 ]',
        f'0002 0049 03 0000000000000000 {NODE_WIRE} 0101 0008 0203 0004 0a010102 0103 0004 c0000208 0104 0004 c0000209',
        attributes=('801d07 0447 0003 00000a',),
        octets=(f'0002 0049 03 0000000000000000 {NODE_WIRE} 0101 0008 0203 0004 0a010102 0103 0004 c0000208 0104 0004 c0000209', HOP4,
                ['801d07 0447 0003 00000b']),
        hears={'ls-nlri-type': 'bgpls-link', 'local-node-descriptors': HEARD_NODE, 'remote-node-descriptors': [{'router-id': '10.1.1.2'}],
               'interface-addresses': ['192.0.2.8'], 'neighbor-addresses': ['192.0.2.9']}, along={'bgp-ls': {'igp-metric': 11}}),
    Row('bgp-ls bgp-ls', f'prefix-v4 protocol-id 3 {NODE} ospf-route-type 1 prefix 203.0.113.0/24', 'next-hop 192.0.2.1',
        f'0003 003a 03 0000000000000000 {NODE_WIRE} 0108 0001 01 0109 0004 18 cb0071',
        octets=(f'0003 003a 03 0000000000000000 {NODE_WIRE} 0108 0001 01 0109 0004 18 c63364', HOP4, []),
        hears={'ls-nlri-type': 'bgpls-prefix-v4', 'node-descriptors': HEARD_NODE, 'ip-reach-prefix': '198.51.100.0/24',
               'ospf-route-type': 1}),
    Row('bgp-ls bgp-ls', f'prefix-v6 protocol-id 6 {NODE} prefix 2001:db8:100::/48', 'next-hop 192.0.2.1',
        f'0004 0038 06 0000000000000000 {NODE_WIRE} 0109 0007 30 20010db80100',
        octets=(f'0004 0038 06 0000000000000000 {NODE_WIRE} 0109 0007 30 20010db80200', HOP4, []),
        hears={'ls-nlri-type': 'bgpls-prefix-v6', 'node-descriptors': HEARD_NODE, 'ip-reach-prefix': '2001:db8:200::/48'}),
    # MUP, draft-mpmz-bess-mup-safi: GoBGP has the four routes of the first versions. What it pads a short prefix of the first one
    # with lands in the route behind it
    Row('ipv4 mup', 'mup-isd 203.0.113.7/32 rd 65001:7', f'next-hop 2001:db8::1 {TARGET} '
        'bgp-prefix-sid-srv6 ( l3-service fc00::1 0x48 [ 64,24,16,0,0,0 ] )', '01 0001 0d 0000fde900000007 20 cb007107',
        {'nlri': {'route_type': 1, 'value': {'rd': rd(65001, 7), 'prefix': '203.0.113.7/32'}}, 14: {'nexthop': '2001:db8::1'}, **TARGETS},
        attributes=(SERVICE.format('0048'),), hop=HOP6,
        theirs='isd 198.51.100.0/24 rd 65002:7 prefix fc00:0:0:2::/64 locator-node-length 24 function-length 16 behavior ENDM_GTP4E '
               'rt 65002:1 nexthop 2001:db8::2',
        hears={'code': 1, 'rd': '65002:7', 'prefix_ip': '198.51.100.0', 'prefix_ip_len': 24},
        along={**HEARD_TARGET, **service('fc00:0:0:2::', 0x48)}),
    Row('ipv4 mup', 'mup-dsd 203.0.113.1 rd 65001:7', 'next-hop 2001:db8::1 extended-community [ target:65001:1 mup:10:10 ] '
        'bgp-prefix-sid-srv6 ( l3-service fc00::1 0x13 [ 64,24,16,0,0,0 ] )', '01 0002 0c 0000fde900000007 cb007101',
        {'nlri': {'route_type': 2, 'value': {'rd': rd(65001, 7), 'address': '203.0.113.1'}},
         16: {'value': [target('65001:1'), {'type': 12, 'subtype': 0, 'segmend_id': '10:10'}]}},
        attributes=(SERVICE.format('0013'),), hop=HOP6,
        theirs='dsd 198.51.100.1 rd 65002:7 prefix fc00:0:0:2::/64 locator-node-length 24 function-length 16 behavior END_DT4 '
               'rt 65002:1 mup 10:10 nexthop 2001:db8::2',
        hears={'code': 2, 'rd': '65002:7', 'ip': '198.51.100.1'},
        along={'extended-community': [{'string': 'target:65002:1'}, {'string': 'mup:10:10'}], **service('fc00:0:0:2::', 0x13)}),
    Row('ipv4 mup', 'mup-t1st 203.0.113.1/32 rd 65001:7 teid 12345 qfi 9 endpoint 192.0.2.5', 'next-hop 192.0.2.1 ' + TARGET,
        '01 0003 17 0000fde900000007 20 cb007101 00003039 09 20 c0000205',
        {'nlri': {'route_type': 3, 'value': {'rd': rd(65001, 7), 'prefix': '203.0.113.1/32', 'teid': 12345, 'qfi': 9,
                                             'endpoint_address': '192.0.2.5'}}, **TARGETS},
        theirs='t1st 198.51.100.1/32 rd 65002:7 rt 65002:1 teid 12346 qfi 8 endpoint 192.0.2.6 nexthop 192.0.2.2',
        hears={'code': 3, 'rd': '65002:7', 'prefix_ip': '198.51.100.1', 'prefix_ip_len': 32, 'teid': '12346', 'qfi': '8',
               'endpoint_ip_len': 32, 'endpoint_ip': '192.0.2.6'}, along=HEARD_TARGET),
    Row('ipv4 mup', 'mup-t2st 192.0.2.5 rd 65001:7 teid 12345/32', 'next-hop 192.0.2.1 ' + TARGET,
        '01 0004 11 0000fde900000007 40 c0000205 00003039',
        {'nlri': {'route_type': 4, 'value': {'rd': rd(65001, 7), 'endpoint_address': '192.0.2.5', 'teid': 12345}}, **TARGETS},
        theirs='t2st 192.0.2.6 rd 65002:7 rt 65002:1 teid 12346 mup 10:10 nexthop 192.0.2.2',
        hears={'code': 4, 'rd': '65002:7', 'endpoint_len': 64, 'endpoint_ip': '192.0.2.6', 'teid': '12346'}),
    Row('ipv6 mup', 'mup-isd 2001:db8:100::7/128 rd 65001:7', 'next-hop 2001:db8::1 ' + TARGET,
        '01 0001 19 0000fde900000007 80 20010db8010000000000000000000007',
        {'nlri': {'route_type': 1, 'value': {'prefix': '2001:db8:100::7/128'}}}, hop=HOP6,
        theirs='isd 2001:db8:200::/48 rd 65002:7 prefix fc00:0:0:2::/64 locator-node-length 24 function-length 16 behavior ENDM_GTP6E '
               'rt 65002:1 nexthop 2001:db8::2',
        hears={'code': 1, 'prefix_ip': '2001:db8:200::', 'prefix_ip_len': 48}, along=service('fc00:0:0:2::', 0x47)),
    Row('ipv6 mup', 'mup-dsd 2001:db8::5 rd 65001:7', 'next-hop 2001:db8::1', '01 0002 18 0000fde900000007 20010db8000000000000000000000005',
        {'nlri': {'route_type': 2, 'value': {'rd': rd(65001, 7), 'address': '2001:db8::5'}}}, hop=HOP6,
        theirs='dsd 2001:db8::6 rd 65002:7 prefix fc00:0:0:2::/64 locator-node-length 24 function-length 16 behavior END_DT6 '
               'rt 65002:1 mup 10:10 nexthop 2001:db8::2', hears={'code': 2, 'ip': '2001:db8::6'}, along=service('fc00:0:0:2::', 0x12)),
    Row('ipv6 mup', 'mup-t1st 2001:db8:1::1/128 rd 65001:7 teid 12345 qfi 9 endpoint 2001:db8::5', 'next-hop 2001:db8::1',
        '01 0003 2f 0000fde900000007 80 20010db8000100000000000000000001 00003039 09 80 20010db8000000000000000000000005',
        {'nlri': {'route_type': 3, 'value': {'prefix': '2001:db8:1::1/128', 'endpoint_address': '2001:db8::5'}}}, hop=HOP6,
        theirs='t1st 2001:db8:2::1/128 rd 65002:7 rt 65002:1 teid 12346 qfi 8 endpoint 2001:db8::6 nexthop 2001:db8::2',
        hears={'code': 3, 'prefix_ip': '2001:db8:2::1', 'teid': '12346', 'endpoint_ip': '2001:db8::6'}),
    Row('ipv6 mup', 'mup-t2st 2001:db8::5 rd 65001:7 teid 12345/32', 'next-hop 2001:db8::1',
        '01 0004 1d 0000fde900000007 a0 20010db8000000000000000000000005 00003039',
        {'nlri': {'route_type': 4, 'value': {'endpoint_address': '2001:db8::5', 'teid': 12345}}}, hop=HOP6,
        theirs='t2st 2001:db8::6 rd 65002:7 rt 65002:1 teid 12346 mup 10:10 nexthop 2001:db8::2',
        hears={'code': 4, 'endpoint_len': 160, 'endpoint_ip': '2001:db8::6', 'teid': '12346'}),
    # Families that have no words here: by their numbers and octets
    Row('afi-safi 1 7', 'nlri 0x20c0000201', 'next-hop 192.0.2.1', '20 c0000201', {'nlri': {'prefix': '192.0.2.1/32'}},
        octets=('20 c0000202', HOP4, []), hears={'nlri': '0x20c0000202'}),
    Row('afi-safi 2 7', 'nlri 0x8020010db8000000000000000000000001', 'next-hop 2001:db8::1', '80 20010db8000000000000000000000001',
        {'nlri': {'prefix': '2001:db8::1/128'}}, octets=('80 20010db8000000000000000000000002', HOP6, []), hop=HOP6,
        hears={'nlri': '0x8020010db8000000000000000000000002'}),
    Row('afi-safi 16397 241', 'nlri 0x00036b657976616c', 'next-hop 192.0.2.1', '0003 6b6579 76616c',
        octets=('0003 6b6579 77616c', HOP4, []), hears={'nlri': '0x00036b657977616c'}),
]


def packed(hop):
    return socket.inet_pton(socket.AF_INET6 if ':' in hop else socket.AF_INET, hop)


class Beside:
    """A GoBGP and an engine, with one session of `families`."""

    families = ()
    options = ''

    def setUp(self):
        daemon = DAEMONS['gobgp']
        if daemon.missing():
            self.skipTest(f'GoBGP is not installed: no {", ".join(daemon.missing())}')
        self.daemon = daemon(self, ADDRESS)
        self.daemon.afi_safis = [FAMILIES[family].afi_safi for family in self.families]
        self.rows = [row for row in ROWS if row.family in self.families]

    def run_engine(self, routes=''):
        self.engine = DrivenEngine(self, f'''neighbor {self.daemon.address} {{
            router-id {ADDRESS}; local-address {ADDRESS}; local-as {ENGINE_AS}; peer-as {DAEMON_AS}; connect {self.daemon.port};
            family {{ {' '.join(family + ';' for family in self.families)} }} {self.options}
            api {{ processes [ driven ]; neighbor-changes; receive {{ parsed; packets; update; }} }} {routes}
        }}\n''')
        self.until_up()

    def heard(self):
        return Heard(self.engine.heard(), ADDRESS)

    def until_up(self, times=1):
        until(lambda: self.heard().states.count('up') >= times, f'the session, but {list(self.daemon.program.lines)[-5:]}', 20)

    def say(self, verb):
        before = len(self.engine.answers())
        commands = [f'{verb} {row.family} {row.route} {row.more if verb == "announce" else ""}' for row in self.rows]
        self.engine.command(*commands)
        until(lambda: len(self.engine.answers()) >= before + len(commands), 'answers')
        self.assertEqual([], [command for command, answer in zip(commands, self.engine.answers()[before:]) if answer != 'done'])

    def theirs(self):
        """GoBGP announces its routes; the answer is what its gRPC interface takes to change them all."""
        for row in self.rows:
            family = FAMILIES[row.family]
            if row.theirs:
                self.daemon.rib(family.word, 'add', *shlex.split(row.theirs))
            else:
                nlri, hop, attributes = row.octets
                self.daemon.grpc.add(family.afi, family.safi, bytes.fromhex(nlri), packed(hop), list(map(bytes.fromhex, attributes)))
        return self.daemon.grpc.own([FAMILIES[name][2:] for name in self.families])

    def table(self, family):
        """{NLRI: [attributes]} of what GoBGP has from us."""
        return self.daemon.table(FAMILIES[family].afi, FAMILIES[family].safi)

    def until_tables(self, what, good):
        """Waits until good(table, {NLRI of the rows}) of each family, and returns all tables."""
        tables = {}
        for family in self.families:
            wanted = {row.wire.replace(' ', '') for row in self.rows if row.family == family}
            try:
                tables[family] = until(lambda: (table := self.table(family), good(set(table), wanted))[1] and [table], what, 15)[0]
            except AssertionError as late:
                raise AssertionError(f'{late}: {family}: {sorted(wanted)}, there {sorted(self.table(family))}, '
                                     f'{list(self.daemon.program.lines)[-5:]}') from None
        return tables

    def until_held(self):
        return self.until_tables('all our routes in the table of GoBGP', lambda table, wanted: table == wanted)

    def until_empty(self):
        self.until_tables('an empty table of GoBGP', lambda table, wanted: not table)

    def judge_shown(self, tables):
        """Field by field, as GoBGP reads our routes."""
        shown = {name: self.daemon.shown(FAMILIES[name].word) for name in self.families if FAMILIES[name].word}
        for row in self.rows:
            with self.subTest(row.family + ' ' + row.route):
                for attribute in row.attributes:
                    self.assertIn(attribute.replace(' ', ''), tables[row.family][row.wire.replace(' ', '')])
                if row.shows:
                    paths = [{'nlri': path['nlri'], **{attribute['type']: attribute for attribute in path['attrs']}}
                             for path in shown[row.family]]
                    self.assertTrue(any(contains(path, row.shows) for path in paths), f'{row.shows} is not in {json.dumps(paths)}')

    def until_heard(self):
        def missing(heard):
            return [row for row in self.rows if not any(
                family == row.family and hop == row.hop and contains(route, row.hears) and contains(attributes, row.along)
                for family, route, hop, attributes in heard.routes.values())]
        try:
            until(lambda: not missing(self.heard()), 'the routes of GoBGP at our helper', 15)
        except AssertionError as late:
            heard = self.heard()
            rows = missing(heard)
            there = [known for known in heard.routes.values() if known[0] in {row.family for row in rows}]
            raise AssertionError(f'{late}: missing {[(row.family, row.hears, row.along) for row in rows]}, heard {there}') from None

    def updates(self):
        """The bodies of the UPDATEs that GoBGP sent."""
        messages = [json.loads(line)['neighbor']['message'] for line in self.engine.heard() if '"body"' in line]
        return [message['body'].removeprefix('0x') for message in messages if message['category'] == 2]

    def until_nothing_heard(self):
        try:
            until(lambda: not self.heard().routes, 'no route at our helper', 15)
        except AssertionError as late:
            raise AssertionError(f'{late}: {list(self.heard().routes.values())}') from None


class Families(Beside):
    def test_ours(self):
        self.daemon.start()
        self.run_engine()
        self.say('announce')
        self.judge_shown(self.until_held())
        self.say('withdraw')
        self.until_empty()

    def say_again(self):
        """The commands that `decode --command` prints of what GoBGP sent make the same UPDATEs."""
        again = test_round_trip.RoundTrip()
        again.session = ('-a', str(DAEMON_AS), '-z', str(ENGINE_AS))
        updates = self.updates()
        self.assertGreaterEqual(len(updates), len(self.rows))
        self.assertEqual([], [line for lines in again.decode(updates) for line in lines if line.startswith('#')])
        again.go_round(updates)

    def section(self):
        """All our routes in the configuration."""
        routes = ''
        for row in self.rows:
            afi, safi = row.family.split(' ', 1)
            route = f'{safi} {row.route} {row.more};'
            routes += f'{afi} {route}\n' if afi == 'afi-safi' else f'{afi} {{ {route} }}\n'
        return f'announce {{ {routes} }}'

    def test_theirs_loss_and_return(self):
        self.daemon.start()
        self.run_engine(self.section())
        own = self.theirs()
        self.until_held()
        self.until_heard()
        self.say_again()
        os.kill(self.engine.process.pid, signal.SIGKILL)
        self.until_empty()
        self.run_engine(self.section())
        self.until_held()
        self.until_heard()
        self.daemon.kill()
        self.until_nothing_heard()
        self.daemon.start()
        self.daemon.grpc.change(own)
        self.until_up(2)
        self.until_held()
        self.until_heard()
        downs = self.heard().states.count('down')
        self.daemon.grpc.change(own, withdrawn=True)
        self.until_nothing_heard()
        self.assertEqual(self.heard().states.count('down'), downs)


class FirstFamilies(Families, unittest.TestCase):
    families = SESSIONS[0]
    options = 'nexthop { ipv4 unicast ipv6; ipv4 nlri-mpls ipv6; ipv4 mpls-vpn ipv6; }'


class OtherFamilies(Families, unittest.TestCase):
    families = SESSIONS[1]


class RouteTargets(Beside, unittest.TestCase):
    """RFC 4684: GoBGP tells us the VPN routes that we asked for. It holds back those of other families as well, and dies of the
    default route target, `ipv4 rtc default`."""

    families = ['ipv4 rtc', 'ipv4 mpls-vpn']

    def until_vpn(self, *prefixes):
        until(lambda: sorted(route['nlri'] for family, route, _, _ in self.heard().routes.values() if family == 'ipv4 mpls-vpn') ==
              sorted(prefixes), f'{prefixes} at our helper, and no other', 15)

    def test_what_is_asked_for(self):
        self.daemon.start()
        for number in (1, 2):
            self.daemon.rib('vpnv4', 'add', *shlex.split(f'198.51.{number}.0/24 label 200 rd 65002:{number} rt 65002:{number} '
                                                         'nexthop 192.0.2.2'))
        rtc = FAMILIES['ipv4 rtc'][2:]
        self.daemon.grpc.add(*rtc, bytes.fromhex('60 0000fdea 0002fdea00000063'), packed(HOP4), [])
        own = self.daemon.grpc.own([rtc])
        self.run_engine()
        until(lambda: [(route['origin'], route['route-target']) for family, route, _, _ in self.heard().routes.values()
                       if family == 'ipv4 rtc'] == [(65002, 'target:65002:99')], 'what GoBGP asks for', 15)
        self.until_vpn()
        self.engine.command('announce ipv4 rtc origin 65001 route-target target:65002:1 next-hop 192.0.2.1')
        self.until_vpn('198.51.1.0/24')
        self.assertEqual(list(self.table('ipv4 rtc')), ['600000fde90002fdea00000001'])
        self.engine.command('announce ipv4 rtc origin 65001 route-target target:65002:2 next-hop 192.0.2.1')
        self.until_vpn('198.51.1.0/24', '198.51.2.0/24')
        self.engine.command('withdraw ipv4 rtc origin 65001 route-target target:65002:1')
        self.until_vpn('198.51.2.0/24')
        self.assertEqual(list(self.table('ipv4 rtc')), ['600000fde90002fdea00000002'])
        self.daemon.grpc.change(own, withdrawn=True)
        until(lambda: not [family for family, *_ in self.heard().routes.values() if family == 'ipv4 rtc'], 'its withdraw', 15)


harness.main()
