#!/usr/bin/env python3
"""Two engines, one configuration, the same peer: what each announces and what its helpers hear.

    sudo test/interop/beside.py [options] CONFIG ENGINE [ENGINE...]

Each ENGINE (a command; the configuration is its last argument) runs in a network namespace of its own in which every
address is local, so that a configuration runs as it is, whatever addresses it names. A peer listens on the BGP port: it
mirrors the OPEN (next router identifier), says KEEPALIVE, and keeps what it hears. Each helper gets what it would get,
and a copy of that is kept: `run PROGRAM` becomes `run tee PROGRAM`, nothing else of the configuration is touched.

Printed are the routes that each peer holds in the end, with all attributes in hexadecimal, everything that was said
(`--all`), and what each helper heard, less what differs between any two runs (times, process ids, counters, versions);
of two engines the differences alone, and the status is 1 when there are any. Needs root, for the namespace.
"""

import argparse
import collections
import difflib
import json
import os
import re
import selectors
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), '..'))
from peer import KEEPALIVE, MARKER, NOTIFICATION, OPEN, REFRESH, UPDATE, message, update_parts  # noqa: E402

PORT = 179
START = 20  # seconds for the first session
DEFAULT_ROUTE = bytes.fromhex('000000 15 400101 00 4002 00 400304 7F000001 400504 00000064 20 00000000'.replace(' ', ''))
TEE = '''#!/usr/bin/env python3
import os, subprocess, sys, threading
log = open(sys.argv[1], 'ab', buffering=0)
helper = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, start_new_session=False)
def copy():
    while True:
        data = os.read(0, 65536)
        if not data:
            break
        log.write(data)
        try:
            helper.stdin.write(data); helper.stdin.flush()
        except OSError:
            pass
    try:
        helper.stdin.close()
    except OSError:
        pass
threading.Thread(target=copy, daemon=True).start()
os._exit(helper.wait())
'''


# ---- What UPDATEs say ----

def bits(data, at):
    return at + 1 + (data[at] + 7) // 8


def flow(data, at):
    return at + 2 + (struct.unpack('!H', data[at:at + 2])[0] & 0xfff) if data[at] >= 0xf0 else at + 1 + data[at]


ENDS = {1: bits, 2: bits, 4: bits, 128: bits, 132: bits, 73: bits, 133: flow, 134: flow,
        5: lambda data, at: at + 2 + data[at + 1], 70: lambda data, at: at + 2 + data[at + 1],
        85: lambda data, at: at + 4 + data[at + 3], 65: lambda data, at: at + 2 + struct.unpack('!H', data[at:at + 2])[0],
        71: lambda data, at: at + 4 + struct.unpack('!H', data[at + 2:at + 4])[0],
        72: lambda data, at: at + 4 + struct.unpack('!H', data[at + 2:at + 4])[0]}


def cut(family, data, with_path):
    """NLRIs in hexadecimal; all of them as one where the family is unknown."""
    end_of, found, at = ENDS.get(family[1]), [], 0
    while at < len(data):
        end = end_of(data, at + (4 if family in with_path else 0)) if end_of else len(data)
        found.append(data[at:end].hex())
        at = end
    return found


def add_path(body):
    wide = body[9:11] == b'\xff\xff'  # RFC 9072
    found, data = set(), body[13 if wide else 10:]
    while data:
        head, size = (3, struct.unpack('!H', data[1:3])[0]) if wide else (2, data[1])
        inner, data = data[head:head + size], data[head + size:]
        while inner:
            code, value, inner = inner[0], inner[2:2 + inner[1]], inner[2 + inner[1]:]
            for at in range(0, len(value) - 3, 4) if code == 69 else ():
                afi, safi, mode = struct.unpack('!HBB', value[at:at + 4])
                if mode == 3:
                    found.add((afi, safi))
    return found


def statements(body, with_path):
    """('announce', 'AFI/SAFI NLRI', 'attributes') for each route, and so on."""
    withdrawn, attributes, nlri = update_parts(body)
    if not withdrawn and not nlri and (not attributes or list(attributes) == [15] and len(attributes[15][1]) == 3):
        afi, safi = struct.unpack('!HB', attributes[15][1]) if attributes else (1, 1)
        return [('end-of-rib', f'{afi}/{safi}', '')]
    said, reach, unreach = [], attributes.pop(14, None), attributes.pop(15, None)

    def words(skip=()):
        return ' '.join(f'{code}:{flags & 0xef:02x}:{value.hex()}' for code, (flags, value) in sorted(attributes.items())
                        if code not in skip)
    said += [('withdraw', f'1/1 {one}', '') for one in cut((1, 1), withdrawn, with_path)]
    if unreach:
        family = struct.unpack('!HB', unreach[1][:3])
        said += [('withdraw', '%d/%d ' % family + one, '') for one in cut(family, unreach[1][3:], with_path)]
    if reach:
        family, size = struct.unpack('!HB', reach[1][:3]), reach[1][3]
        hop = f'next-hop:{reach[1][4:4 + size].hex()} '
        said += [('announce', '%d/%d ' % family + one, hop + words((3,))) for one in cut(family, reach[1][5 + size:], with_path)]
    said += [('announce', f'1/1 {one}', words()) for one in cut((1, 1), nlri, with_path)]
    return said or [('attributes', '-', words())]


