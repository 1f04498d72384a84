#!/usr/bin/env python3
"""The engine beside BIRD, family after family: what BIRD has in its tables, passes on and says of its own; IPv6 next hops of IPv4
routes, several paths, roles, graceful restart with its long-lived end."""

import unittest

import harness
from daemons import DAEMON_AS, ENGINE_AS, Bird
from engine import DrivenEngine
from families import OTHER_AS, Families, Row
from harness import until

TARGET = {'string': 'target:65001:100', 'value': 842127122628708}
PATH = {'0': {'element': 'as-sequence', 'value': [DAEMON_AS, ENGINE_AS]}}
FLOW4 = ('destination 203.0.113.0/24 source 192.0.2.0/25 protocol =tcp destination-port [ =80 >=1024&<=2048 ] tcp-flags syn '
         'packet-length >200&<300 dscp =10 fragment is-fragment')

# Family: BIRD's channel, its table, and how long a path a route may have there
CHANNELS = {
    'ipv4 unicast': ('ipv4', 'table4'), 'ipv6 unicast': ('ipv6', 'table6'),
    'ipv4 multicast': ('ipv4 multicast', 'many4'), 'ipv6 multicast': ('ipv6 multicast', 'many6'),
    'ipv4 nlri-mpls': ('ipv4 mpls', 'label4'), 'ipv6 nlri-mpls': ('ipv6 mpls', 'label6'),
    'ipv4 mpls-vpn': ('vpn4 mpls', 'vpn4table'), 'ipv6 mpls-vpn': ('vpn6 mpls', 'vpn6table'),
    'ipv4 flow': ('flow4', 'flow4table'), 'ipv6 flow': ('flow6', 'flow6table')}

