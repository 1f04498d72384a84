#!/usr/bin/env python3
"""`run` and `cli`: commands to a running engine, as a person and as a script give them."""

import os
import pty
import re
import select
import subprocess
import time
import unittest

import harness
from harness import ENGINE, until
from local import Local


def environment(engine, **more):
    return {**os.environ, 'exabgp_cli_socket': engine.folder + '/', 'exabgp_cli_pipe': engine.folder + '/', 'HOME': engine.folder,
            'TERM': 'xterm', **more}


def run(engine, *words, program=ENGINE, stdin=None, **more):
    return subprocess.run([program, *words], input=stdin, capture_output=True, text=True, timeout=20, check=False,
                          env=environment(engine, **more))


class Run(unittest.TestCase):
    def test_one_command_by_socket_and_pipes(self):
        engine = Local(self, pipes=True)
        for words in (['run'], ['run', '--socket'], ['run', '--pipe'], ['cli'], ['cli', '--pipe']):
            done = run(engine, *words, 'show', 'neighbor', 'summary')
            self.assertEqual((done.returncode, done.stderr), (0, ''), words)
            self.assertIn('127.0.0.1 ', done.stdout)
            self.assertNotIn('done', done.stdout)
        self.assertIn('127.0.0.1', run(engine, 'run', 'show neighbor summary', exabgp_cli_transport='pipe').stdout)

    def test_a_refusal_says_why_and_is_a_failure_but_for_exabgp(self):
        engine = Local(self)
        done = run(engine, 'run', 'announce route 10.0.0.0/33 next-hop 192.0.2.1')
        self.assertEqual(done.returncode, 1)
        self.assertIn('error: invalid netmask 33', done.stdout)
        self.assertIn('YottaBGP returns an error', done.stderr)
        link = engine.path('exabgp')
        os.symlink(ENGINE, link)
        done = run(engine, 'run', 'nonsense', program=link)
        self.assertEqual(done.returncode, 0)
        self.assertIn("ExaBGP returns an error (see ExaBGP's logs for more information)", done.stderr)

    def test_abbreviations_are_written_out(self):
        engine = Local(self)
        for words, command in ((['s', 'n', 's'], 'show neighbor summary'), (['s n e'], 'show neighbor extensive'),
                               (['s', 'a', 'o'], 'show adj-rib out'), (['n', '127.0.0.1', 'a', 'r', '10.0.0.0/24', 'next-hop', '1.2.3.4'],
                                'neighbor 127.0.0.1 announce route 10.0.0.0/24 next-hop 1.2.3.4'),
                               (['neighbor 127.0.0.1 show summary'], 'show neighbor 127.0.0.1 summary'),
                               (['neighbor 127.0.0.1 adj-rib out show extensive'], 'show adj-rib out 127.0.0.1 extensive'),
                               (['neigbour', '127.0.0.1', 't', '6'], 'neighbor 127.0.0.1 teardown 6'),
                               (['n', '127.0.0.1', 'announce', 'watchdog', 's'], 'neighbor 127.0.0.1 announce watchdog s')):
            done = run(engine, 'run', *words)
            self.assertEqual(done.stdout.splitlines()[0], 'command: ' + command)
        for command in ('show neighbor summary', 'announce watchdog c', 'help'):
            self.assertNotIn('command: ', run(engine, 'run', command).stdout)

    def test_batch(self):
        engine = Local(self)
        done = run(engine, 'run', '--batch', '-', stdin='# first\n\nversion\n  s n s\nnonsense\n')
        self.assertEqual(done.returncode, 1)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[:3], ['Executing commands from stdin...', '', '[3] version'])
        self.assertIn('[4] s n s', lines)
        self.assertEqual(lines[-1], 'Batch execution complete: 5 commands, 1 errors')
        self.assertEqual(run(engine, 'run', '--batch', '/does/not/exist').stderr, 'Batch file not found: /does/not/exist\n')

    def test_nobody_there(self):
        engine = Local(self)
        done = run(engine, 'run', '--socketname', 'other', 'version')
        self.assertEqual(done.returncode, 1)
        self.assertIn("could not find YottaBGP's Unix socket (other.sock) for the cli\nwe scanned the following folders", done.stderr)
        self.assertIn(f' - {engine.folder}/\n', done.stderr)
        self.assertIn('(exabgp.in and exabgp.out)', run(engine, 'run', '--pipe', 'version').stderr)
        engine.process.kill()
        engine.process.wait()
        done = run(engine, 'run', 'version')
        self.assertEqual(done.returncode, 1)
        self.assertIn('not accepting connections on Unix socket', done.stderr)
        self.assertEqual(run(engine, 'cli').returncode, 1)

    def test_wrong_use(self):
        engine = Local(self)
        self.assertEqual(run(engine, 'run').returncode, 1)
        self.assertIn('error: no command provided', run(engine, 'run').stderr)
        self.assertEqual(run(engine, 'run', '--nonsense').returncode, 2)
        self.assertEqual(run(engine, 'run', '--timeout', 'x', 'version').returncode, 2)
        self.assertEqual(run(engine, 'cli', '--nonsense').returncode, 2)

    def test_json_in_lines(self):
        engine = Local(self)
        done = run(engine, 'run', '--pretty', 'peer', 'list')
        self.assertIn('\n    "peer-address": "127.0.0.1",\n', done.stdout)
        self.assertEqual(len(run(engine, 'run', 'peer', 'list').stdout.splitlines()), 1)

    def test_lines_from_a_pipe(self):
        engine = Local(self)
        done = run(engine, 'cli', stdin='version\n\n# nothing\ns n s\nexit\nnonsense\n')
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(len(done.stdout.splitlines()), 3)
        self.assertEqual(run(engine, 'cli', stdin='nonsense\n').returncode, 1)

    def test_silence_is_waited_for_and_told(self):
        engine = Local(self, settings={'exabgp_api_ack': 'false'})
        self.assertEqual(run(engine, 'run', 'announce route 10.0.0.0/24 next-hop 1.2.3.4').stderr, '')
        done = run(engine, 'run', '--timeout', '1', 'debug quiet')
        self.assertEqual(done.returncode, 0)
        self.assertIn('warning: no end of command message received', done.stderr)


