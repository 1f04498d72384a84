#!/usr/bin/env python3
"""The engine beside FRR's bgpd, family after family: what FRR has in its tables, passes on and says of its own; labels, add-path,
roles and other capabilities. FRR does not speak to a kernel here (-n -Z), so labels are those that it is given."""

import json
import unittest

import harness
from daemons import DAEMON_AS, ENGINE_AS, Frr
from families import OTHER_AS, Families, Row
from harness import until

RT = 'extended-community [ target:65001:100 ]'
ESI = '03:11:22:33:44:55:66:77:88:99'
TARGET = {'string': 'target:65001:100', 'value': 842127122628708}
FLOW4 = ('destination 203.0.113.0/24 source 192.0.2.0/25 protocol =tcp destination-port [ =80 >=1024&<=2048 ] tcp-flags syn '
         'packet-length >200&<300 dscp =10 fragment is-fragment')


def evpn(words, more, route, has, heard):
    return Row('l2vpn evpn', f'{words}', f'{more} next-hop 192.0.2.1 {RT}', 'show bgp l2vpn evpn route detail',
               (f'65001:1:{route}', 'Extended Community: RT:65001:100', *has), {'rd': '65001:1', **heard},
               {'extended-community': [TARGET], 'as-path': {'0': {'element': 'as-sequence', 'value': [DAEMON_AS, ENGINE_AS]}}},
               next_hop='192.0.2.1')


