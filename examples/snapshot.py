#!/usr/bin/env python3
"""Knows at all times which prefixes each peer announces, however often it is started. `snapshot.py FILE`

    process table { run /path/to/snapshot.py /tmp/table.json; encoder json; snapshot; }
    neighbor ... { api { processes [ table ]; neighbor-changes; receive { parsed; update; } } }

The snapshot is made of the events that come anyway: there is no code here for the start, but to wait for its end.
"""

import json
import os
import sys

table, whole = {}, False


def hear(event):
    peer = event['neighbor']['address']['peer']
    routes = table.setdefault(peer, set())
    if event['type'] == 'state' and event['neighbor']['state'] == 'down':
        routes.clear()
    update = event['neighbor'].get('message', {}).get('update', {})
    for family, hops in update.get('announce', {}).items():
        routes.update((family, route['nlri']) for hop in hops.values() for route in hop)
    for family, gone in update.get('withdraw', {}).items():
        routes.difference_update((family, route['nlri']) for route in gone)


for line in sys.stdin:
    if not line.startswith('{'):
        continue
    event = json.loads(line)
    if event['type'] == 'snapshot':
        whole = event['snapshot'] == 'end'
    elif 'neighbor' in event:
        hear(event)
    if whole:
        with open(sys.argv[1] + '.new', 'w', encoding='ascii') as out:
            json.dump({peer: sorted(prefix for _, prefix in routes) for peer, routes in table.items()}, out)
        os.replace(sys.argv[1] + '.new', sys.argv[1])
