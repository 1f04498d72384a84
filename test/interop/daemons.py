"""Other people's BGP daemons, as Debian has them, for interop tests: each on an address and port of its own on loopback.

A daemon announces what it is told to, and its own table is asked what it holds: that is what the tests believe.
    start(key=None)        starts it, with an MD5 key
    routes()               {prefix: facts} that it has from the engine; facts: 'med', 'communities' where it tells them
    announce(prefix) / withdraw(prefix)     routes of its own, while it runs
"""

import json
import os
import re
import shutil
import socket
import subprocess

import gobgp_api
from harness import Program, folder, free_port, until

ENGINE_AS, DAEMON_AS = 65001, 65002


class Daemon:
    needs = ()  # programs; a test is skipped without them
    md5 = True

    def __init__(self, case, engine_address):
        self.case, self.engine = case, engine_address
        self.folder = folder(case)
        os.chmod(self.folder, 0o777)
        self.port = free_port(self.address)
        self.program = None

    @classmethod
    def missing(cls):
        return [name for name in cls.needs if not (shutil.which(name) or os.path.exists(name))]

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8') as handle:
            handle.write(text)
        os.chmod(path, mode)
        return path

    def ask(self, *argv):
        done = subprocess.run(argv, capture_output=True, text=True, timeout=15, check=False)
        if done.returncode:
            raise AssertionError(f'{argv}: {done.stdout}{done.stderr}')
        return done.stdout

    def kill(self):
        """Ends it without a word to its peer."""
        self.program.process.kill()
        self.program.process.wait()


class Bird(Daemon):
    needs = ('bird', 'birdc')
    address = '127.0.11.1'

    def configuration(self):
        routes = {4: '', 6: ''}
        for prefix in self.own:
            routes[6 if ':' in prefix else 4] += f' route {prefix} blackhole;'
        password = f'password "{self.key}";' if self.key else ''
        channels = ''.join(f' ipv{v} {{ import all; export where source = RTS_STATIC; next hop address {hop}; }};'
                           for v, hop in ((4, self.address), (6, '2001:db8::2')))
        return (f'router id {self.address};\nlog stderr all;\nprotocol device {{}}\n'
                f'protocol static own4 {{ ipv4;{routes[4]} }}\nprotocol static own6 {{ ipv6;{routes[6]} }}\n'
                f'protocol bgp engine {{ local {self.address} port {self.port} as {DAEMON_AS}; neighbor {self.engine} as {ENGINE_AS};'
                f' strict bind yes; multihop 2; passive yes; connect retry time 1; error wait time 1,2; {password}{channels} }}\n')

    def start(self, key=None):
        self.key, self.own = key, getattr(self, 'own', [])
        self.socket = os.path.join(self.folder, 'ctl')
        config = self.write('bird.conf', self.configuration())
        self.program = Program(self.case, ['bird', '-f', '-c', config, '-s', self.socket, '-P', os.path.join(self.folder, 'pid')])
        until(lambda: os.path.exists(self.socket), 'the socket of bird')

    def _reconfigure(self):
        self.write('bird.conf', self.configuration())
        self.ask('birdc', '-s', self.socket, 'configure')

    def announce(self, prefix):
        self.own.append(prefix)
        self._reconfigure()

    def withdraw(self, prefix):
        self.own.remove(prefix)
        self._reconfigure()

    def routes(self):
        found, prefix = {}, None
        for line in self.ask('birdc', '-s', self.socket, 'show', 'route', 'all', 'protocol', 'engine').splitlines():
            match = re.match(r'([0-9a-f.:]+/\d+)\s', line)
            if match:
                prefix = match[1]
                found[prefix] = {}
            if prefix and 'BGP.med:' in line:
                found[prefix]['med'] = int(line.split(':')[1])
            if prefix and 'BGP.community:' in line:
                found[prefix]['communities'] = {f'{a}:{b}' for a, b in re.findall(r'\((\d+),(\d+)\)', line)}
        return found


