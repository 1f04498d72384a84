#!/usr/bin/env python3
"""The collecting helper of the demo: counts the routes that arrive as JSON, and writes down when.

It prints the first events, as they are, to the file named by DEMO_EVENTS, and "SECONDS PREFIX" lines to DEMO_ARRIVALS.
"""

import json
import os
import sys
import time

SHOWN = 4


def main():
    shown = count = 0
    with open(os.environ['DEMO_EVENTS'], 'w', encoding='ascii', buffering=1) as events, \
            open(os.environ['DEMO_ARRIVALS'], 'w', encoding='ascii', buffering=1) as arrivals:
        for line in sys.stdin:
            now = time.monotonic()
            if '"update"' not in line:
                continue
            if shown < SHOWN and '"announce"' in line:
                events.write(line)
                shown += 1
            message = json.loads(line)['neighbor'].get('message', {}).get('update', {})
            for family in message.get('announce', {}).values():
                for routes in family.values():
                    for route in routes:
                        count += 1
                        if route['nlri'].startswith('10.'):
                            arrivals.write(f'{now:.7f} {route["nlri"]}\n')
            if count >= 100_000:
                arrivals.write(f'{time.monotonic():.7f} {count}\n')


main()
