#!/usr/bin/env python3
"""The smallest useful helper: announces a route, and shows what the peer says on standard error."""

import json
import sys

print('announce route 203.0.113.0/24 next-hop self med 50', flush=True)

for line in sys.stdin:
    line = line.strip()
    if line in ('done', 'error'):  # the answer to our command
        print(f'answer: {line}', file=sys.stderr)
    elif line:
        event = json.loads(line)
        print(f'{event["type"]}: {json.dumps(event.get("neighbor", {}))}', file=sys.stderr)