class Frr(Daemon):
    needs = ('/usr/lib/frr/bgpd',)
    address = '127.0.12.1'

    def configuration(self, key=None):
        password = f' neighbor {self.engine} password {key}\n' if key else ''
        networks = {4: '', 6: ''}
        for prefix in self.own:
            networks[6 if ':' in prefix else 4] += f'  network {prefix}\n'
        return (
            f'frr defaults datacenter\nlog stdout\nrouter bgp {DAEMON_AS}\n bgp router-id {self.address}\n no bgp ebgp-requires-policy\n'
            f' no bgp network import-check\n neighbor {self.engine} remote-as {ENGINE_AS}\n neighbor {self.engine} passive\n'
            f' neighbor {self.engine} update-source {self.address}\n neighbor {self.engine} ebgp-multihop 2\n'
            f' neighbor {self.engine} disable-connected-check\n neighbor {self.engine} advertisement-interval 0\n'
            f' neighbor {self.engine} timers connect 1\n{password}'
            f' address-family ipv4 unicast\n{networks[4]} exit-address-family\n'
            f' address-family ipv6 unicast\n  neighbor {self.engine} activate\n{networks[6]} exit-address-family\n!\n')

    def start(self, key=None):
        self.own = getattr(self, 'own', [])
        config = self.write('bgpd.conf', self.configuration(key))
        self.program = Program(self.case, [
            '/usr/lib/frr/bgpd', '-f', config, '-p', str(self.port), '-l', self.address, '-n', '-Z', '-S', '-A', self.address, '-P', '0',
            '-i', os.path.join(self.folder, 'pid'), '--vty_socket', self.folder, '-z', os.path.join(self.folder, 'zserv'),
            '--log', 'stdout', '--log-level', 'informational'])
        until(lambda: os.path.exists(os.path.join(self.folder, 'bgpd.vty')), 'the socket of bgpd')

    def vtysh(self, *commands):
        """What vtysh would say, over its socket: a command and a zero octet there, text, three zeros and the status back."""
        said = b''
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as vty:
            vty.settimeout(15)
            vty.connect(os.path.join(self.folder, 'bgpd.vty'))
            for command in ('enable', *commands):
                answer = b''
                vty.sendall(command.encode() + b'\0')
                while answer[-4:-1] != b'\0\0\0':
                    more = vty.recv(65536)
                    if not more:
                        raise AssertionError(f'{command}: bgpd closed its socket')
                    answer += more
                if answer[-1] not in (0, 1):  # done, or a warning: what was asked for is not there
                    raise AssertionError(f'{command}: status {answer[-1]}, {answer[:-4]}')
                said += answer[:-4]
        return said.decode()

    def _network(self, prefix, no):
        family = 'ipv6' if ':' in prefix else 'ipv4'
        self.vtysh('configure terminal', f'router bgp {DAEMON_AS}', f'address-family {family} unicast', f'{no}network {prefix}')

    def announce(self, prefix):
        self.own.append(prefix)
        self._network(prefix, '')

    def withdraw(self, prefix):
        self.own.remove(prefix)
        self._network(prefix, 'no ')

    def routes(self):
        found = {}
        for family in ('ipv4', 'ipv6'):
            table = json.loads(self.vtysh(f'show bgp {family} unicast json'))
            for prefix, paths in table.get('routes', {}).items():
                if any(path.get('peerId') == self.engine for path in paths):
                    detail = json.loads(self.vtysh(f'show bgp {family} unicast {prefix} json'))
                    for path in detail.get('paths', [])[:1]:  # none: withdrawn meanwhile
                        found[prefix] = {'med': path.get('metric'), 'communities': set(path.get('community', {}).get('list', []))}
        return found


