#!/usr/bin/env python3
"""Does the simulation find bugs? plants.py [NAME...]: plants one of each kind, one at a time, and runs it.

The tree is copied to a folder of its own and built there; a bug is a few words of a source file changed. The simulation has
to fail for each, within SEEDS histories (300) and MINUTES (5; more where the machine is slow: who takes longer counts as one that
never ends), and to pass without. `./dev plant` is the way to run it.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEEDS = os.environ.get('SEEDS', '300')
MINUTES = float(os.environ.get('MINUTES', '5'))

# name: (file, what is there once, what is there instead). What kind of bug it is stands in the name.
PLANTS = {
    'time: keepalives come too late': ('src/session/timer.c', 'c->terms.hold_time / 3)', 'c->terms.hold_time * 2)'),
    'time: a timer that is due again at once': ('src/session/timer.c', 'at > soonest ? at : soonest', 'now'),
    'time: the wrong deadline is the first': ('src/engine/deadline.c', 'if (e->heap[child]->deadline >= p->deadline)',
                                              'if (e->heap[child]->deadline <= p->deadline)'),
    'octets: what was read of the next header is lost': (
        'src/session/channel.c', '    put_cursor(&c->inbox, *octets);\n    return false;',
        '    if (cursor_left(octets) > 2)\n        put_cursor(&c->inbox, *octets);\n    return false;'),
    'octets: our own message goes into the middle of another': (
        'src/session/channel.c', 'if (c->urgent_sent || c->wire_sent == c->wire_boundary)', 'if (true)'),
    'routes: a withdraw is forgotten while the route waits': (
        'src/rib/change.c', '    rib->count--;\n    rib_leave(rib, number, up);',
        '    if (route_state(route) == ROUTE_WAITS) {\n        rib_queue(rib, number);\n        return;\n    }\n'
        '    rib->count--;\n    rib_leave(rib, number, up);'),
    'routes: after a session is lost they are not told again': (
        'src/rib/rib_out.c', '            continue;\n        }\n        route_become(route, ROUTE_WAITS);\n        rib_queue(rib, number);',
        '            continue;\n        }\n        route_become(route, ROUTE_TOLD);'),
    'routes: those of a lost session stay': ('src/engine/peer.c', 'rib_in_clear(p->in, ~kept)', 'rib_in_clear(p->in, kept)'),
    'collision: both ends take themselves for the higher': (
        'src/session/collision.c', 't->peer_id < t->local_id ||', 't->peer_id != t->local_id ||'),
    'reload: routes that are no more in the file stay': (
        'src/engine/route_diff.c', 'walk_note(&old, only_before, come ? 0 : gone ? gone : 1);',
        'walk_note(&old, new.more ? only_before : only_after, come ? 0 : gone ? gone : 1);'),
    'helpers: an event is lost when its helper reads in pieces': (
        'src/api/outbox.c', 'buffer_drop(&o->octets, o->taken);', 'buffer_clear(&o->octets);'),
    'memory: a little stays of each change': (
        'src/rib/change.c', '    store_keep(rib->store, set);\n', '    store_keep(rib->store, set);\n    (void)!malloc(256);\n'),
    'counters: a message in pieces is not counted': (
        'src/session/channel.c', '    tally_message(c->session, false, m->type);',
        '    if (!buffer_len(&c->inbox))\n        tally_message(c->session, false, m->type);'),
    'life: a peer that is freed is still known': ('src/engine/engine.c', '    e->peers[p->number] = NULL;\n    if (p->number <',
                                                   '    if (p->number <'),
}


def run(command, seconds=None, **options):
    """(status or None when it took too long, what it said)"""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace',
                          start_new_session=True, **options) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
            return process.returncode, said
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None, process.communicate()[0]


def build(tree):
    target = 'test/simulation/test_simulation'
    status, said = run(['ninja', '-C', str(tree / 'build'), target])
    if status:
        raise SystemExit(said[-4000:])
    return tree / 'build' / target


def copy(tree):
    files = subprocess.run(['git', 'ls-files', '-z'], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.split(b'\0')
    for name in filter(None, map(os.fsdecode, files)):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tree / name, follow_symlinks=False)
    status, said = run(['meson', 'setup', 'build', '--optimization', '0', '-Dwerror=false'], cwd=tree)
    if status:
        raise SystemExit(said)


def simulate(program, seeds=SEEDS):
    return run([program, '--'], MINUTES * 60, env={**os.environ, 'SEEDS': seeds, 'CMOCKA_MESSAGE_OUTPUT': 'TAP'})


def how(status, said):
    seed = re.search(r'the last seed was (\d+)', said)
    where = re.search(r'(\w+\.[ch]:\d+): error|(\w+\.[ch]:\d+)', said)
    if status is None:
        return 'it never ends'
    return f'seed {seed[1] if seed else "?"}, {"signal " + str(-status) if status < 0 else where[0] if where else "failed"}'


def plant(tree, name):
    """What the simulation says of it: None, when it finds nothing."""
    file, there, instead = PLANTS[name]
    path = tree / file
    text = path.read_text(encoding='utf-8')
    if text.count(there) != 1:
        raise SystemExit(f'{name}: {file} has changed: it has this {text.count(there)} times:\n{there}')
    path.write_text(text.replace(there, instead), encoding='utf-8')
    status, said = simulate(build(tree))
    path.write_text(text, encoding='utf-8')
    return how(status, said) if status != 0 else None


def main(names):
    missed = []
    with tempfile.TemporaryDirectory(prefix='plants-') as folder:
        tree = pathlib.Path(folder)
        copy(tree)
        status, said = simulate(build(tree), '50')
        if status != 0:
            raise SystemExit(f'it fails without a plant: {how(status, said)}')
        for name in PLANTS:
            if names and not any(part in name for part in names):
                continue
            found = plant(tree, name)
            print(f'{name}: {"found: " + found if found else "NOT FOUND"}', flush=True)
            if not found:
                missed.append(name)
    print(f'{len(missed)} not found')
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
