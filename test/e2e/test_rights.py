#!/usr/bin/env python3
"""What a program that root starts is allowed, and when: capabilities after the change of user, and who reads the first
octet. Needs root; the low ports are those of a network namespace, where the tests run again."""

import functools
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import unittest

import harness
import peer as bgp
from engine import DrivenEngine, neighbor
from harness import until

LOW_PORTS = 1 << 10  # CAP_NET_BIND_SERVICE
SETTINGS = {'exabgp_daemon_user': 'nobody', 'exabgp_log_destination': 'stderr'}

# Holds a program where it gives root's rights up, until the test lets it go on.
HOLD = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
int setresuid(uid_t real, uid_t effective, uid_t saved) {
    int (*real_one)(uid_t, uid_t, uid_t) = (int (*)(uid_t, uid_t, uid_t))dlsym(RTLD_NEXT, "setresuid");
    close(creat(getenv("HOLD_WAITS"), 0600));
    while (access(getenv("HOLD_GO"), F_OK) != 0)
        usleep(1000);
    return real_one(real, effective, saved);
}
"""


def status(pid):
    lines = pathlib.Path(f'/proc/{pid}/status').read_text().splitlines()
    return {name: value.strip() for name, value in (line.split(':', 1) for line in lines)}


def rights(pid):
    about = status(pid)
    return {name: int(about['Cap' + name], 16) for name in ('Eff', 'Prm', 'Inh', 'Amb')}


def children(pid):
    return [int(word) for word in pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text().split()]


def waits_unread(port):
    """Octets that the kernel keeps of connections to a port that nobody has read."""
    total = 0
    for line in pathlib.Path('/proc/net/tcp').read_text().splitlines()[1:]:
        words = line.split()
        if words[3] == '01' and int(words[1].split(':')[1], 16) == port:
            total += int(words[4].split(':')[1], 16)
    return total


def alone(test):
    """The test runs again in a network namespace of its own."""
    @functools.wraps(test)
    def run(case):
        if 'RIGHTS_ALONE' in os.environ:
            test(case)
            return
        able = os.geteuid() == 0 and shutil.which('unshare') and shutil.which('ip') and subprocess.run(
            ['unshare', '-n', 'ip', 'link', 'set', 'lo', 'up'], capture_output=True, check=False).returncode == 0
        if not able:
            case.skipTest('not root, or no network namespace can be made here')
        again = f'ip link set lo up && exec "{sys.executable}" "{__file__}" {type(case).__name__}.{test.__name__}'
        done = subprocess.run(['unshare', '-n', 'sh', '-c', again], env={**os.environ, 'RIGHTS_ALONE': '1'},
                              capture_output=True, text=True, timeout=100, check=False)
        case.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        if '# SKIP' in done.stdout:
            case.skipTest(done.stdout)
    return run


class Kept(unittest.TestCase):
    def engine(self, text, settings=None):
        engine = DrivenEngine(self, text, settings={**SETTINGS, **(settings or {})})
        shutil.chown(engine.path('commands'), 'nobody')
        os.chmod(engine.folder, 0o777)
        return engine

    def reload(self, engine, text):
        driven = 'process driven {\n\trun FOLDER/driven.py;\n\tencoder json;\n}\n'
        before = sum('loaded new configuration' in line for line in engine.lines)
        engine.configure(driven + text)
        engine.process.send_signal(signal.SIGUSR1)
        until(lambda: sum('loaded new configuration' in line for line in engine.lines) > before, 'the reload')

    @alone
    def test_a_low_port_is_bound_after_the_change_of_user_and_nothing_is_in_force(self):
        engine = self.engine(neighbor(None, passive='true', listen=1790))
        engine.expect('loaded new configuration')
        pid = engine.process.pid
        until(lambda: status(pid)['Uid'].split()[0] != '0' and children(pid), 'the change of user')
        wanted = {'Eff': 0, 'Prm': LOW_PORTS, 'Inh': 0, 'Amb': 0}
        until(lambda: rights(pid) == wanted, 'the rights of the engine')
        self.reload(engine, neighbor(None, passive='true', listen=179))
        one = bgp.Peer(self)
        one.connect('127.0.0.1', 179, '127.0.0.1')
        one.establish(65002)
        self.assertEqual(rights(pid), wanted)
        for child in children(pid):
            until(lambda: 'python' in os.readlink(f'/proc/{child}/exe'), 'the helper itself')
            self.assertEqual(rights(child), {'Eff': 0, 'Prm': 0, 'Inh': 0, 'Amb': 0})
            self.assertNotEqual(status(child)['Uid'].split()[0], '0')

    @alone
    def test_secrets_ttl_and_interface_want_no_right(self):
        one = bgp.Peer(self)
        engine = self.engine(neighbor(None, passive='true', listen=1790))
        engine.expect('loaded new configuration')
        until(lambda: status(engine.process.pid)['Uid'].split()[0] != '0', 'the change of user')
        self.reload(engine, neighbor(one.port, outgoing_ttl=255, incoming_ttl=1, source_interface='lo'))
        one.accept()
        one.establish(65002)
        self.reload(engine, neighbor(None, passive='true', listen=1791, peer='127.0.0.9', md5_password='secret'))
        with socket.create_connection(('127.0.0.1', 1791), 5):  # of somebody without a key: the listener is there
            pass
        self.assertEqual(rights(engine.process.pid)['Eff'], 0)
        self.assertFalse([line for line in engine.lines if 'not permitted' in line or 'MD5 key' in line])

    @alone
    def test_a_helper_that_nobody_may_run_is_told_as_which_user(self):
        closed = harness.folder(self)  # root's alone
        with open(closed + '/closed.py', 'w', encoding='utf-8') as script:
            script.write('#!/bin/sh\n')
        os.chmod(closed + '/closed.py', 0o755)
        engine = self.engine(f'process closed {{\n\trun {closed}/closed.py;\n}}\n' + neighbor(None, passive='true'))
        engine.expect(r'helper closed could not be started: .*closed.py: cannot run it \(as user nobody\)')


class First(unittest.TestCase):
    @alone
    def test_no_octet_is_read_before_the_rights_are_given_up(self):
        compiler = shutil.which('cc')
        if not compiler:
            self.skipTest('no compiler')
        folder = harness.folder(self)
        os.chmod(folder, 0o777)
        hold, waits, go = (os.path.join(folder, name) for name in ('hold.so', 'waits', 'go'))
        subprocess.run([compiler, '-shared', '-fPIC', '-x', 'c', '-', '-o', hold, '-ldl'], input=HOLD, text=True, check=True)
        engine = DrivenEngine(self, neighbor(None, passive='true', listen=179),
                              settings={**SETTINGS, 'LD_PRELOAD': hold, 'HOLD_WAITS': waits, 'HOLD_GO': go,
                                        'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':verify_asan_link_order=0'})
        until(lambda: os.path.exists(waits), 'root, about to become another')
        pid = engine.process.pid
        self.assertEqual(status(pid)['Uid'].split()[0], '0')
        one = bgp.Peer(self)
        one.connect('127.0.0.1', 179, '127.0.0.1')
        opened = bgp.open_message(65002, '10.0.0.2')
        one.send(opened)
        until(lambda: waits_unread(179) == len(opened), 'the OPEN, unread')
        self.assertEqual(children(pid), [])
        one.socket.settimeout(0.2)
        self.assertRaises(TimeoutError, one.socket.recv, 1)
        self.assertEqual((status(pid)['Uid'].split()[0], waits_unread(179)), ('0', len(opened)))
        with open(go, 'w', encoding='utf-8'):
            pass
        one.socket.settimeout(20)
        self.assertTrue(one.socket.recv(1))
        self.assertEqual({word for word in status(pid)['Uid'].split()} & {'0'}, set())
        until(lambda: waits_unread(179) == 0, 'the OPEN, read')  # its own goes out first


if __name__ == '__main__':
    harness.main()
