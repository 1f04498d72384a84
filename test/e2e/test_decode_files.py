#!/usr/bin/env python3
"""decode of files: recorded sessions and tables, as lines, as commands, compressed, from a pipe, and broken."""

import bz2
import gzip
import json
import lzma
import os
import shutil
import subprocess
import time
import unittest

import harness
from engine import Engine, neighbor
from harness import ENGINE, Program, folder, until
from peer import Peer, announce

VECTORS = os.path.join(os.path.dirname(__file__), '..', 'vectors', 'capture.txt')


def vectors():
    """{(format, name): octets}"""
    with open(VECTORS, encoding='utf-8') as lines:
        rows = [line.split('|') for line in lines if not line.startswith('#')]
    return {(row[0].strip(), row[1].strip()): bytes.fromhex(row[2].strip()) for row in rows}


class DecodeFiles(unittest.TestCase):
    vectors = vectors()

    def file(self, octets, name='recorded'):
        path = os.path.join(folder(self), name)
        with open(path, 'wb') as handle:
            handle.write(octets)
        return path

    def decode(self, *words, octets=None, status=0):
        done = subprocess.run([ENGINE, 'decode', *words], input=octets, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout.decode().splitlines(), done.stderr.decode()

    def lines(self, *words, **more):
        return [json.loads(line) for line in self.decode(*words, **more)[0]]

    def test_every_line_is_json_and_counted(self):
        for (kind, name), octets in self.vectors.items():
            with self.subTest(f'{kind} {name}'):
                done = subprocess.run([ENGINE, 'decode', f'--{kind}', '-'], input=octets, capture_output=True, timeout=60)
                lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
                self.assertEqual([line['counter'] for line in lines], list(range(1, len(lines) + 1)))
                self.assertEqual(done.returncode, 1 if done.stderr else 0)

    def test_a_table_names_its_peers(self):
        line = self.lines(self.file(self.vectors['mrt', 'rib']))[1]
        self.assertEqual(line['time'], 1700000000.0)
        self.assertEqual(line['neighbor']['address']['peer'], '2001:db8::1')
        self.assertEqual(line['neighbor']['asn']['peer'], 65003)
        self.assertEqual(line['neighbor']['message']['update'], {
            'attribute': {'origin': 'igp', 'as-path': {'0': {'element': 'as-sequence', 'value': [65003]}}},
            'announce': {'ipv4 unicast': {'192.0.2.1': [{'nlri': '10.0.1.0/24'}]}}})

    def test_both_forms_of_a_next_hop(self):
        for name in ('rib ipv6 short next hop', 'rib ipv6 whole next hop'):
            line, = self.lines(self.file(self.vectors['mrt', name]))
            self.assertEqual(line['neighbor']['message']['update']['announce'],
                             {'ipv6 unicast': {'2001:db8::2': [{'nlri': '2001:db8::/32'}]}})

    def test_path_identifiers_of_tables(self):
        for name, paths in {'rib addpath': [5, 6], 'rib generic addpath, RFC 8050': [5], 'rib generic addpath, GoBGP': [5]}.items():
            found = [line['neighbor']['message']['update']['announce']['ipv4 unicast']['192.0.2.1'][0]['path-information']
                     for line in self.lines(self.file(self.vectors['mrt', name]))]
            self.assertEqual(found, [f'0.0.0.{path}' for path in paths], name)

    def test_the_same_attributes_again_give_the_same_line(self):
        """Lines that come from memory are those that are made anew."""
        table = self.vectors['mrt', 'rib']
        first, second = self.decode(self.file(table))[0]
        again = self.decode(self.file(table + table[table.index(bytes.fromhex('6553f100000d0002')):] * 3))[0]
        drop = lambda line: [part for part in line.split(', ') if not part.startswith(('"counter', '"pid'))]
        self.assertEqual([drop(line) for line in again], [drop(first), drop(second)] * 4)

    def test_states_of_a_session(self):
        lines = self.lines(self.file(self.vectors['mrt', 'state']))
        self.assertEqual([(line['type'], line['neighbor']['state']) for line in lines],
                         [('state', 'up'), ('state', 'down'), ('fsm', 'ACTIVE')])

    def test_what_bmp_tells_of_a_peer(self):
        lines = self.lines(self.file(self.vectors['bmp', 'peer up, routes, down']))
        self.assertEqual([line['type'] for line in lines], ['open', 'open', 'state', 'update', 'notification', 'state'])
        self.assertEqual({line['neighbor']['rib'] for line in lines}, {'adj-rib-in'})
        self.assertEqual(lines[3]['time'], 1700000000.5)
        self.assertEqual(lines[3]['neighbor']['asn'], {'local': 65001, 'peer': 65002})
        lines = self.lines(self.file(self.vectors['bmp', 'adj-rib-out']))
        self.assertEqual([line['neighbor']['view'] for line in lines[3:]], ['pre-policy', 'post-policy'])
        self.assertEqual(lines[3]['neighbor']['direction'], 'send')
        line, = self.lines(self.file(self.vectors['bmp', 'statistics']))
        self.assertEqual(line['neighbor']['statistics'], {'rejected-by-policy': 5, 'adj-rib-in': 9, 'adj-rib-in ipv4 unicast': 8})

    def test_packets_are_shown_as_their_receiver_saw_them(self):
        lines = self.lines(self.file(self.vectors['pcap', 'session']))
        self.assertEqual([line['neighbor']['address']['peer'] for line in lines], ['10.0.0.1'] * 3 + ['10.0.0.2'] * 2)
        self.assertEqual(lines[4]['neighbor']['asn'], {'local': 65001, 'peer': 65002})

    def test_commands_to_replay(self):
        lines, _ = self.decode('-m', self.file(self.vectors['mrt', 'rib']))
        self.assertEqual(lines, ['announce route 10.0.1.0/24 next-hop 192.0.2.1 origin igp as-path [ 65002 ]',
                                 'announce route 10.0.1.0/24 next-hop 192.0.2.1 origin igp as-path [ 65003 ]'])
        lines, _ = self.decode('-m', self.file(self.vectors['pcap', 'session']))
        self.assertEqual(len(lines), 1)

    def test_compressed_and_from_a_pipe(self):
        octets = self.vectors['mrt', 'all messages']
        forms = {'plain': octets, 'gz': gzip.compress(octets), 'gz twice': gzip.compress(octets[:70]) + gzip.compress(octets[70:]),
                 'bz2': bz2.compress(octets), 'xz': lzma.compress(octets)}
        if shutil.which('zstd'):
            forms['zst'] = subprocess.run(['zstd', '-c'], input=octets, capture_output=True, check=True).stdout
        for name, packed in forms.items():
            with self.subTest(name):
                self.assertEqual(len(self.lines(self.file(packed))), 5)
                self.assertEqual(len(self.lines('-', octets=packed)), 5)
                self.assertEqual(len(self.lines('--mrt', octets=packed)), 5)

    def test_several_files(self):
        one, two = (self.file(self.vectors['mrt', name]) for name in ('message', 'rib'))
        self.assertEqual(len(self.lines(one, two)), 3)

    def test_mistakes_are_told_with_file_and_place(self):
        path = self.file(self.vectors['mrt', 'types without BGP'])
        lines, error = self.decode(path, status=1)
        self.assertEqual(len(lines), 1)
        self.assertIn(f'{path}: at octet 0: an MRT record of type 48 (OSPFv3)', error)
        self.assertIn(f'{path}: at octet 15: an MRT record of the unknown type 99', error)
        path = self.file(self.vectors['mrt', 'rib'][:-3])
        self.assertIn('the input ends inside of a record', self.decode(path, status=1)[1])
        path = self.file(gzip.compress(os.urandom(100000))[:-5000])
        self.assertIn(path, self.decode(path, status=1)[1])
        self.assertIn('neither MRT, BMP', self.decode(self.file(b'#!/bin/sh\n' * 10), status=1)[1])
        self.assertIn('/nowhere: No such file', self.decode('--mrt', '/nowhere', status=1)[1])
        self.assertEqual(self.decode(self.file(b''))[0], [])

    def test_mistakes_without_end_are_counted(self):
        path = self.file((self.vectors['mrt', 'types without BGP'][:15]) * 5000)
        _, error = self.decode('--mrt', path, status=1)
        self.assertEqual(len(error.splitlines()), 101)
        self.assertIn('and 4900 mistakes more', error)

    def test_a_message_in_hexadecimal_is_still_one(self):
        octets = self.vectors['bgp', 'messages'].hex()
        self.assertEqual(self.lines(octets)[0]['type'], 'open')


class Replay(unittest.TestCase):
    vectors = vectors()
    file = DecodeFiles.file

    def replay(self, *words):
        done = subprocess.run([ENGINE, 'replay', '--exit', *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def moved(self, octets, seconds):
        """The same MRT record, so much later."""
        return (int.from_bytes(octets[:4], 'big') + seconds).to_bytes(4, 'big') + octets[4:]

    def test_filters_and_changes(self):
        table = self.file(self.vectors['mrt', 'rib'])
        self.assertEqual(self.replay('--peer', '2001:db8::1', '--neighbor', '10.0.0.1', '--next-hop', 'self', table),
                         ['neighbor 10.0.0.1 announce route 10.0.1.0/24 next-hop self origin igp as-path [ 65003 ]'])
        self.assertEqual(len(self.replay('--prefix', '10.0.0.0/8', table)), 2)
        self.assertEqual(self.replay('--prefix', '10.0.1.0/25', table), [])
        self.assertEqual(self.replay('--prefix', '2001:db8::/32', table), [])

    def test_several_prefixes_of_a_message_are_chosen_from(self):
        path = self.file(announce(['10.0.1.0/24', '10.0.2.0/24']))
        self.assertEqual(len(self.replay(path)), 1)
        line, = self.replay('--prefix', '10.0.2.0/24', path)
        self.assertTrue(line.startswith('announce attributes ') and line.endswith(' nlri 10.0.2.0/24'), line)

    def test_time_passes_as_recorded(self):
        record = self.vectors['mrt', 'message as4']
        path = self.file(record + self.moved(record, 20) + self.moved(record, 40))
        start = time.monotonic()
        self.assertEqual(len(self.replay('--speed', '100', path)), 3)
        self.assertGreaterEqual(time.monotonic() - start, 0.4)

    def test_a_table_reaches_a_peer_and_the_helper_stays(self):
        peer = Peer(self)
        path = self.file(self.vectors['mrt', 'rib'] + self.vectors['mrt', 'rib ipv6 short next hop'])
        text = (f'process table {{\n\trun {ENGINE} replay --next-hop self {path};\n\tencoder text;\n}}\n' +
                neighbor(peer.port, more='api { processes [ table ]; }'))
        engine = Engine(self, text)
        peer.accept()
        peer.establish(65002)
        until(lambda: '10.0.1.0/24' in peer.routes, 'route of the table')
        self.assertFalse([line for line in engine.lines if 'ended' in line])

    def test_it_ends_with_its_engine(self):
        program = Program(self, [ENGINE, 'replay', self.file(self.vectors['mrt', 'rib'])])
        program.expect('announce route')
        program.send('done')
        self.assertIsNone(program.process.poll())
        program.process.stdin.close()
        self.assertEqual(program.wait(), 0)

    def test_wrong_words(self):
        for words in (['--speed', 'x', 'file'], ['--prefix', 'x', 'file'], []):
            done = subprocess.run([ENGINE, 'replay', *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
            self.assertEqual(done.returncode, 2)
        done = subprocess.run([ENGINE, 'replay', '-e', '/nowhere'], stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
        self.assertEqual((done.returncode, done.stderr), (1, b'/nowhere: No such file or directory\n'))


if __name__ == '__main__':
    harness.main()