class Gobgp(Daemon):
    """Of other families than these two: `afi_safis` before the start, then rib(), table() and grpc."""

    needs = ('gobgpd', 'gobgp')
    address = '127.0.13.1'
    afi_safis = ('ipv4-unicast', 'ipv6-unicast')

    def start(self, key=None):
        self.api = free_port(self.address)
        neighbor = {
            'config': {'neighbor-address': self.engine, 'peer-as': ENGINE_AS, **({'auth-password': key} if key else {})},
            'transport': {'config': {'passive-mode': True, 'local-address': self.address}},
            'ebgp-multihop': {'config': {'enabled': True, 'multihop-ttl': 2}},
            'timers': {'config': {'idle-hold-time-after-reset': 1}},
            'afi-safis': [{'config': {'afi-safi-name': name}} for name in self.afi_safis]}
        config = self.write('gobgpd.json', json.dumps({
            'global': {'config': {'as': DAEMON_AS, 'router-id': self.address, 'port': self.port, 'local-address-list': [self.address]}},
            'neighbors': [neighbor]}))
        self.program = Program(self.case, ['gobgpd', '-f', config, '-t', 'json', '--pprof-disable', '--api-hosts', f'{self.address}:{self.api}'])

        def answers():
            try:
                return self.gobgp('neighbor')
            except AssertionError:
                return None
        until(answers, 'an answer of gobgpd')
        self.grpc = gobgp_api.Api(self.address, self.api)
        for prefix in getattr(self, 'own', []):
            self._rib('add', prefix)
        self.own = getattr(self, 'own', [])

    def gobgp(self, *words):
        return self.ask('gobgp', '-u', self.address, '-p', str(self.api), *words)

    def rib(self, family, *words):
        """`global rib` with the command line's word for a family: rib('evpn', 'add', ...)."""
        return self.gobgp('-j', 'global', 'rib', '-a', family, *words)

    def _rib(self, verb, prefix):
        hop = ['nexthop', '2001:db8::2'] if ':' in prefix else ['nexthop', self.address]
        self.rib('ipv6' if ':' in prefix else 'ipv4', verb, prefix, *(hop if verb == 'add' else []))

    def shown(self, family):
        """Its table of a family as its command line shows it: the paths that came from the engine, in JSON."""
        text = self.rib(family)
        table = json.loads(text) if text.strip().startswith('{') else {}
        return [path for paths in table.values() for path in paths or [] if path.get('neighbor-ip') == self.engine]

    def table(self, afi, safi):
        """The same of any family, as GoBGP would put it on the wire: {NLRI: [attributes]} in hexadecimal."""
        return {path[20][0].hex(): [attribute.hex() for attribute in path[21]]
                for path in self.grpc.paths(afi, safi) if path[15] == [self.engine.encode()]}

    def announce(self, prefix):
        self.own.append(prefix)
        self._rib('add', prefix)

    def withdraw(self, prefix):
        self.own.remove(prefix)
        self._rib('del', prefix)

    def routes(self):
        found = {}
        for family in ('ipv4', 'ipv6'):
            text = self.gobgp('-j', 'neighbor', self.engine, 'adj-in', '-a', family)
            for prefix, paths in (json.loads(text) if text.strip().startswith('{') else {}).items():
                facts = {}
                if not paths:
                    continue
                for attribute in paths[0]['attrs']:
                    if attribute['type'] == 4:
                        facts['med'] = attribute['metric']
                    if attribute['type'] == 8:
                        facts['communities'] = {f'{c >> 16}:{c & 0xffff}' for c in attribute['communities']}
                found[prefix] = facts
        return found


class Openbgpd(Daemon):
    needs = ('/usr/sbin/bgpd', 'bgpctl')
    address = '127.0.14.1'
    md5 = False  # Debian's wants the kernel's key management for it

    def configuration(self):
        return (
            f'AS {DAEMON_AS}\nrouter-id {self.address}\nfib-update no\nlisten on {self.address} port {self.port}\nsocket "{self.socket}"\n'
            + ''.join(f'network {prefix}\n' for prefix in self.own) +
            f'neighbor {self.engine} {{\n remote-as {ENGINE_AS}\n local-address {self.address}\n passive\n multihop 2\n'
            ' announce IPv4 unicast\n announce IPv6 unicast\n}\nallow from any\nallow to any\n')

    def start(self, key=None):
        os.makedirs('/run/openbgpd', exist_ok=True)
        self.own = getattr(self, 'own', [])
        self.socket = os.path.join(self.folder, 'ctl')
        config = self.write('bgpd.conf', self.configuration(), 0o600)
        self.program = Program(self.case, ['/usr/sbin/bgpd', '-d', '-f', config])
        until(lambda: os.path.exists(self.socket), 'the socket of bgpd')

    def bgpctl(self, *words):
        return self.ask('bgpctl', '-s', self.socket, *words)

    def announce(self, prefix):
        self.own.append(prefix)
        self.bgpctl('network', 'add', prefix)

    def withdraw(self, prefix):
        self.own.remove(prefix)
        self.bgpctl('network', 'delete', prefix)

    def routes(self):
        table = json.loads(self.bgpctl('-j', 'show', 'rib', 'detail', 'neighbor', self.engine))
        found = {}
        for route in table.get('rib', []):
            found[route['prefix']] = {'med': route.get('metric'), 'communities': set(route.get('communities', []))}
        return found

    def kill(self):
        # Its three processes: the others leave when their parent is gone.
        super().kill()