# ---- The peer ----

class Heard:
    """What one neighbor got: the routes it holds, and all that was said."""

    def __init__(self):
        self.routes, self.said, self.opens = {}, [], []


class Peers:
    def __init__(self, options):
        self.options, self.heard = options, collections.defaultdict(Heard)
        self.pick, self.state = selectors.DefaultSelector(), {}
        for family, any_address in ((socket.AF_INET, '0.0.0.0'), (socket.AF_INET6, '::')):
            listener = socket.socket(family)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((any_address, options.port))
            listener.listen(64)
            self.pick.register(listener, selectors.EVENT_READ, 'listener')

    def _accept(self, listener):
        sock, remote = listener.accept()
        name = f'{sock.getsockname()[0]} from {remote[0]}'
        self.state[sock] = {'rest': b'', 'heard': self.heard[name], 'paths': set(), 'told': False}
        self.state[sock]['heard'].routes.clear()
        self.pick.register(sock, selectors.EVENT_READ, 'peer')

    def _hear(self, sock, state, kind, body):
        heard = state['heard']
        if kind == OPEN:
            mirrored = bytearray(body)
            mirrored[8] ^= 1
            state['paths'] = add_path(body)
            heard.opens.append(body.hex())
            sock.sendall(message(OPEN, bytes(mirrored)) + message(KEEPALIVE))
        elif kind == KEEPALIVE and not state['told']:
            state['told'] = True
            for body in self.options.send:
                sock.sendall(message(UPDATE, body))
        elif kind == UPDATE:
            for what, key, value in statements(body, state['paths']):
                heard.said.append(f'{what} {key} {value}'.strip())
                if what == 'announce':
                    heard.routes[key] = value
                elif what == 'withdraw':
                    heard.routes.pop(key, None)
        elif kind in (NOTIFICATION, REFRESH):
            heard.said.append(f'{"notification" if kind == NOTIFICATION else "refresh"} {body.hex()}')

    def _read(self, sock):
        state = self.state[sock]
        try:
            data = sock.recv(1 << 16)
        except OSError:
            data = b''
        if not data:
            self.pick.unregister(sock)
            sock.close()
            return
        state['rest'] += data
        while len(state['rest']) >= 19 and len(state['rest']) >= struct.unpack('!H', state['rest'][16:18])[0]:
            size = struct.unpack('!H', state['rest'][16:18])[0]
            assert state['rest'].startswith(MARKER)
            one, state['rest'] = state['rest'][:size], state['rest'][size:]
            try:
                self._hear(sock, state, one[18], one[19:])
            except OSError:
                pass

    def turn(self, seconds):
        for key, _ in self.pick.select(seconds):
            (self._accept if key.data == 'listener' else self._read)(key.fileobj)


# ---- One run, inside of the namespace ----

def prepare(options, folder):
    """The configuration with its helpers behind a tee; {name of a log: helper}."""
    where = os.path.dirname(os.path.abspath(options.config))
    tee = os.path.join(folder, 'tee.py')
    with open(tee, 'w', encoding='utf-8') as out:
        out.write(TEE)
    os.chmod(tee, 0o755)
    with open(options.config, encoding='utf-8') as text:
        lines, logs = text.read(), {}

    def run(match):
        words = match[2].split()
        for base in [options.run] * bool(options.run) + [where, os.path.join(where, '..', '..'), '/etc/exabgp']:
            if os.path.exists(os.path.join(base, words[0])):
                words[0] = os.path.abspath(os.path.join(base, words[0]))
                break
        log = os.path.join(folder, f'helper-{len(logs)}.log')
        logs[log] = os.path.basename(words[0])
        return f'{match[1]}run {tee} {log} {" ".join(words)};'
    config = os.path.join(folder, os.path.basename(options.config))
    with open(config, 'w', encoding='utf-8') as out:
        out.write(re.sub(r'(?m)^([^#\n]*?\s)run\s+([^;\n]+);', run, lines))
    return config, logs


def plain(line):
    """A line that a helper got, less what differs between any two runs."""
    try:
        event = json.loads(line)
    except ValueError:
        return re.sub(r'^(shutdown|(?:\S+ )*pid|(?:\S+ )*ppid)( \d+)+$', r'\1', line)
    for key in ('time', 'host', 'pid', 'ppid', 'counter', 'exabgp', 'version') if isinstance(event, dict) else ():
        event.pop(key, None)
    return json.dumps(event, sort_keys=True)