OURS = [
    Row('ipv4 unicast', '203.0.113.0/24', 'next-hop 192.0.2.1 med 7', 'show bgp ipv4 unicast 203.0.113.0/24',
        ('192.0.2.1 from 127.0.23.1', 'metric 7'), {'nlri': '203.0.113.0/24'}, {'origin': 'igp'}),
    Row('ipv6 unicast', '2001:db8:100::/48', 'next-hop 2001:db8::1 community [ 65001:1 no-export ] large-community [ 65001:2:3 ]',
        'show bgp ipv6 unicast 2001:db8:100::/48', ('2001:db8::1 from 127.0.23.1', 'Community: 65001:1 no-export', 'Large Community: 65001:2:3')),
    Row('ipv4 multicast', '203.0.113.0/24', 'next-hop 192.0.2.1 med 7 origin egp', 'show bgp ipv4 multicast 203.0.113.0/24',
        ('192.0.2.1 from 127.0.23.1', 'Origin EGP', 'metric 7'), {'nlri': '203.0.113.0/24'}, {'origin': 'egp'}),
    Row('ipv6 multicast', '2001:db8:100::/48', 'next-hop 2001:db8::1', 'show bgp ipv6 multicast 2001:db8:100::/48',
        ('2001:db8::1 from 127.0.23.1',), {'nlri': '2001:db8:100::/48'}),
    Row('ipv4 mpls-vpn', '203.0.113.0/24 rd 65001:1',
        'label 100 next-hop 192.0.2.1 extended-community [ target:65001:100 target:192.0.2.1:7 origin:65001:3 0x0202000111700005 ]',
        'show bgp ipv4 vpn rd 65001:1 203.0.113.0/24',
        ('192.0.2.1 from 127.0.23.1', 'Remote label: 100', 'RT:65001:100', 'RT:192.0.2.1:7', 'SoO:65001:3', 'RT:70000:5'),
        {'nlri': '203.0.113.0/24', 'label': [[100]], 'rd': '65001:1'}),
    Row('ipv6 mpls-vpn', '2001:db8:100::/48 rd 192.0.2.1:1', f'label 101 next-hop 2001:db8::1 {RT}',
        'show bgp ipv6 vpn rd 192.0.2.1:1 2001:db8:100::/48', ('2001:db8::1 from 127.0.23.1', 'Remote label: 101', 'RT:65001:100'),
        {'nlri': '2001:db8:100::/48', 'label': [[101]], 'rd': '192.0.2.1:1'}, {'extended-community': [TARGET]}),
    Row('ipv4 flow', FLOW4, 'rate-limit 9600', 'show bgp ipv4 flowspec detail',
        ('Destination Address 203.0.113.0/24', 'Source Address 192.0.2.0/25', 'IP Protocol = 6', 'Destination Port = 80 , >= 1024 , <= 2048',
         'TCP Flags ∋ 2', 'Packet Length > 200 , < 300', 'DSCP field = 10', 'Packet Fragment ∋ 2', 'FS:rate 9600.000000'),
        {'destination-ipv4': ['203.0.113.0/24'], 'source-ipv4': ['192.0.2.0/25'], 'protocol': ['=tcp'],
         'destination-port': ['=80', '>=1024&<=2048'], 'tcp-flags': ['syn'], 'packet-length': ['>200&<300'], 'dscp': ['=10'],
         'fragment': ['is-fragment']}, {'extended-community': [{'string': 'rate-limit:9600', 'value': 9225060887890886656}]}),
    Row('ipv6 flow', 'destination 2001:db8:100::/48/0 next-header =udp source-port =53', 'redirect 65001:77', 'show bgp ipv6 flowspec detail',
        ('Destination Address 2001:db8:100::/48', 'IP Protocol = 17', 'Source Port = 53', 'FS:redirect VRF RT:65001:77'),
        {'destination-ipv6': ['2001:db8:100::/48/0'], 'next-header': ['=udp'], 'source-port': ['=53']}),
    evpn(f'ethernet-ad rd 65001:1 esi {ESI} ethernet-tag 4294967295', 'label 0', f'[1]:[4294967295]:[{ESI}]:[32]:[0.0.0.0]', (),
         {'code': 1, 'esi': ESI, 'ethernet-tag': 4294967295}),
    evpn('mac-ip rd 65001:1 ethernet-tag 0 mac 00:11:22:33:44:55 ip 203.0.113.9', 'vni 4800', '[2]:[0]:[48]:[00:11:22:33:44:55]:[32]:[203.0.113.9]',
         ('[203.0.113.9] VNI 4800',), {'code': 2, 'mac': '00:11:22:33:44:55', 'ip': '203.0.113.9', 'label': [[300, 4800]]}),
    evpn('mac-ip rd 65001:1 ethernet-tag 0 mac 00:11:22:33:44:66', 'vni [ 4801 9000 ]', '[2]:[0]:[48]:[00:11:22:33:44:66]',
         ('[00:11:22:33:44:66] VNI 4801/9000',), {'code': 2, 'mac': '00:11:22:33:44:66'}),
    evpn('multicast rd 65001:1 ethernet-tag 0 ip 192.0.2.1', 'pmsi ingressreplication:0:300:192.0.2.1', '[3]:[0]:[32]:[192.0.2.1]', (),
         {'code': 3, 'ethernet-tag': 0, 'ip': '192.0.2.1'}),
    evpn(f'ethernet-segment rd 65001:1 esi {ESI} ip 192.0.2.1', '', f'[4]:[{ESI}]:[32]:[192.0.2.1]', (), {'code': 4, 'esi': ESI, 'ip': '192.0.2.1'}),
    evpn('ip-prefix rd 65001:1 prefix 203.0.113.0/24', 'vni 10000', '[5]:[0]:[24]:[203.0.113.0]', ('[203.0.113.0] VNI 10000',),
         {'code': 5, 'ip': '203.0.113.0', 'iplen': 24, 'gateway': '0.0.0.0', 'label': [[625, 10000]]}),
    evpn('ip-prefix rd 65001:1 ethernet-tag 5 prefix 2001:db8:100::/48', 'vni 10001 gateway 2001:db8::5', '[5]:[5]:[48]:[2001:db8:100::]',
         ('[2001:db8:100::] VNI 10001',), {'code': 5, 'ip': '2001:db8:100::', 'iplen': 48, 'gateway': '::'}),  # FRR 8.4 tells no gateways
]

