#!/usr/bin/env python3
"""Announces what a file lists, a route a line, and looks again every second. `ensure.py FILE`

It says the whole list each time and keeps no state: the engine finds out what that changes, and an untouched route is
never sent again, not even when this program was started anew.
"""

import json
import sys
import time

while True:
    try:
        with open(sys.argv[1], encoding='ascii') as lines:
            routes = [line.strip() for line in lines if line.strip() and not line.startswith('#')]
    except FileNotFoundError:
        routes = []
    print(json.dumps({'ensure': sys.argv[1], 'routes': routes}), flush=True)
    for line in sys.stdin:  # one answer a command; events are not asked for
        answer = json.loads(line)
        if 'data' in answer and any(answer['data'][key] for key in ('added', 'changed', 'removed')):
            print(answer['data'], file=sys.stderr)
        if 'answer' in answer:
            if answer['answer'] == 'error':
                print(answer['message'], file=sys.stderr)
            break
    else:
        break  # the engine has ended
    time.sleep(1)
