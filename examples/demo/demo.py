#!/usr/bin/env python3
"""The demo: two engines, a helper that announces at one end, a helper that collects at the other.

    examples/demo/demo.py PATH-TO-yottabgp

Everything is on the loopback address and in a temporary folder; it ends by itself.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MANY = 100_000

COLLECTOR = """process collect {{
	run {here}/collect.py;
	encoder json;
}}
neighbor 127.0.0.1 {{
	router-id 192.0.2.2;
	local-address 127.0.0.2;
	local-as 65002;
	peer-as 65001;
	passive true;
	listen {port};
	family {{ ipv4 unicast; ipv6 unicast; }}
	api {{ processes [ collect ]; receive {{ parsed; update; }} }}
}}
"""

ANNOUNCER = """process announce {{
	run {here}/announce.py;
	encoder json;
}}
neighbor 127.0.0.2 {{
	router-id 192.0.2.1;
	local-address 127.0.0.1;
	local-as 65001;
	peer-as 65002;
	connect {port};
	family {{ ipv4 unicast; ipv6 unicast; }}
	api {{ processes [ announce ]; neighbor-changes; }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.2', 0))
        return probe.getsockname()[1]


def stamps(path):
    """{what: seconds} of a file of "SECONDS WHAT" lines; empty while it is not there."""
    try:
        with open(path, encoding='ascii') as lines:
            return {what: float(at) for at, what in (line.split() for line in lines if line.endswith('\n'))}
    except FileNotFoundError:
        return {}


def until(condition, what, seconds):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f'demo: after {seconds} s still no {what}')
        time.sleep(0.05)


def start(binary, folder, name, text, environment):
    path = os.path.join(folder, name + '.conf')
    with open(path, 'w', encoding='ascii') as config:
        config.write(text)
    log = open(os.path.join(folder, name + '.log'), 'w', encoding='utf-8')
    settings = {**os.environ, **environment, 'exabgp_daemon_user': 'root' if os.geteuid() == 0 else os.environ.get('USER', 'nobody'),
                'exabgp_tcp_bind': '', 'exabgp_api_cli': 'false'}
    return subprocess.Popen([binary, path], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=settings)


def report(files):
    sent, arrived = stamps(files['DEMO_TIMES']), stamps(files['DEMO_ARRIVALS'])
    with open(files['DEMO_EVENTS'], encoding='ascii') as events:
        print('The first routes of the helper, as JSON at the other end:\n')
        for line in events:
            print('  ' + line.rstrip())
    delays = sorted(arrived[prefix] - at for prefix, at in sent.items() if prefix in arrived)
    whole = max((int(count), at) for count, at in arrived.items() if count.isdigit())
    print(f'\nFrom a line written to JSON read by the other helper, {len(delays)} tries:'
          f' p50 {delays[len(delays) // 2] * 1e6:.0f} us, p99 {delays[len(delays) * 99 // 100] * 1e6:.0f} us')
    seconds = whole[1] - sent['many']
    print(f'{MANY:,} routes, from the first line written to the last JSON read (by Python): {seconds:.2f} s,'
          f' {MANY / seconds:,.0f} routes/s')


def main():
    binary = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else 'build/yottabgp')
    with tempfile.TemporaryDirectory(prefix='yottabgp-demo-') as folder:
        os.chmod(folder, 0o755)
        files = {name: os.path.join(folder, name.lower()) for name in ('DEMO_TIMES', 'DEMO_ARRIVALS', 'DEMO_EVENTS')}
        port = free_port()
        engines = [start(binary, folder, 'collector', COLLECTOR.format(here=HERE, port=port), files),
                   start(binary, folder, 'announcer', ANNOUNCER.format(here=HERE, port=port), files)]
        try:
            expected = 3 + 300 + MANY
            until(lambda: any(what.isdigit() and int(what) >= expected for what in stamps(files['DEMO_ARRIVALS'])),
                  f'{expected} routes at the collector', 45)
            report(files)
        except SystemExit:
            for name in ('collector', 'announcer'):
                with open(os.path.join(folder, name + '.log'), encoding='utf-8') as log:
                    print(f'--- {name}:\n' + ''.join(log.readlines()[-20:]), file=sys.stderr)
            raise
        finally:
            for engine in engines:
                engine.send_signal(signal.SIGTERM)
            for engine in engines:
                engine.wait(10)
    print('\nBoth engines have ended. Next: README.md, examples/quickstart.conf.')


main()
