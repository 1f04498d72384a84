#!/usr/bin/env python3
"""Blocks addresses for ten minutes each: one a line on a FIFO, as a detector writes them. `lease.py FIFO`

Nobody has to remember to unblock: a lease that is not renewed ends, also when this program or the detector dies.
An address that is written again is renewed.
"""

import ipaddress
import os
import sys

fifo = sys.argv[1]
if not os.path.exists(fifo):
    os.mkfifo(fifo)

print('silence-ack', flush=True)
with open(os.open(fifo, os.O_RDWR), encoding='ascii') as lines:  # both ways: writers may come and go
    for line in lines:
        try:
            address = ipaddress.ip_address(line.strip())
        except ValueError as error:
            print(error, file=sys.stderr)  # it is in the engine's log, with our name
            continue
        hop = '192.0.2.254' if address.version == 4 else '2001:db8::254'
        print(f'announce route {address} next-hop {hop} community [ 65535:666 ] ttl 600 owner blackhole', flush=True)