class Terminal:
    """A cli at a terminal of its own: keys() types, sees() waits for a text on it."""

    def __init__(self, case, engine, *words, columns=100, program=ENGINE, **more):
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.execve(program, [program, 'cli', *words], environment(engine, COLUMNS=str(columns), **more))
        self.said = self.all = ''
        case.addCleanup(self.end)

    def read(self, seconds):
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                octets = os.read(self.fd, 65536)
            except OSError:
                octets = b''
            text = octets.decode(errors='replace')
            self.said += text
            self.all += text
            return bool(octets)
        return False

    def sees(self, pattern, seconds=30):
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.said)):
            if time.monotonic() > end:
                raise AssertionError(f'no /{pattern}/ but {self.said!r}')
            self.read(0.1)
        self.said = self.said[found.end():]
        return found

    def keys(self, text):
        os.write(self.fd, text.encode())

    def wait(self):
        """The status with which it ends."""
        status = []
        until(lambda: (self.read(0.01), status.extend(s for p, s in [os.waitpid(self.pid, os.WNOHANG)] if p), status)[2], 'end')
        self.pid = 0
        return os.waitstatus_to_exitcode(status[0])

    def end(self):
        if self.pid:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


class Typed(unittest.TestCase):
    def test_commands_completion_and_history(self):
        engine = Local(self)
        terminal = Terminal(self, engine)
        terminal.sees('yottabgp> ')
        terminal.keys('sho\t')
        terminal.sees('sho.*w ')
        terminal.keys('neighbor \t')
        terminal.sees(r'127\.0\.0\.1 +configuration +extensive +json +summary')
        terminal.keys('sum\t\r')
        terminal.sees(r'127\.0\.0\.1 +65002')
        terminal.sees('yottabgp> ')
        terminal.keys('announce ipv4 mpls-\t')
        terminal.sees('mpls-.*vpn ')
        terminal.keys('\x03')
        terminal.sees(r'\^C')
        terminal.sees('yottabgp> ')
        terminal.keys('\x1b[A')
        terminal.sees('show neighbor summary')
        terminal.keys('\r')
        terminal.sees(r'127\.0\.0\.1 +65002')
        terminal.keys('peer list\r')
        terminal.sees('\n    .*"peer-address".*: .*"127.0.0.1"')
        terminal.sees('yottabgp> ')
        terminal.keys('\x04')
        self.assertEqual(terminal.wait(), 0)
        history = os.stat(engine.path('.yottabgp_history'))
        self.assertEqual(history.st_mode & 0o777, 0o600)
        again = Terminal(self, engine)
        again.sees('yottabgp> ')
        again.keys('\x1b[A')
        again.sees('peer list')

    def test_colours_are_for_terminals_that_want_them(self):
        engine = Local(self)
        for words, more, colours in (([], {}, True), (['--no-color'], {}, False), ([], {'NO_COLOR': '1'}, False),
                                     ([], {'TERM': 'dumb'}, False)):
            terminal = Terminal(self, engine, *words, **more)
            terminal.sees('yottabgp> ')
            terminal.keys('peer list\r')
            terminal.sees('peer-as')
            terminal.sees('yottabgp> ')
            self.assertEqual('\x1b[36m' in terminal.all, colours, (words, more))

    def test_the_engine_goes_and_comes_back(self):
        engine = Local(self)
        terminal = Terminal(self, engine)
        terminal.sees('yottabgp> ')
        terminal.keys('vers')
        engine.stop()
        terminal.sees('YottaBGP has closed the connection')
        terminal.keys('ion\r')
        terminal.sees('could not find YottaBGP')
        terminal.sees('yottabgp> ')
        again = Local(self)
        os.rename(again.socket, engine.socket)
        terminal.keys('version\r')
        terminal.sees('connected again')
        terminal.sees('exabgp [0-9.]+')
        terminal.keys('quit\r')
        self.assertEqual(terminal.wait(), 0)

    def test_control_c_ends_the_waiting_and_not_the_program(self):
        engine = Local(self)
        terminal = Terminal(self, engine)
        terminal.sees('yottabgp> ')
        terminal.keys('debug never answered\r')
        engine.expect('never answered')
        terminal.keys('\x03')
        terminal.sees('not waited for')
        terminal.keys('version\r')
        terminal.sees('exabgp [0-9.]+')

    def test_a_long_line_and_odd_octets(self):
        engine = Local(self)
        terminal = Terminal(self, engine)
        terminal.sees('yottabgp> ')
        terminal.keys('announce attributes next-hop 1.2.3.4 nlri ' + ' '.join(f'10.{i}.0.0/16' for i in range(60)) + '\r')
        terminal.sees('yottabgp> ')
        terminal.keys('show adj-rib out\r\xe4\xf6\x00\r')
        terminal.sees('yottabgp> ')
        terminal.keys('\x15version\r')
        terminal.sees('exabgp [0-9.]+')

    def test_another_engine_by_name_is_in_the_prompt(self):
        engine = Local(self, name='second')
        terminal = Terminal(self, engine, '--socketname', 'second')
        terminal.sees('second> ')


if __name__ == '__main__':
    harness.main()