OURS = [
    Row('ipv4 unicast', '203.0.113.0/24 path-information 0.0.0.5',
        'next-hop 2001:db8::1 med 7 community [ 65001:1 ] large-community [ 65001:2:3 ] '
        'extended-community [ target:65001:100 origin:65001:3 target:192.0.2.1:7 0x0202000111700005 ]', 'table4',
        ('BGP.next_hop: 2001:db8::1', 'BGP.med: 7', 'BGP.community: (65001,1)', 'BGP.large_community: (65001, 2, 3)',
         '(rt, 65001, 100) (ro, 65001, 3) (rt, 192.0.2.1, 7) (rt, 70000, 5)'),
        {'nlri': '203.0.113.0/24'}, {'community': [[65001, 1]], 'large-community': [[65001, 2, 3]], 'as-path': PATH}, next_hop='2001:db8::1'),
    Row('ipv4 unicast', '203.0.113.0/24 path-information 0.0.0.6', 'next-hop 192.0.2.1 atomic-aggregate aggregator ( 65001:192.0.2.9 )',
        'table4', ('BGP.next_hop: 192.0.2.1', 'BGP.atomic_aggr', 'BGP.aggregator: 192.0.2.9 AS65001'), {'nlri': '203.0.113.0/24'},
        {'atomic-aggregate': True, 'aggregator': '65001:192.0.2.9', 'as-path': PATH}, next_hop='192.0.2.1'),
    Row('ipv6 unicast', '2001:db8:100::/48', 'next-hop 2001:db8::1 as-path [ 65001 65010 ] origin incomplete', 'table6',
        ('2001:db8:100::/48', 'BGP.next_hop: 2001:db8::1', 'BGP.as_path: 65001 65010', 'BGP.origin: Incomplete'), {'nlri': '2001:db8:100::/48'},
        {'as-path': {'0': {'element': 'as-sequence', 'value': [DAEMON_AS, ENGINE_AS, 65010]}}}, next_hop='2001:db8::1'),
    Row('ipv4 multicast', '203.0.113.0/24', 'next-hop 192.0.2.1 med 7', 'many4', ('203.0.113.0/24', 'BGP.next_hop: 192.0.2.1', 'BGP.med: 7'),
        {'nlri': '203.0.113.0/24'}, {'as-path': PATH}, next_hop='192.0.2.1'),
    Row('ipv6 multicast', '2001:db8:100::/48', 'next-hop 2001:db8::1', 'many6', ('2001:db8:100::/48', 'BGP.next_hop: 2001:db8::1'),
        {'nlri': '2001:db8:100::/48'}, {'as-path': PATH}, next_hop='2001:db8::1'),
    Row('ipv4 nlri-mpls', '203.0.113.0/24', 'label 100 next-hop 192.0.2.1', 'label4',
        ('203.0.113.0/24', 'BGP.next_hop: 192.0.2.1', 'BGP.mpls_label_stack: 100'), {'nlri': '203.0.113.0/24', 'label': [[100]]}, {'as-path': PATH},
        next_hop='192.0.2.1'),
    Row('ipv6 nlri-mpls', '2001:db8:100::/48', 'label [ 101 102 ] next-hop 2001:db8::1', 'label6',
        ('2001:db8:100::/48', 'BGP.next_hop: 2001:db8::1', 'BGP.mpls_label_stack: 101/102'), {'nlri': '2001:db8:100::/48', 'label': [[101], [102]]},
        {'as-path': PATH}, next_hop='2001:db8::1'),
    Row('ipv4 mpls-vpn', '203.0.113.0/24 rd 65001:1', 'label 103 next-hop 2001:db8::1 extended-community [ target:65001:100 ]', 'vpn4table',
        ('65001:1 203.0.113.0/24', 'BGP.next_hop: 2001:db8::1', 'BGP.mpls_label_stack: 103', '(rt, 65001, 100)'),
        {'nlri': '203.0.113.0/24', 'rd': '65001:1', 'label': [[103]]}, {'extended-community': [TARGET]}, next_hop='2001:db8::1'),
    Row('ipv6 mpls-vpn', '2001:db8:100::/48 rd 192.0.2.1:1', 'label 104 next-hop 2001:db8::1 extended-community [ target:65001:100 ]', 'vpn6table',
        ('192.0.2.1:1 2001:db8:100::/48', 'BGP.next_hop: 2001:db8::1', 'BGP.mpls_label_stack: 104', '(rt, 65001, 100)'),
        {'nlri': '2001:db8:100::/48', 'rd': '192.0.2.1:1', 'label': [[104]]}, {'extended-community': [TARGET]}, next_hop='2001:db8::1'),
    Row('ipv4 flow', FLOW4, 'rate-limit 9600', 'flow4table',
        ('flow4 { dst 203.0.113.0/24; src 192.0.2.0/25; proto 6; dport 80,1024..2048; tcp flags !0x0/0x2; length > 200 && < 300; dscp 10; '
         'fragment !!is_fragment; }', '(generic, 0x80060000, 0x46160000)'),
        {'destination-ipv4': ['203.0.113.0/24'], 'source-ipv4': ['192.0.2.0/25'], 'protocol': ['=tcp'],
         'destination-port': ['=80', '>=1024&<=2048'], 'tcp-flags': ['syn'], 'packet-length': ['>200&<300'], 'dscp': ['=10'],
         'fragment': ['is-fragment']}, {'extended-community': [{'string': 'rate-limit:9600', 'value': 9225060887890886656}]}),
    Row('ipv6 flow', 'destination 2001:db8:100::/48/0 next-header =udp source-port =53 flow-label =7', 'discard', 'flow6table',
        ('flow6 { dst 2001:db8:100::/48; next header 17; sport 53; label 7; }', '(generic, 0x80060000, 0x0)'),
        {'destination-ipv6': ['2001:db8:100::/48/0'], 'next-header': ['=udp'], 'source-port': ['=53'], 'flow-label': ['=7']}),
]

