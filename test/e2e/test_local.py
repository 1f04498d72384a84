#!/usr/bin/env python3
"""The engine's socket and pipes: commands from outside, and clients that do as they please."""

import fcntl
import grp
import json
import os
import select
import shutil
import socket
import stat
import struct
import subprocess
import termios
import unittest

import harness
import peer as bgp
from engine import Engine, neighbor
from harness import until
from local import Client, Local, pipe_ask


class Socket(unittest.TestCase):
    def test_several_clients_at_once(self):
        engine = Local(self)
        clients = [Client(self, engine.socket) for _ in range(5)]
        for number, client in enumerate(clients):
            client.send(f'announce route 10.0.{number}.0/24 next-hop 192.0.2.1')
        for client in clients:
            self.assertEqual(client.answer(), ([], 'done'))
        clients[0].send('session ack disable')
        self.assertEqual(clients[1].ask('nonsense'), (['error: unknown command'], 'error'))
        lines, end = clients[2].ask('show neighbor summary')
        self.assertEqual(end, 'done')
        self.assertTrue(lines[1].startswith('127.0.0.1 '), lines)

    def test_the_log_is_changed_while_it_runs(self):
        peer, other = bgp.Peer(self), bgp.Peer(self, '127.0.0.3')
        text = neighbor(peer.port) + neighbor(other.port, peer='127.0.0.3')
        engine = Local(self, text, settings={'exabgp_log_destination': 'stderr'})
        client = Client(self, engine.socket)
        self.assertEqual(client.ask('log level neighbor 127.0.0.1 debug'), ([], 'done'))
        self.assertEqual(client.ask('log level reactor off'), ([], 'done'))
        for one in peer, other:
            one.accept()
            one.establish(65002)
        engine.expect('neighbor 127.0.0.1 received OPEN, [0-9]+ octets')
        engine.expect('neighbor 127.0.0.1 up')
        peer.send(bgp.announce(['10.9.0.0/24']))
        engine.expect('neighbor 127.0.0.1 received 0xF{32}')
        engine.expect('neighbor 127.0.0.1 receive announced 10.9.0.0/24')
        client.ask('announce route 10.1.0.0/24 next-hop 192.0.2.1')
        engine.expect('neighbor 127.0.0.1 send announced 10.1.0.0/24')
        until(lambda: '10.1.0.0/24' in other.routes, 'the route at the other')
        lines, end = client.ask('show log')
        self.assertIn('reactor off, set', lines)
        self.assertIn('network info', lines)
        self.assertIn('packets warning', lines)
        self.assertEqual([line for line in lines if line.startswith('neighbor')],
                         ['neighbor 127.0.0.1 local-ip 127.0.0.1 local-as 65001 peer-as 65002 router-id 10.0.0.1 '
                          'family-allowed in-open debug, set'])
        shown = json.loads(client.ask('show log json')[0][0])
        self.assertEqual(shown['subjects']['reactor'], 'off')
        self.assertEqual(list(shown['neighbors'].values()), ['debug'])
        self.assertEqual(client.ask('log level default')[1], 'done')
        self.assertNotIn('set', ' '.join(client.ask('show log')[0]))
        self.assertFalse([line for line in engine.lines if '127.0.0.3 sent' in line or '127.0.0.3 up' in line])

    def test_a_level_that_is_none_is_told_what_was_wanted(self):
        client = Client(self, Local(self).socket)
        for line, why in (('log level', 'a level is missing, wanted log level [SUBJECT | neighbor IP] LEVEL'),
                          ('log level loud', 'unknown level "loud", wanted a level: debug, info, '),
                          ('log level reactors debug', 'unknown subject "reactors", wanted a subject: all, api, '),
                          ('log level reactor debug now', 'unexpected "now"'),
                          ('log level neighbor 9.9.9.9 debug', 'no neighbor matches'),
                          ('log level neighbor 127.0.0.1 louder', 'unknown level "louder"'),
                          ('log level neighbor debug', 'the selector of neighbors is not well formed'),
                          ('show log of it', 'unexpected "of", wanted json, text or nothing')):
            lines, end = client.ask(line)
            self.assertEqual(end, 'error', line)
            self.assertIn(why, lines[0])

    def test_rights_and_end(self):
        engine = Local(self, settings={'exabgp_api_socketgroup': grp.getgrgid(os.getegid()).gr_name})
        about = os.stat(engine.socket)
        self.assertEqual(stat.S_IMODE(about.st_mode), 0o660)
        self.assertEqual(about.st_gid, os.getegid())
        engine.stop()
        self.assertFalse(os.path.exists(engine.socket))

    def test_a_socket_left_behind_is_replaced_and_one_in_use_is_not(self):
        folder = harness.folder(self)
        dead = socket.socket(socket.AF_UNIX)
        dead.bind(folder + '/exabgp.sock')
        dead.close()
        engine = start_at(self, folder)
        engine.expect('commands are taken at the socket')
        self.assertEqual(Client(self, folder + '/exabgp.sock').ask('version')[1], 'done')
        second = start_at(self, folder)
        second.expect('no socket for the command line: .* is in use by a program that runs')
        second.stop()
        self.assertEqual(Client(self, folder + '/exabgp.sock').ask('version')[1], 'done')

    def test_clients_that_vanish_flood_and_never_read_harm_nobody(self):
        engine = Local(self, settings={'exabgp_log_destination': 'stderr'})
        announce = '\n'.join(f'announce route 10.{i >> 8}.{i & 255}.0/24 next-hop 192.0.2.1' for i in range(3000))
        for _ in range(20):
            Client(self, engine.socket).send('show neighbor extensive\nhelp\nshow adj-rib out extensive')
        gone = Client(self, engine.socket)
        gone.send(announce + '\nannounce route 10.255.')
        gone.socket.close()
        deaf = Client(self, engine.socket)
        deaf.socket.setblocking(False)
        sent = 0
        line = b'help\n' * 1000
        try:
            while sent < 100 << 20:
                sent += deaf.socket.send(line)
        except BlockingIOError:
            pass
        flood = Client(self, engine.socket)
        try:
            flood.socket.sendall(b'x' * (3 << 20))
            self.assertRaises((EOFError, ConnectionError), flood.line)
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.assertEqual(Client(self, engine.socket).ask('announce route 10.9.9.0/24 next-hop 192.0.2.1'), ([], 'done'))
        self.assertIsNone(engine.process.poll())

    def test_too_many_are_turned_away(self):
        engine = Local(self, settings={'exabgp_api_max_clients': '2'})
        kept = [Client(self, engine.socket) for _ in range(2)]
        for client in kept:
            self.assertEqual(client.ask('version')[1], 'done')
        third = Client(self, engine.socket)
        self.assertRaises((EOFError, ConnectionError), third.line)
        kept[0].socket.close()

        def served():
            try:
                return Client(self, engine.socket).ask('version')[1] == 'done'
            except (EOFError, ConnectionError):
                return False
        until(served, 'place for another')

    def test_commands_without_an_end_of_file_are_answered(self):
        engine = Local(self)
        client = Client(self, engine.socket)
        client.send('version\nshow neighbor summary')
        client.socket.shutdown(socket.SHUT_WR)
        self.assertEqual([client.answer()[1], client.answer()[1]], ['done', 'done'])
        self.assertRaises(EOFError, client.line)


