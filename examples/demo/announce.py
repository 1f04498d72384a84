#!/usr/bin/env python3
"""The announcing helper of the demo: a few routes, then single lines to time, then 100,000 as fast as the pipe takes them.

It writes down when it wrote what: "SECONDS WHAT" lines in the file named by DEMO_TIMES.
"""

import json
import os
import sys
import time

MANY = 100_000
SINGLES = 300


def say(*lines):
    sys.stdout.write('\n'.join(lines) + '\n')
    sys.stdout.flush()


def answers(count):
    """Reads the answers to our last `count` commands; events between them are passed over."""
    while count:
        line = sys.stdin.readline()
        if not line:
            sys.exit(0)
        if line.strip() in ('done', 'error'):
            count -= 1


def wait_for_session():
    while True:
        line = sys.stdin.readline()
        if not line:
            sys.exit(0)
        if line.startswith('{') and json.loads(line).get('neighbor', {}).get('state') == 'up':
            return


def main():
    wait_for_session()
    with open(os.environ['DEMO_TIMES'], 'w', encoding='ascii', buffering=1) as times:
        few = [
            'announce route 203.0.113.0/24 next-hop self med 50 community [ 65001:1 no-export ]',
            'announce route 2001:db8:1::/48 next-hop 2001:db8::1 as-path [ 65001 65010 4200000000 ]',
            'announce route 198.51.100.7/32 next-hop self large-community 65001:1:7',
        ]
        say(*few)
        answers(len(few))
        time.sleep(0.3)
        for i in range(SINGLES):
            prefix = f'10.{i >> 8}.{i & 255}.0/24'
            times.write(f'{time.monotonic():.7f} {prefix}\n')
            say(f'announce route {prefix} next-hop self')
            answers(1)
            time.sleep(0.002)
        lines = []
        for i in range(MANY):
            lines.append(f'announce route {100 + (i >> 16)}.{i >> 8 & 255}.{i & 255}.0/24 next-hop 192.0.2.1 '
                         f'as-path [ 65001 {64512 + i // 7 % 1000} ] community [ 65001:{i // 7 % 1000} ]')
        times.write(f'{time.monotonic():.7f} many\n')
        say('disable-ack', *lines)
    for _ in sys.stdin:  # stay, so that the routes do
        pass


main()