THEIRS = [
    Row('ipv4 unicast', heard={'nlri': '198.51.100.0/24'}, next_hop='192.0.2.7',
        own='route 198.51.100.0/24 blackhole { bgp_next_hop = 192.0.2.7; bgp_community.add((65002,1)); bgp_large_community.add((65002,2,3)); '
            'bgp_ext_community.add((rt,65002,100)); bgp_path.prepend(65020); };',
        attributes={'community': [[65002, 1]], 'large-community': [[65002, 2, 3]], 'as-path': {'0': {'element': 'as-sequence', 'value': [DAEMON_AS, 65020]}},
                    'extended-community': [{'string': 'target:65002:100', 'value': 842131417596004}]}),
    Row('ipv6 unicast', heard={'nlri': '2001:db8:200::/48'}, next_hop='2001:db8::2', own='route 2001:db8:200::/48 blackhole;'),
    Row('ipv4 multicast', heard={'nlri': '198.51.100.0/24'}, next_hop='127.0.11.1', own='route 198.51.100.0/24 blackhole;'),
    Row('ipv6 multicast', heard={'nlri': '2001:db8:200::/48'}, next_hop='2001:db8::2', own='route 2001:db8:200::/48 blackhole;'),
    Row('ipv4 nlri-mpls', heard={'nlri': '198.51.100.0/24', 'label': [[3]]}, next_hop='127.0.11.1', own='route 198.51.100.0/24 via "lo" mpls 76;'),
    Row('ipv6 nlri-mpls', heard={'nlri': '2001:db8:200::/48', 'label': [[3]]}, next_hop='2001:db8::2', own='route 2001:db8:200::/48 via "lo" mpls 75/74;'),
    Row('ipv4 mpls-vpn', heard={'nlri': '198.51.100.0/24', 'rd': '65002:1', 'label': [[3]]}, next_hop='127.0.11.1',
        own='route 65002:1 198.51.100.0/24 via "lo" mpls 77;'),
    Row('ipv6 mpls-vpn', heard={'nlri': '2001:db8:200::/48', 'rd': '192.0.2.2:1', 'label': [[3]]}, next_hop='2001:db8::2',
        own='route 192.0.2.2:1 2001:db8:200::/48 via "lo" mpls 78;'),
    Row('ipv4 flow', heard={'destination-ipv4': ['198.51.100.0/24'], 'protocol': ['=udp'], 'destination-port': ['>=1000&<=2000'], 'source-port': ['=53'],
                            'tcp-flags': ['=syn&!fin'], 'packet-length': ['<100'], 'fragment': ['=is-fragment']},
        own='route flow4 { dst 198.51.100.0/24; sport 53; dport 1000..2000; proto 17; length < 100; tcp flags 0x2/0x3; fragment is_fragment; } '
            '{ bgp_ext_community.add((generic, 0x80060000, 0x46160000)); };',
        attributes={'extended-community': [{'string': 'rate-limit:9600', 'value': 9225060887890886656}]}),
    Row('ipv6 flow', heard={'destination-ipv6': ['2001:db8:200::/48/0'], 'next-header': ['=udp'], 'destination-port': ['=80'], 'flow-label': ['=5']},
        own='route flow6 { dst 2001:db8:200::/48; next header 17; label 5; dport 80; };'),
]


class BirdFamilies(Bird):
    """BIRD with two neighbors alike but for `role`, which is to the first."""

    def __init__(self, case, role=''):
        super().__init__(case, case.address)
        self.case, self.rows, self.role = case, [], role

    @staticmethod
    def channel(name, table):
        net = name.split()[0].replace('flow', 'ipv')
        hop = '' if 'flow' in name else ' next hop keep; igp table ways6;' + (
            ' igp table ways4; extended next hop yes;' if '4' in net else ' next hop address 2001:db8::2;')
        if name.endswith('multicast'):
            hop = hop.replace(' igp table ways4; extended next hop yes;', '').replace('ways6', 'ways' + net[-1])
        return f' {name} {{ table {table}; import all; export all;{" add paths yes;" * (name == "ipv4")}{hop} }};\n'

    def configuration(self):
        text = f'router id {self.address};\nlog stderr all;\nprotocol device {{}}\nipv4 table ways4;\nipv6 table ways6;\n'
        text += ''.join(f'{name.split()[0]} table {table};\n' for name, table in CHANNELS.values())
        text += 'protocol static { ipv4 { table ways4; }; route 192.0.2.0/24 via "lo"; }\n'
        text += 'protocol static { ipv6 { table ways6; }; route 2001:db8::/64 via "lo"; }\n'
        for family, (name, table) in CHANNELS.items():
            own = ' '.join(row.own for row in self.rows if row.family == family)
            text += f'protocol static own_{table} {{ {name.split()[0]} {{ table {table}; }}; {own} }}\n'
        channels = ''.join(self.channel(*channel) for channel in CHANNELS.values())
        for name, address, number, role in (('session1', self.case.address, ENGINE_AS, self.role), ('session2', self.case.other, OTHER_AS, '')):
            text += (f'protocol bgp {name} {{ local {self.address} port {self.port} as {DAEMON_AS}; neighbor {address} as {number};'
                     f' strict bind yes; multihop 2; passive yes; connect retry time 1; error wait time 1,2; {role}'
                     f' enable extended messages; long lived graceful restart yes;\n{channels}}}\n')
        return text

    def table(self, show):
        return self.ask('birdc', '-s', self.socket, 'show', 'route', 'all', 'table', show)

    def add(self, row):
        self.rows.append(row)
        self._reconfigure()

    def remove(self, row):
        self.rows.remove(row)
        self._reconfigure()


