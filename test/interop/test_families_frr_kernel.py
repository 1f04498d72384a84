#!/usr/bin/env python3
"""The engine beside FRR with a kernel of its own: a network namespace with a bridge and a VXLAN, in which zebra runs beside bgpd. EVPN
types 2 and 3 that FRR makes of the bridge, ours in its VNI; IPv4 routes with IPv6 next hops, which FRR has on IPv6 sessions alone."""

import os
import subprocess
import sys
import unittest

import harness
from daemons import DAEMON_AS, ENGINE_AS, Frr
from families import Families, Row
from harness import Program, until

INSIDE = 'INTEROP_NAMESPACE'  # set: we are in the namespace
ZEBRA = '/usr/lib/frr/zebra'
MAC, OURS_MAC, TUNNEL = '00:11:22:33:44:99', '00:11:22:33:44:55', '10.255.0.1'
LINKS = f'''link set lo up
-6 address add 2001:db8:ff::1/128 dev lo nodad
-6 address add 2001:db8:ff::2/128 dev lo nodad
address add {TUNNEL}/32 dev lo
link add bridge10 type bridge
link add vxlan10 type vxlan id 10 local {TUNNEL} dstport 4789 nolearning
link set vxlan10 master bridge10
link add port0 type veth peer name port1
link set port0 master bridge10
link set bridge10 up
link set vxlan10 up
link set port0 up
link set port1 up
route add 10.255.0.9/32 dev port1
-6 route add 2001:db8:ff::9/128 dev port1'''
VXLAN = 'next-hop 10.255.0.9 extended-community [ target:65002:10 encap:VXLAN ]'
OURS = [  # next hops are none of the namespace's own: FRR drops such routes
    Row('ipv4 unicast', '203.0.113.0/24', 'next-hop 2001:db8:ff::9', 'show bgp ipv4 unicast 203.0.113.0/24',
        ('2001:db8:ff::9 (metric 1024) from 2001:db8:ff::1',)),
    Row('l2vpn evpn', f'mac-ip rd 65001:10 ethernet-tag 0 mac {OURS_MAC}', f'vni 10 {VXLAN}', 'show bgp l2vpn evpn route vni 10',
        (f'[2]:[0]:[48]:[{OURS_MAC}]', '10.255.0.9')),
    Row('l2vpn evpn', 'multicast rd 65001:10 ethernet-tag 0 ip 10.255.0.9', f'pmsi ingressreplication:0:0(10):10.255.0.9 {VXLAN}',
        'show bgp l2vpn evpn route vni 10', ('[3]:[0]:[32]:[10.255.0.9]',)),
]
TARGETS = [{'string': 'target:65002:10', 'value': 842131417595914}, {'string': 'encap:VXLAN', 'value': 219550481834311688}]
THEIRS = [
    Row('ipv4 unicast', heard={'nlri': f'{TUNNEL}/32'}, next_hop='2001:db8:ff::2'),
    Row('l2vpn evpn', heard={'code': 2, 'rd': f'{TUNNEL}:2', 'mac': MAC, 'ethernet-tag': 0, 'esi': '-', 'label': [[0, 10]]}, next_hop=TUNNEL,
        attributes={'extended-community': TARGETS}),
    Row('l2vpn evpn', heard={'code': 3, 'rd': f'{TUNNEL}:2', 'ip': TUNNEL, 'ethernet-tag': 0}, next_hop=TUNNEL,
        attributes={'extended-community': TARGETS, 'pmsi': f'pmsi:ingressreplication:0:0(10):{TUNNEL}'}),
]


class FrrKernel(Frr):
    needs = (*Frr.needs, ZEBRA, 'ip', 'bridge')
    address = '2001:db8:ff::2'

    def start(self, key=None):
        self.zserv = os.path.join(self.folder, 'zserv')
        Program(self.case, [ZEBRA, '-z', self.zserv, '--vty_socket', self.folder, '-i', os.path.join(self.folder, 'zebra.pid'), '-u', 'frr',
                            '-g', 'frr', '-A', '127.0.0.1', '-P', '0', '--log', 'stdout'])
        until(lambda: os.path.exists(self.zserv), 'the socket of zebra')
        config = self.write('bgpd.conf', (
            f'frr defaults datacenter\nlog stdout\nrouter bgp {DAEMON_AS}\n bgp router-id {TUNNEL}\n no bgp ebgp-requires-policy\n'
            f' no bgp default ipv4-unicast\n neighbor {self.engine} remote-as {ENGINE_AS}\n' +
            ''.join(f' neighbor {self.engine} {words}\n' for words in (
                'passive', f'update-source {self.address}', 'ebgp-multihop 2', 'capability extended-nexthop', 'advertisement-interval 0')) +
            f' address-family ipv4 unicast\n  neighbor {self.engine} activate\n  network {TUNNEL}/32\n exit-address-family\n'
            f' address-family l2vpn evpn\n  neighbor {self.engine} activate\n  advertise-all-vni\n exit-address-family\n!\n'))
        self.program = Program(self.case, [
            '/usr/lib/frr/bgpd', '-f', config, '-p', str(self.port), '-l', self.address, '-S', '-A', '127.0.0.1', '-P', '0', '-z', self.zserv,
            '-i', os.path.join(self.folder, 'pid'), '--vty_socket', self.folder, '--log', 'stdout'])
        until(lambda: os.path.exists(os.path.join(self.folder, 'bgpd.vty')), 'the socket of bgpd')

    def table(self, show):
        return self.vtysh(show)


@unittest.skipUnless(os.environ.get(INSIDE), 'needs root, and VXLAN in the kernel')
class Tables(Families, unittest.TestCase):
    address = '2001:db8:ff::1'
    families = 'ipv4 unicast; ipv6 unicast; l2vpn evpn;'
    options = 'capability { nexthop enable; } nexthop { ipv4 unicast ipv6; }'

    def setUp(self):
        if FrrKernel.missing():
            self.skipTest(f'not installed: {", ".join(FrrKernel.missing())}')
        self.daemon = FrrKernel(self, self.address)

    def engine_text(self):
        return super().engine_text().replace(f'router-id {self.address}', 'router-id 10.255.0.9')

    def test_both_ways(self):
        self.up()
        self.announce(OURS)
        self.in_table(OURS)
        self.at_helper(THEIRS[::2], self.address)
        subprocess.run(['bridge', 'fdb', 'add', MAC, 'dev', 'port0', 'master', 'static'], check=True)
        self.at_helper(THEIRS[1:2], self.address)
        subprocess.run(['bridge', 'fdb', 'del', MAC, 'dev', 'port0', 'master'], check=True)
        self.not_at_helper(THEIRS[1:2], self.address)
        self.say(*(f'withdraw {row.family} {row.route}' for row in OURS))
        self.not_in_table(OURS)
        subprocess.run(['ip', 'link', 'del', 'vxlan10'], check=True)
        self.not_at_helper(THEIRS[2:], self.address)


def enter():
    """This script again, in a namespace of its own where that can be; here, with its cases skipped, where it cannot."""
    make = 'set -e\n' + '\n'.join(f'ip {line}' for line in LINKS.splitlines()) + '\nexec "$@"'
    inside = ['unshare', '-n', 'sh', '-c', make, 'sh']
    if os.environ.get(INSIDE) or os.geteuid() or FrrKernel.missing():
        return
    if subprocess.run([*inside, 'true'], capture_output=True, check=False).returncode == 0:
        os.execvpe(inside[0], [*inside, sys.executable, os.path.abspath(__file__), *sys.argv[1:]], {**os.environ, INSIDE: 'yes'})


enter()
harness.main()