NO_ESI, MAC = '00:00:00:00:00:00:00:00:00:00', '00:11:22:33:44:77'
THEIRS = [
    Row('ipv4 unicast', heard={'nlri': '198.51.100.0/24'}, own='network 198.51.100.0/24'),
    Row('ipv6 unicast', heard={'nlri': '2001:db8:200::/48'}, own='network 2001:db8:200::/48'),
    Row('ipv4 multicast', heard={'nlri': '198.51.100.0/24'}, own='network 198.51.100.0/24', next_hop='127.0.12.1'),
    Row('ipv6 multicast', heard={'nlri': '2001:db8:200::/48'}, own='network 2001:db8:200::/48'),
    Row('ipv4 mpls-vpn', heard={'nlri': '198.51.100.0/24', 'rd': '65002:1', 'label': [[77]]}, next_hop='127.0.12.1',
        own='network 198.51.100.0/24 rd 65002:1 label 77'),
    Row('ipv6 mpls-vpn', heard={'nlri': '2001:db8:200::/48', 'rd': '127.0.12.1:1', 'label': [[78]]},
        own='network 2001:db8:200::/48 rd 127.0.12.1:1 label 78'),
    Row('l2vpn evpn', heard={'code': 5, 'rd': '65002:5', 'ip': '198.51.100.0', 'iplen': 24, 'gateway': '0.0.0.0', 'ethernet-tag': 9, 'label': [[5000, 80001]]},
        own=f'network 198.51.100.0/24 rd 65002:5 ethtag 9 label 5000 esi {NO_ESI} gwip 192.0.2.7 routermac {MAC}',
        attributes={'extended-community': [{'value': 0x0603001122334477, 'string': ''}]}),
    Row('l2vpn evpn', heard={'code': 5, 'rd': '65002:6', 'ip': '2001:db8:200::', 'iplen': 48, 'gateway': '::', 'ethernet-tag': 0},
        own=f'network 2001:db8:200::/48 rd 65002:6 ethtag 0 label 5001 esi {NO_ESI} gwip 2001:db8::7 routermac {MAC}'),
]

LABELLED = [
    Row('ipv4 nlri-mpls', '203.0.113.0/24 path-information 0.0.0.1', 'label 100 next-hop 192.0.2.1', 'show bgp ipv4 labeled-unicast 203.0.113.0/24',
        ('192.0.2.1 from 127.0.23.1', 'Remote label: 100', 'AddPath ID: RX 1'), {'nlri': '203.0.113.0/24', 'label': [[100]]}, next_hop='192.0.2.1'),
    Row('ipv4 nlri-mpls', '203.0.113.0/24 path-information 0.0.0.2', 'label 200 next-hop 192.0.2.2', 'show bgp ipv4 labeled-unicast 203.0.113.0/24',
        ('192.0.2.2 from 127.0.23.1', 'Remote label: 200', 'AddPath ID: RX 2')),  # FRR 8.4 gives labelled paths no identifiers, and tells one
    Row('ipv6 nlri-mpls', '2001:db8:100::/48 path-information 0.0.0.1', 'label 102 next-hop 2001:db8::1',
        'show bgp ipv6 labeled-unicast 2001:db8:100::/48', ('2001:db8::1 from 127.0.23.1', 'Remote label: 102'),
        {'nlri': '2001:db8:100::/48', 'label': [[102]]}),
]
LABELLED_THEIRS = [
    Row('ipv4 nlri-mpls', heard={'nlri': '198.51.100.0/24', 'label': [[3]]}, own='network 198.51.100.0/24', next_hop='127.0.12.1'),
    Row('ipv6 nlri-mpls', heard={'nlri': '2001:db8:200::/48', 'label': [[3]]}, own='network 2001:db8:200::/48'),
]

SAFIS = {'nlri-mpls': 'labeled-unicast', 'mpls-vpn': 'vpn', 'flow': 'flowspec'}


class FrrFamilies(Frr):
    """bgpd with two neighbors alike."""

    def __init__(self, case, families, options, each, to_other):
        super().__init__(case, case.address)
        self.families, self.rows = [self.family(name) for name in families], []
        self.options, self.each, self.to_other = options, each, to_other

    @staticmethod
    def family(name):
        afi, safi = name.split()
        return f'{afi} {SAFIS.get(safi, safi)}'

    def configuration(self, key=None):
        text = (f'frr defaults datacenter\nlog stdout\nrouter bgp {DAEMON_AS}\n bgp router-id {self.address}\n no bgp ebgp-requires-policy\n'
                ' no bgp network import-check\n no bgp default ipv4-unicast\n')
        for address, number in ((self.case.address, ENGINE_AS), (self.case.other, OTHER_AS)):
            text += f' neighbor {address} remote-as {number}\n' + ''.join(f' neighbor {address} {words}\n' for words in (
                'passive', f'update-source {self.address}', 'ebgp-multihop 2', 'disable-connected-check', 'advertisement-interval 0',
                *self.options))
        for family in self.families:
            text += f' address-family {family}\n' + ''.join(f'  neighbor {self.case.address} {words}\n' for words in ('activate', *self.each))
            text += ''.join(f'  neighbor {self.case.other} {words}\n' for words in ('activate', *self.each, *self.to_other))
            text += ' exit-address-family\n'
        for row in self.rows:
            text += f' address-family {self.table_of(row)}\n  {row.own}\n exit-address-family\n'
        return text + '!\n'

    def table_of(self, row):
        return self.family(row.family).replace('labeled-unicast', 'unicast')

    def table(self, show):
        return self.vtysh(show)

    def add(self, row):
        self.rows.append(row)
        self.vtysh('configure terminal', f'router bgp {DAEMON_AS}', f'address-family {self.table_of(row)}', row.own)

    def remove(self, row):
        self.rows.remove(row)
        words = row.own.partition(' routermac ')[0]
        self.vtysh('configure terminal', f'router bgp {DAEMON_AS}', f'address-family {self.table_of(row)}', 'no ' + words)

    def neighbor(self, address):
        return json.loads(self.vtysh(f'show bgp neighbors {address} json'))[address]