def inside(options):
    for words in ('link set lo up', 'route add local default dev lo', '-6 route add local default dev lo'):
        subprocess.run(['ip', *words.split()], check=True)
    folder = tempfile.mkdtemp(prefix='beside-')
    os.chmod(folder, 0o777)
    config, logs = prepare(options, folder)
    peers = Peers(options)
    env = dict(os.environ, exabgp_tcp_port=str(options.port), exabgp_tcp_bind='', exabgp_api_cli='false', exabgp_daemon_user='root',
               exabgp_log_enable='true', exabgp_log_destination='stderr', exabgp_api_socketname='beside')
    for name in options.env:
        env.update([name.split('=', 1)])
    engine = shlex.split(options.engine[0])
    engine[0] = os.path.realpath(shutil.which(engine[0]) or engine[0])
    with open(os.path.join(folder, 'log'), 'w', encoding='utf-8') as log:
        child = subprocess.Popen(engine + [config], env=env, stdin=subprocess.DEVNULL, stdout=log,
                                 stderr=log, start_new_session=True, cwd=os.path.dirname(os.path.abspath(options.config)))
        after, until, up = [shlex.split(words) for words in options.after], time.monotonic() + START, False
        while time.monotonic() < until and child.poll() is None:
            peers.turn(0.1)
            if not up and peers.heard:
                up, until = True, time.monotonic() + options.seconds
            if up and after and time.monotonic() > until - options.seconds / 2:
                subprocess.run(after.pop(0), env=env, check=False, stdout=subprocess.DEVNULL)
        ended = child.poll()
        child.terminate()
        stop = time.monotonic() + 2
        while child.poll() is None and time.monotonic() < stop:
            peers.turn(0.1)
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except OSError:
            pass
    result = {'peers': {name: {'routes': heard.routes, 'said': heard.said, 'opens': heard.opens[:1]} for name, heard in peers.heard.items()},
              'helpers': {}, 'ended': ended}
    for log, helper in logs.items():
        lines = open(log, encoding='utf-8', errors='replace').read().splitlines() if os.path.exists(log) else []
        result['helpers'][f'{os.path.basename(log)[7:-4]} {helper}'] = [plain(line) for line in lines]
    result['log'] = open(os.path.join(folder, 'log'), encoding='utf-8', errors='replace').read()
    shutil.rmtree(folder, ignore_errors=True)
    json.dump(result, sys.stdout)


# ---- Outside ----

def shown(result, options):
    lines = []
    for name, peer in sorted(result['peers'].items()):
        lines += [f'peer {name}: open {one}' for one in peer['opens']] if options.open else []
        lines += [f'peer {name}: {key} {value}' for key, value in sorted(peer['routes'].items())]
        lines += [f'peer {name}: said {one}' for one in peer['said']] if options.all else []
    for name, heard in sorted(result['helpers'].items()):
        lines += [f'helper {name}: {line}' for line in (sorted(set(heard)) if options.unordered else heard)]
    return lines


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('config')
    add('engine', nargs='+')
    add('--seconds', type=float, default=6, help='how long each engine runs once a peer is there (6)')
    add('--port', type=int, default=PORT)
    add('--run', help='a folder where helpers are looked for first')
    add('--env', action='append', default=[], metavar='NAME=VALUE', help='for the engine')
    add('--send', action='append', default=[], type=bytes.fromhex, metavar='HEX', help='body of an UPDATE for the engine')
    add('--default-route', action='store_true', help='sends 0.0.0.0/32, as the QA of ExaBGP does')
    add('--after', action='append', default=[], metavar='COMMAND', help='run inside when half of the time is over')
    add('--all', action='store_true', help='everything that was said, in order')
    add('--open', action='store_true', help='the OPEN messages too')
    add('--unordered', action='store_true', help='of the helpers: which lines, not how often or when')
    add('--log', action='store_true', help="the engines' logs too")
    add('--inside', action='store_true', help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.send += [DEFAULT_ROUTE] if options.default_route else []
    return options


def main():
    options = arguments()
    if options.inside:
        inside(options)
        return 0
    results = []
    for engine in options.engine:
        own = [word for word in sys.argv[1:] if word not in options.engine]
        done = subprocess.run(['unshare', '-n', sys.executable, os.path.realpath(__file__), '--inside', *own, engine],
                              stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            print(f'{engine}: status {done.returncode}')
            return 2
        result = json.loads(done.stdout)
        results.append(shown(result, options))
        if options.log or result['ended'] is not None and not result['peers']:
            print(f'== log of {engine}' + (f' (ended: {result["ended"]})' if result['ended'] is not None else ''))
            print(result['log'])
    if len(results) == 1:
        print('\n'.join(results[0]))
        return 0
    different = 0
    for engine, lines in zip(options.engine[1:], results[1:]):
        found = list(difflib.unified_diff(results[0], lines, options.engine[0], engine, n=0, lineterm=''))
        print('\n'.join(found) if found else f'the same: {len(lines)} lines')
        different |= bool(found)
    return int(different)


if __name__ == '__main__':
    sys.exit(main())
