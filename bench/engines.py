"""The engines that scenarios run: ours, and the others as Debian has them.

An engine has a name, says with does() which scenarios it can do, and start() gives its process, which dials the peers:
    start(folder, helpers=(), sessions=1, routes=0, receive=False, who=None)
`dialed` is an address and port when the peers must dial instead. Where a helper announces or reads for ExaBGP, the
others have the nearest that they offer:
    feed(folder, count)     announces that many routes; None when a helper does it
    listen(folder, sink)    starts what writes received routes to the command `sink`
    held(folder)            how many routes it has from its peers, by its own word
    dump_command(file)      what prints an MRT file, a line a route
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

from load import A_SET, AS, HERE, NEXT_HOP, PEER_AS, PORT, Process, nlri, peer_address, prefix, set_octets, set_words

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'test' / 'interop'))
import gobgp_api  # noqa: E402


def asked(*command, stdin=None):
    done = subprocess.run(command, capture_output=True, text=True, stdin=stdin, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f'{command[0]}: {done.stdout[-200:]}{done.stderr[-200:]}')
    return done.stdout


class Engine:
    ours, dialed = False, None
    needs, scenarios = (), ()

    def does(self, scenario):
        return scenario in self.scenarios

    def missing(self):
        return [name for name in self.needs if not shutil.which(name)]

    feed = listen = None


class Exabgp(Engine):
    name, needs, scenarios = 'ExaBGP', ('exabgp',), ('inject', 'fan-out', 'collect', 'config', 'sessions', 'latency')
    command = ('exabgp',)

    def neighbor(self, i, helpers, body='', receive=False):
        api = f'api {{ processes [ {" ".join(helpers)} ]; {"receive { parsed; update; }" if receive else ""} }}'
        return (f'neighbor {peer_address(i)} {{ router-id 10.9.9.9; local-address {HERE}; '
                f'local-as {AS}; peer-as {PEER_AS}; hold-time 240; family {{ ipv4 unicast; }} '
                f'{api if helpers else ""} {body} }}\n')

    def start(self, folder, helpers=(), sessions=1, routes=0, receive=False, who=None):
        """`helpers`: (name, command) pairs; `who`: which of them each neighbor names, all when None."""
        lines = [f'process {name} {{ run {shlex.join(map(str, command))}; encoder json; }}\n' for name, command in helpers]
        names = [name for name, _ in helpers]
        body = ''
        if routes:
            body = 'static {\n' + ''.join(self.static(i) for i in range(routes)) + '}\n'
        for i in range(sessions):
            lines.append(self.neighbor(i, who(i) if who else names, body, receive))
        (folder / 'engine.conf').write_text(''.join(lines))
        return Process([*self.command, str(folder / 'engine.conf')], folder, self.environment())

    @staticmethod
    def environment():
        return dict(os.environ, exabgp_daemon_drop='false', exabgp_daemon_user='root', exabgp_log_level='ERR',
                    exabgp_log_destination='stderr', exabgp_tcp_port=str(PORT), exabgp_tcp_bind='', exabgp_api_ack='false',
                    exabgp_api_respawn='false', exabgp_api_cli='false')

    @staticmethod
    def static(i):
        hops, med, communities = set_words(i // A_SET)
        return (f'route {prefix(i)} next-hop {NEXT_HOP} origin igp as-path [ {" ".join(map(str, hops))} ] med {med} '
                f'community [ 65000:{communities[0]} 65000:{communities[1]} ];\n')


class Yottabgp(Exabgp):
    """Ours: the same configuration and settings, and all scenarios."""

    name, ours = 'YottaBGP', True

    def __init__(self, program):
        self.command = self.needs = (str(program),)

    def does(self, scenario):
        return True

    def start(self, folder, **options):
        self.socket = f'{folder}/engine.sock'
        return super().start(folder, **options)

    def environment(self):
        return dict(super().environment(), exabgp_api_cli='true', exabgp_api_socketpath=self.socket)

    def held(self, folder):
        said = subprocess.run([*self.command, 'run', 'show', 'adj-rib', 'in'], capture_output=True, timeout=300, check=True,
                              env=dict(os.environ, exabgp_api_socketpath=self.socket)).stdout
        return sum(b'/24' in line for line in said.splitlines())

    def dump_command(self, file):
        return [*self.command, 'decode', '--mrt', str(file)]


class Bird(Engine):
    name, needs, scenarios = 'BIRD', ('bird', 'birdc'), ('inject', 'ingest', 'config', 'sessions')

    @staticmethod
    def configuration(sessions, routes):
        lines = ['router id 10.9.9.9;\nlog stderr { error, fatal, bug };\nprotocol device { scan time 60; }\n']
        if routes:
            lines.append('protocol static { ipv4;\n')
            for i in range(routes):
                hops, med, communities = set_words(i // A_SET)
                path = ''.join(f'bgp_path.prepend({hop}); ' for hop in reversed(hops))
                lines.append(f'route {prefix(i)} blackhole {{ bgp_origin = ORIGIN_IGP; {path}bgp_med = {med}; '
                             f'bgp_community.add((65000,{communities[0]})); bgp_community.add((65000,{communities[1]})); }};\n')
            lines.append('}\n')
        lines.append(f'template bgp T {{ local {HERE} as {AS}; multihop; connect delay time 1; error wait time 1,2; '
                     f'ipv4 {{ import all; export all; next hop address {NEXT_HOP}; }}; }}\n')
        for i in range(sessions):
            lines.append(f'protocol bgp p{i} from T {{ neighbor {peer_address(i)} port {PORT} as {PEER_AS}; }}\n')
        return ''.join(lines)

    def start(self, folder, helpers=(), sessions=1, routes=0, receive=False, who=None):
        (folder / 'bird.conf').write_text(self.configuration(sessions, routes))
        return Process(['bird', '-f', '-c', str(folder / 'bird.conf'), '-s', str(folder / 'bird.ctl')], folder)

    def feed(self, folder, count):
        (folder / 'more.conf').write_text(self.configuration(1, count))
        return lambda: asked('birdc', '-s', str(folder / 'bird.ctl'), 'configure', f'"{folder}/more.conf"')

    @staticmethod
    def held(folder):
        return int(re.search(r'(\d+) of', asked('birdc', '-s', str(folder / 'bird.ctl'), 'show', 'route', 'count'))[1])


class Gobgp(Engine):
    name, needs, scenarios = 'GoBGP', ('gobgpd', 'gobgp', 'curl'), ('inject', 'collect', 'ingest', 'sessions')
    api = (HERE, PORT + 2000)

    def start(self, folder, helpers=(), sessions=1, routes=0, receive=False, who=None):
        neighbors = [{'config': {'neighbor-address': peer_address(i), 'peer-as': PEER_AS},
                      'transport': {'config': {'remote-port': PORT, 'local-address': HERE}},
                      'ebgp-multihop': {'config': {'enabled': True, 'multihop-ttl': 8}},
                      'timers': {'config': {'connect-retry': 1, 'hold-time': 240, 'idle-hold-time-after-reset': 1}},
                      'afi-safis': [{'config': {'afi-safi-name': 'ipv4-unicast'}}]} for i in range(sessions)]
        (folder / 'gobgpd.json').write_text(json.dumps(
            {'global': {'config': {'as': AS, 'router-id': '10.9.9.9', 'port': -1}}, 'neighbors': neighbors}))
        return Process(['gobgpd', '-f', str(folder / 'gobgpd.json'), '-t', 'json', '-l', 'error', '--pprof-disable',
                        '--api-hosts', f'{self.api[0]}:{self.api[1]}'], folder)

    def feed(self, folder, count):
        """One request of its gRPC interface with all paths in octets."""
        api = gobgp_api.Api(*self.api)
        paths = [{9: [api.family(1, 1)], 20: [nlri(i)], 21: set_octets(i // A_SET)} for i in range(count)]
        return lambda: api.change(paths)

    def command(self, *words):
        return ['gobgp', '-u', self.api[0], '-p', str(self.api[1]), *words]

    def listen(self, folder, sink):
        return Process(['sh', '-c', f'{shlex.join(self.command("monitor", "adj-in", "--current", "-j"))} | exec {shlex.join(sink)}'], folder)

    def held(self, folder):
        said = asked(*self.command('global', 'rib', 'summary', '-a', 'ipv4'))
        return int(re.search(r'Path: (\d+)', said)[1])


class Frr(Engine):
    name, needs, scenarios = 'FRR', ('/usr/lib/frr/bgpd', '/usr/bin/vtysh'), ('ingest', 'config', 'sessions')

    def start(self, folder, helpers=(), sessions=1, routes=0, receive=False, who=None):
        """Routes without attributes: a `network` line has none."""
        folder.chmod(0o777)
        lines = ['frr defaults datacenter\nlog stdout errors\n', f'router bgp {AS}\n bgp router-id 10.9.9.9\n',
                 ' no bgp ebgp-requires-policy\n no bgp network import-check\n']
        for i in range(sessions):
            peer = peer_address(i)
            lines.append(f' neighbor {peer} remote-as {PEER_AS}\n neighbor {peer} port {PORT}\n neighbor {peer} update-source {HERE}\n'
                         f' neighbor {peer} timers 80 240\n neighbor {peer} timers connect 1\n neighbor {peer} ebgp-multihop 2\n'
                         f' neighbor {peer} disable-connected-check\n neighbor {peer} advertisement-interval 0\n')
        lines.append(' address-family ipv4 unicast\n')
        lines += [f'  network {prefix(i)}\n' for i in range(routes)]
        lines.append(' exit-address-family\n!\n')
        (folder / 'bgpd.conf').write_text(''.join(lines))
        return Process(['/usr/lib/frr/bgpd', '-f', str(folder / 'bgpd.conf'), '-p', '0', '-n', '-Z', '-S', '-A', HERE, '-P', '0',
                        '-i', str(folder / 'pid'), '--vty_socket', str(folder), '-z', str(folder / 'zserv'),
                        '--log', 'stdout', '--log-level', 'errors'], folder)

    @staticmethod
    def held(folder):
        said = asked('vtysh', '--vty_socket', str(folder), '-d', 'bgpd', '-c', 'show bgp ipv4 unicast summary json')
        return sum(peer['pfxRcd'] for peer in json.loads(said)['peers'].values())


class Openbgpd(Engine):
    name, needs, scenarios = 'OpenBGPD', ('/usr/sbin/bgpd', 'bgpctl'), ('inject', 'ingest', 'config', 'sessions')

    def start(self, folder, helpers=(), sessions=1, routes=0, receive=False, who=None):
        """Routes without attributes."""
        pathlib.Path('/run/openbgpd').mkdir(exist_ok=True)  # where it changes its root to
        folder.chmod(0o755)
        lines = [f'AS {AS}\nrouter-id 10.9.9.9\nfib-update no\nconnect-retry 1\nholdtime 240\nlisten on {HERE} port {PORT + 1000}\n',
                 f'socket "{folder}/ctl"\n']
        lines += [f'network {prefix(i)}\n' for i in range(routes)]
        for i in range(sessions):
            lines.append(f'neighbor {peer_address(i)} {{\n remote-as {PEER_AS}\n port {PORT}\n local-address {HERE}\n multihop 2\n}}\n')
        lines.append('allow from any\nallow to any\n')
        (folder / 'bgpd.conf').write_text(''.join(lines))
        (folder / 'bgpd.conf').chmod(0o600)
        return Process(['/usr/sbin/bgpd', '-d', '-f', str(folder / 'bgpd.conf')], folder)

    def feed(self, folder, count):
        (folder / 'networks').write_text(''.join(f'{prefix(i)}\n' for i in range(count)))

        def go():
            with open(folder / 'networks') as networks:
                asked('bgpctl', '-s', f'{folder}/ctl', 'network', 'bulk', 'add', stdin=networks)
        return go

    @staticmethod
    def held(folder):
        return int(re.search(r'RIB prefixes:? *(\d+)|(\d+) IPv4 unicast network', asked('bgpctl', '-s', f'{folder}/ctl', 'show', 'rib', 'mem'))[0].split()[0])


class Pmacct(Engine):
    """pmbgpd, which only listens, and loses lines on a pipe: it writes to a file."""

    name, needs, scenarios = 'pmacct', ('pmbgpd',), ('collect',)
    dialed = f'{HERE}:{PORT + 1000}'

    def start(self, folder, helpers=(), sessions=1, routes=0, receive=False, who=None):
        log = f'bgp_daemon_msglog_file: {folder}/routes\nbgp_daemon_msglog_output: json\n' if receive else ''
        (folder / 'pmbgpd.conf').write_text(
            f'bgp_daemon_ip: {HERE}\nbgp_daemon_port: {PORT + 1000}\nbgp_daemon_max_peers: {sessions + 8}\n'
            f'bgp_daemon_as: {AS}\nbgp_daemon_id: {HERE}\ndaemonize: false\n{log}')
        return Process(['pmbgpd', '-f', str(folder / 'pmbgpd.conf')], folder)

    def listen(self, folder, sink):
        (folder / 'routes').touch()
        return Process(['sh', '-c', f'tail -c +1 -s 0.02 -f {folder}/routes | exec {shlex.join(sink)}'], folder)


class Bgpdump(Engine):
    name, needs, scenarios = 'bgpdump', ('bgpdump',), ('mrt',)

    @staticmethod
    def dump_command(file):
        return ['bgpdump', '-m', str(file)]


def peers():
    return [Exabgp(), Bird(), Gobgp(), Frr(), Openbgpd(), Pmacct(), Bgpdump()]