def start_at(case, folder):
    return Engine(case, neighbor(harness.free_port()),
                  settings={'exabgp_api_cli': 'true', 'exabgp_api_socketpath': folder + '/exabgp.sock'})


class Pipes(unittest.TestCase):
    def settle(self, engine):
        """All that was written to the pipe has been done."""
        with open(engine.pipe_in, 'r+b', buffering=0) as pipe:
            until(lambda: not struct.unpack('i', fcntl.ioctl(pipe, termios.FIONREAD, b'\0' * 4))[0], 'empty pipe')
        self.assertEqual(Client(self, engine.socket).ask('version')[1], 'done')

    def test_one_after_the_other(self):
        engine = Local(self, pipes=True)
        self.assertTrue(pipe_ask(engine, 'show neighbor summary')[1].startswith('127.0.0.1'))
        self.assertEqual(pipe_ask(engine, 'announce route 10.0.0.0/24 next-hop 192.0.2.1'), ['done'])
        self.assertEqual(pipe_ask(engine, 'nonsense'), ['error: unknown command', 'error'])

    def test_answers_that_nobody_fetches_do_not_reach_the_next(self):
        engine = Local(self, pipes=True)
        for i in range(200):
            with open(engine.pipe_in, 'wb', buffering=0) as writer:
                writer.write(b'announce route 10.0.%d.0/24 next-hop 192.0.2.1\n' % i)
        self.settle(engine)
        self.assertEqual(pipe_ask(engine, 'nonsense'), ['error: unknown command', 'error'])
        with open(engine.pipe_in, 'wb', buffering=0) as writer:
            writer.write(b'show neighbor summary\n')
        said = subprocess.run(['cat', engine.pipe_out], capture_output=True, text=True, timeout=5, check=True).stdout
        self.assertTrue(said.startswith('Peer') and said.endswith('\ndone\n'), said)

    def test_a_reader_that_leaves_and_a_line_too_long(self):
        engine = Local(self, pipes=True)
        reader = os.open(engine.pipe_out, os.O_RDONLY | os.O_NONBLOCK)
        with open(engine.pipe_in, 'wb', buffering=0) as writer:
            for _ in range(300):
                writer.write(b'help\n')
        select.select([reader], [], [], 5)
        self.assertTrue(os.read(reader, 100))
        os.close(reader)
        with open(engine.pipe_in, 'wb', buffering=0) as writer:
            writer.write(b'x' * (2 << 20) + b'\n')
        engine.expect('a local client is stopped')
        self.settle(engine)
        # The rest of the long line is a command of the next client's, and its answer may still lie there.
        until(lambda: pipe_ask(engine, 'show neighbor summary')[-1] == 'done', 'an answer')

    @unittest.skipUnless(shutil.which('exabgpcli'), 'ExaBGP is not installed')
    def test_exabgpcli_of_the_distribution(self):
        engine = Local(self, pipes=True)
        os.mkdir(engine.path('run'))
        for name in ('exabgp.in', 'exabgp.out'):
            os.symlink(engine.path(name), engine.path('run/' + name))
        done = subprocess.run(['exabgpcli', '--root', engine.folder, 's', 'n', 's'], capture_output=True, text=True, timeout=20,
                              check=False)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn('127.0.0.1 ', done.stdout)


if __name__ == '__main__':
    harness.main()