class BirdCase(Families):
    address, other = '127.0.24.1', '127.0.24.2'
    families = ' '.join(f'{family};' for family in CHANNELS)
    nexthop = 'nexthop { ipv4 unicast ipv6; ipv4 nlri-mpls ipv6; ipv4 mpls-vpn ipv6; }'
    options = f'capability {{ add-path send/receive; nexthop enable; }} {nexthop}'
    role = ''

    def setUp(self):
        if Bird.missing():
            self.skipTest(f'BIRD is not installed: no {", ".join(Bird.missing())}')
        self.daemon = BirdFamilies(self, self.role)


class Tables(BirdCase, unittest.TestCase):
    def test_both_ways(self):
        self.up()
        self.both_ways(OURS, THEIRS)

    def test_loss_and_return(self):
        self.up()
        self.loss_and_return(OURS, THEIRS)


class Roles(BirdCase, unittest.TestCase):
    """We are the provider of BIRD on the first session (RFC 9234), and nothing to it on the other."""

    role = 'local role customer; require roles yes;'

    def engine_text(self):
        ours, other = super().engine_text().split('neighbor ')[1:]
        return 'neighbor ' + ours.replace('capability {', 'capability { role provider; role-strict enable;') + 'neighbor ' + other

    def test_roles(self):
        self.up()
        self.announce([Row('ipv4 unicast', '203.0.113.0/24', 'next-hop 192.0.2.1')])
        until(lambda: 'BGP.otc: 65001' in self.daemon.table('table4'), 'our AS number as OTC in the table of BIRD')
        self.at_helper([Row('ipv4 unicast', heard={'nlri': '203.0.113.0/24'}, attributes={'attribute-0x23-0xE0': '0x0000fde9'})], self.other)
        # A route with OTC comes to a customer, never from one: BIRD would pass none on, and we refuse it from whoever does.
        self.daemon.add(Row('ipv4 unicast', own='route 198.51.100.0/24 blackhole;'))
        self.at_helper([Row('ipv4 unicast', heard={'nlri': '198.51.100.0/24'})], self.address)


class Restart(BirdCase, unittest.TestCase):
    """Our engine dies. BIRD keeps the routes, as stale, for the second of graceful restart; and then, marked, for a long life."""

    options = BirdCase.options.replace('capability {', 'capability { graceful-restart 1; long-lived-graceful-restart 100;')

    def test_restart(self):
        ours = [row for row in OURS if row.family in ('ipv6 unicast', 'ipv4 mpls-vpn', 'ipv6 nlri-mpls')]
        self.up()
        self.announce(ours)
        self.in_table(ours)
        self.engine.process.kill()
        self.engine.process.wait()
        until(lambda: all('BGP.community: (65535,6)' in self.daemon.table(row.show) for row in ours), 'routes with LLGR_STALE')
        self.in_table(ours)
        self.engine = DrivenEngine(self, self.engine_text())
        self.until_up()
        self.announce(ours[:1])
        until(lambda: '(65535,6)' not in ''.join(self.tables(ours).values()), 'the end of stale routes')
        self.in_table(ours[:1])
        self.not_in_table(ours[1:])


harness.main()
