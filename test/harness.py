"""What the tests in Python share: cases counted as TAP, waiting with a deadline, programs that surely end.

A test is a script with unittest cases that ends with `harness.main()`. What it starts listens on loopback only, on
ports from free_port(), and keeps its files in a folder from folder().
"""

import collections
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ENGINE = os.environ.get('YOTTABGP', '')  # the binary under test


def until(condition, what, seconds=30):
    """Waits until condition() is true, and returns what it gave. Late is a failure, early costs nothing."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f'after {seconds} s still no {what}')
        time.sleep(0.01)


def free_port(address='127.0.0.1'):
    """A port that nobody listens on; the system does not hand it out again soon."""
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def folder(case):
    """A folder that goes when the case does."""
    path = tempfile.mkdtemp(prefix='yottabgp-')
    case.addCleanup(shutil.rmtree, path, ignore_errors=True)
    return path


class Program:
    """A program that runs beside the test: what it prints (both streams) is in `lines`; it ends with the case."""

    def __init__(self, case, argv, **options):
        self.argv = shlex.split(argv) if isinstance(argv, str) else list(map(str, argv))
        self.lines = collections.deque(maxlen=100000)
        self.seen = 0
        environment = {**os.environ, **options.pop('env', {})}
        self.process = subprocess.Popen(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, errors='replace', env=environment, **options)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        case.addCleanup(self.stop)

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip('\n'))

    def send(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()

    def expect(self, pattern, seconds=10):
        """The first match in what was printed since the last expect(); skips what comes before it."""
        def found():
            while self.seen < len(self.lines):
                self.seen += 1
                match = re.search(pattern, self.lines[self.seen - 1])
                if match:
                    return match
            return None
        try:
            return until(found, f'/{pattern}/ from {self.argv[0]}', seconds)
        except AssertionError as late:
            raise AssertionError('\n'.join([str(late), 'it said:', *list(self.lines)[-40:]])) from None

    def wait(self, seconds=10):
        """The status with which it ended by itself."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f'{self.argv[0]} still runs after {seconds} s') from None
        self.reader.join(seconds)
        return status

    def stop(self, seconds=5):
        """Ends it, politely if it listens."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.reader.join(seconds)
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except BrokenPipeError:
                pass
        return self.process.returncode


class TapResult(unittest.TestResult):
    count = 0

    def _say(self, verdict, case, remark='', details=''):
        self.count += 1
        print(f'{verdict} {self.count} - {case.id().removeprefix("__main__.")}{remark}')
        for line in details.splitlines():
            print(f'#   {line}')
        sys.stdout.flush()

    def addSuccess(self, test):
        self._say('ok', test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._say('ok', test, f' # SKIP {reason}')

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._say('not ok', test, details=self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._say('not ok', test, details=self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self._say('not ok', subtest, details=(self.failures + self.errors)[-1][1])


def main():
    """Runs the cases of the script (those whose names are on the command line, or all) and reports them as TAP."""
    loader = unittest.TestLoader()
    module = sys.modules['__main__']
    suite = loader.loadTestsFromNames(sys.argv[1:], module) if sys.argv[1:] else loader.loadTestsFromModule(module)
    result = TapResult()
    suite.run(result)
    print(f'1..{result.count}')
    sys.exit(0 if result.wasSuccessful() else 1)
