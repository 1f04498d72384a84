"""What the benchmarks in Python share with load.h: the made-up routes, and processes whose CPU and memory are measured."""

import contextlib
import functools
import os
import pathlib
import signal
import struct
import subprocess
import time

FIRST, A_SET, MASK = 0x01000000, 7, (1 << 64) - 1
PORT = 17900 + os.getpid() % 1000
HERE, NEXT_HOP = '127.0.0.1', '192.0.2.1'
AS, PEER_AS = 65000, 65001


def mixed(n):
    n = (n ^ n >> 33) * 0xFF51AFD7ED558CCD & MASK
    n = (n ^ n >> 33) * 0xC4CEB9FE1A85EC53 & MASK
    return n ^ n >> 33


@functools.cache
def known_sum(count):
    return sum(mixed((FIRST + (i << 8)) << 8 | 24) for i in range(count)) & MASK


def prefix(i):
    a = FIRST + (i << 8)
    return f'{a >> 24}.{a >> 16 & 255}.{a >> 8 & 255}.0/24'


def set_words(s):
    """(AS path, MED, low halves of the communities) of a set."""
    hops = [1000 + mixed(s * 4 + hop) % 60000 for hop in range(4)]
    communities = [mixed(s ^ (which + 1) << 40) & 0xFFFF for which in range(2)]
    return hops, s % 1000, communities


def nlri(i):
    return b'\x18' + struct.pack('>I', FIRST + (i << 8))[:3]


def set_octets(s):
    """The same as path attributes, four octets an AS."""
    hops, med, communities = set_words(s)
    path = struct.pack('>BB4I', 2, 4, *hops)
    return [b'\x40\x01\x01\x00', b'\x40\x02' + bytes([len(path)]) + path, b'\x40\x03\x04\xc0\x00\x02\x01',
            b'\x80\x04\x04' + struct.pack('>I', med), b'\xc0\x08\x08' + struct.pack('>4H', 65000, communities[0], 65000, communities[1])]


def peer_address(i):
    return f'127.9.{i // 250}.{i % 250 + 1}'


def memory_of(pid, which='VmRSS'):
    """Octets; 0 when it is no more."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path(f'/proc/{pid}/status').read_text().splitlines():
            if line.startswith(which):
                return int(line.split()[1]) * 1024
    return 0


class Process:
    """An engine or a load program and what it started, but the helpers of this folder; with their CPU seconds and memory."""

    def __init__(self, command, folder, env=None, output=False, stdin=subprocess.DEVNULL):
        self.began = time.monotonic_ns()
        self.log = open(folder / f'{pathlib.Path(command[0]).name}.log', 'ab')
        self.p = subprocess.Popen(command, stdin=stdin, cwd=folder, env=env, start_new_session=True,
                                  stdout=subprocess.PIPE if output else self.log, stderr=self.log)
        if 'BENCH_AUTOGROUP' in os.environ:  # -15: before all else on a busy machine, for root alone and a short while
            pathlib.Path(f'/proc/{self.p.pid}/autogroup').write_text(os.environ['BENCH_AUTOGROUP'])

    def processes(self):
        """Folders in /proc."""
        found, todo = [], [self.p.pid]
        while todo:
            folder = pathlib.Path(f'/proc/{todo.pop()}')
            with contextlib.suppress(OSError):
                if not (folder / 'comm').read_text().startswith('load-'):
                    found.append(folder)
                    for task in (folder / 'task').iterdir():
                        todo += map(int, (task / 'children').read_text().split())
        return found

    def cpu(self):
        total = 0
        for folder in self.processes():
            with contextlib.suppress(OSError):
                for task in (folder / 'task').iterdir():
                    total += int((task / 'schedstat').read_text().split()[0])
        return total / 1e9

    def memory(self, which='VmRSS'):
        return sum(memory_of(folder.name, which) for folder in self.processes())

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.p.pid, signal.SIGTERM)
        try:
            self.p.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.p.pid, signal.SIGKILL)
            self.p.wait()
        self.log.close()

    def wait_for(self, word):
        """The rest of the next line of its output that begins with the word."""
        while True:
            line = self.p.stdout.readline().decode()
            if not line:
                raise RuntimeError(f'ended before it said "{word}"')
            if line.split()[0] == word:
                return [int(n) for n in line.split()[1:]]
