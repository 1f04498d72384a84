#!/usr/bin/env python3
"""Commands with ids: which answer is to which command, how many neighbors it reached, and why it failed.

Several commands may be under way; events may come between. Each answer names its command.
"""

import json
import sys

waiting = {}


def ask(command):
    number = len(waiting) + 1
    waiting[number] = command
    print(json.dumps({'command': command, 'id': number}), flush=True)


ask('announce route 203.0.113.0/24 next-hop self')
ask('announce route 203.0.113.1/24 next-hop self')  # host bits: refused
ask('neighbor 198.51.100.77 announce route 203.0.113.0/24 next-hop self')  # nobody
ask('show neighbor summary')

for line in sys.stdin:
    said = json.loads(line)
    if 'data' in said:
        print(f'{waiting[said["id"]]}: {len(said["data"])} neighbors', file=sys.stderr)
    elif 'answer' in said:
        command = waiting[said['id']]
        reached = f'{said["neighbors"]} of {said["of"]} neighbors' if 'of' in said else ''
        print(f'{command}: {said["answer"]} {reached} {said.get("message", "")}'.rstrip(), file=sys.stderr)