EXABGP_HELPER = """#!/usr/bin/env python3
import os, sys, threading
here = os.path.dirname(os.path.abspath(__file__))
def hear():
    with open(os.path.join(here, 'heard'), 'a', buffering=1) as out:
        for line in sys.stdin:
            out.write(line)
    os._exit(0)
threading.Thread(target=hear, daemon=True).start()
with open(os.path.join(here, 'commands'), 'r+b', buffering=0) as commands:
    while True:
        os.write(1, commands.read(4096))
"""


class Exabgp(Daemon):
    """ExaBGP keeps no table that it would show: what its helper hears is put together here."""

    needs = ('/usr/sbin/exabgp',)
    address = '127.0.15.1'
    families = 'ipv4 unicast; ipv6 unicast;'

    def configuration(self, helper, key):
        static = ' '.join(self._route(prefix) + ';' for prefix in self.own)
        password = f'md5-password "{key}";' if key else ''
        return (
            f'process helper {{ run {helper}; encoder json; }}\n'
            f'neighbor {self.engine} {{ router-id {self.address}; local-address {self.address}; local-as {DAEMON_AS}; peer-as {ENGINE_AS};'
            f' passive true; listen {self.port}; {password} family {{ {self.families} }}'
            f' api {{ processes [ helper ]; neighbor-changes; receive {{ parsed; update; }} }} static {{ {static} }} }}\n')

    def start(self, key=None):
        helper = self.write('helper.py', EXABGP_HELPER, 0o755)
        self.own = getattr(self, 'own', [])
        config = self.write('exabgp.conf', self.configuration(helper, key))
        for name in ('commands', 'heard'):
            path = os.path.join(self.folder, name)
            if os.path.exists(path):
                os.unlink(path)
        os.mkfifo(os.path.join(self.folder, 'commands'), 0o600)
        self.program = Program(self.case, ['/usr/sbin/exabgp', config], env={
            'exabgp_daemon_user': 'root', 'exabgp_tcp_bind': '', 'exabgp_api_cli': 'false', 'exabgp_log_destination': 'stderr'})
        self.commands = open(os.path.join(self.folder, 'commands'), 'r+b', buffering=0)
        self.case.addCleanup(self.commands.close)

    @staticmethod
    def _route(prefix):
        return f'route {prefix} next-hop ' + ('2001:db8::2' if ':' in prefix else '127.0.15.1')

    def _say(self, line):
        self.commands.write(line.encode() + b'\n')

    def announce(self, prefix):
        self.own.append(prefix)
        self._say('announce ' + self._route(prefix))

    def withdraw(self, prefix):
        self.own.remove(prefix)
        self._say('withdraw ' + self._route(prefix))

    def heard(self):
        """The lines of its helper."""
        try:
            with open(os.path.join(self.folder, 'heard'), encoding='utf-8') as lines:
                return lines.read().splitlines()
        except FileNotFoundError:
            return []

    def routes(self):
        found = {}
        for event in (json.loads(line) for line in self.heard() if line.startswith('{')):
            neighbor = event.get('neighbor', {})
            if neighbor.get('state') == 'down':
                found.clear()
            update = neighbor.get('message', {}).get('update', {})
            for family in update.get('withdraw', {}).values():
                for route in family:
                    found.pop(route['nlri'], None)
            attributes = update.get('attribute', {})
            facts = {'med': attributes.get('med'), 'communities': {f'{a}:{b}' for a, b in attributes.get('community', [])}}
            for family in update.get('announce', {}).values():
                for routes in family.values():
                    for route in routes:
                        found[route['nlri']] = facts
        return found


DAEMONS = {'bird': Bird, 'frr': Frr, 'gobgp': Gobgp, 'openbgpd': Openbgpd, 'exabgp': Exabgp}