class FrrCase(Families):
    address, other = '127.0.23.1', '127.0.23.2'
    frr_options = frr_each = frr_to_other = ()

    def setUp(self):
        if Frr.missing():
            self.skipTest(f'FRR is not installed: no {", ".join(Frr.missing())}')
        self.daemon = FrrFamilies(self, self.families.strip('; ').split('; '), self.frr_options, self.frr_each, self.frr_to_other)


class Tables(FrrCase, unittest.TestCase):
    families = ('ipv4 unicast; ipv6 unicast; ipv4 multicast; ipv6 multicast; ipv4 mpls-vpn; ipv6 mpls-vpn; '
                'ipv4 flow; ipv6 flow; l2vpn evpn;')

    def test_both_ways(self):
        self.up()
        self.both_ways(OURS, THEIRS)

    def test_loss_and_return(self):
        self.up()
        self.loss_and_return(OURS, THEIRS)


class Labelled(FrrCase, unittest.TestCase):
    families = 'ipv4 nlri-mpls; ipv6 nlri-mpls;'
    options = 'capability { add-path send/receive; }'
    frr_each, frr_to_other = ('addpath-tx-all-paths',), ('attribute-unchanged next-hop',)

    def test_both_ways(self):
        self.up()
        self.both_ways(LABELLED, LABELLED_THEIRS)


class Capabilities(FrrCase, unittest.TestCase):
    """All that both have, at once; we are the provider of FRR (RFC 9234). Filters that FRR offers (RFC 5291) are none of ours."""

    families = 'ipv4 unicast; ipv6 unicast;'
    options = ('capability { add-path send/receive; extended-message enable; route-refresh enable; role provider; '
               'graceful-restart 60; long-lived-graceful-restart 90; }')
    frr_options = ('local-role customer',)
    frr_each = ('addpath-tx-all-paths', 'capability orf prefix-list both')

    def test_agreed(self):
        self.up()
        facts = self.daemon.neighbor(self.address)
        for name in ('4byteAs', 'extendedMessage', 'role', 'enhancedRouteRefresh', 'gracefulRestart', 'longLivedGracefulRestart'):
            self.assertEqual((name, facts['neighborCapabilities'][name]), (name, 'advertisedAndReceived'))
        self.assertEqual((facts['localRole'], facts['remoteRole']), ('customer', 'provider'))
        self.assertEqual(facts['gracefulRestartInfo']['timers']['receivedRestartTimer'], 60)

    def test_roles_and_paths(self):
        """What comes from a provider gets its number as OTC, and is for no other provider: our other session is one."""
        self.up()
        paths = [Row('ipv4 unicast', f'203.0.113.0/24 path-information 0.0.0.{number}', f'next-hop 192.0.2.{number}',
                     'show bgp ipv4 unicast 203.0.113.0/24', (f'192.0.2.{number} from', f'RX {number}', 'otc 65001')) for number in (5, 6)]
        self.announce(paths)
        self.in_table(paths)
        self.daemon.add(THEIRS[0])
        self.at_helper(THEIRS[:1], self.other)
        self.assertEqual([route[1]['nlri'] for route in self.heard(self.other).routes.values()], ['198.51.100.0/24'])
        self.say(f'withdraw {paths[0].family} {paths[0].route}')
        self.not_in_table(paths[:1])
        self.in_table(paths[1:])


harness.main()
