#!/usr/bin/env python3
"""An UPDATE, the commands that `decode --command` prints of it, and what `encode` makes of those: the same octets.

Of the vectors, of ExaBGP's where they lie beside the repository, and of the random good values of test_generated. An
announcement comes back octet for octet; a withdrawal names the same route (labels and what is behind the key of an NLRI
have no meaning there), so its own commands must stay as they are. What a command cannot say must be said by a `#` line.
"""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import harness
from harness import ENGINE

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFORMANCE = pathlib.Path(os.environ.get('CONFORMANCE') or ROOT.parent / 'shared' / 'conformance') / 'exabgp'
MARK, MARK_COMMAND = '000418CB00710000', 'withdraw route 203.0.113.0/24'  # between the answers to two questions

NO_NEXT_HOP = {(1, 133), (2, 133), (1, 134), (2, 134), (25, 134)}
DEFAULTS = {1: (0x40, 1, b'\0'), 2: (0x40, 2, b''), 5: (0x40, 5, b'\0\0\0\x64')}


def attributes_of(octets):
    at = 0
    while at < len(octets):
        long = octets[at] & 0x10
        size = int.from_bytes(octets[at + 2:at + 4], 'big') if long else octets[at + 2]
        start = at + (4 if long else 3)
        yield octets[at] & 0xEF, octets[at + 1], octets[start:start + size]
        at = start + size


def update_of(attributes, nlri=b''):
    octets = b''
    for flags, code, value in attributes:
        long = len(value) > 255
        octets += bytes([flags | 0x10 * long, code]) + len(value).to_bytes(2 if long else 1, 'big') + value
    return (b'\0\0' + len(octets).to_bytes(2, 'big') + octets + nlri).hex().upper()


def update_with(attribute):
    """A plain route with one attribute more."""
    given = next(attributes_of(bytes.fromhex(attribute)))
    every = {**DEFAULTS, 3: (0x40, 3, bytes([10, 0, 0, 1])), given[1]: given}
    return update_of([every[code] for code in sorted(every)], bytes([24, 10, 0, 0]))


def announcement_of(route):
    octets = bytes.fromhex(route)
    family = int.from_bytes(octets[:2], 'big'), octets[2]
    hop = bytes.fromhex('20010db8000000000000000000000001') if family[0] == 2 else bytes([10, 0, 0, 1])
    hop = b'' if family in NO_NEXT_HOP else bytes(8) + hop if family[1] in (72, 128, 129) else hop
    if family == (1, 1):
        return update_of([DEFAULTS[1], DEFAULTS[2], (0x40, 3, hop), DEFAULTS[5]], octets[3:])
    reach = octets[:3] + bytes([len(hop)]) + hop + b'\0' + octets[3:]
    return update_of([*DEFAULTS.values(), (0x80, 14, reach)])


def withdrawal_of(route):
    return update_of([(0x80, 15, bytes.fromhex(route))])


def said(octets):
    """What the body of an UPDATE says: NLRIs by family, next hop and attributes, wherever they stand."""
    withdrawn = int.from_bytes(octets[:2], 'big')
    length = int.from_bytes(octets[2 + withdrawn:4 + withdrawn], 'big')
    every = list(attributes_of(octets[4 + withdrawn:4 + withdrawn + length]))
    rest = tuple(sorted(a for a in every if a[1] not in (3, 14, 15)))
    hop = next((a[2] for a in every if a[1] == 3), b'')
    parts = [(('withdraw', b'\0\1\1'), octets[2:2 + withdrawn]),
             (('announce', b'\0\1\1', hop, rest), octets[4 + withdrawn + length:])]
    for _, code, value in every:
        if code == 15:
            parts.append((('withdraw', value[:3]), value[3:]))
        if code == 14:
            end = 4 + value[3]
            parts.append((('announce', value[:3], value[4:end], rest), value[end + 1:]))
    return parts


def joined(updates):
    all_said = {}
    for octets in updates:
        for key, nlri in said(octets):
            if nlri:
                all_said[key] = all_said.get(key, b'') + nlri
    return all_said


def unlabelled(command):
    """A withdrawal of several labels is written with one that says so: RFC 8277 2.4."""
    return re.sub(r' label (\[ [\d ]+ \]|\d+)', '', command)


class RoundTrip(unittest.TestCase):
    session = ()  # options of encode: whose UPDATEs they are

    def answers(self, words, questions, mark, ends):
        """The lines that the program prints for each question."""
        lines = ''.join(f'{question}\n{mark}\n' for question in questions)
        done = subprocess.run([ENGINE, *words], input=lines, capture_output=True, text=True, timeout=120, check=False)
        answers, answer = [], []
        for line in done.stdout.splitlines():
            if line.endswith(ends):
                answers.append(answer)
                answer = []
            else:
                answer.append(line)
        self.assertEqual(len(answers), len(questions), done.stderr[-1000:])
        return answers

    def decode(self, bodies):
        return self.answers(['decode', '-m'], bodies, MARK, MARK_COMMAND)

    def encode(self, commands):
        return self.answers(['encode', '--no-header', *self.session, '-'], ['\n'.join(lines) for lines in commands], MARK_COMMAND, MARK)

    def go_round(self, bodies):
        told = self.decode(bodies)
        plain = [[line for line in lines if not line.startswith('#')] for lines in told]
        made = self.encode(plain)
        again = self.decode([body for bodies in made for body in bodies])
        noted = 0
        for body, lines, commands, updates in zip(bodies, told, plain, made):
            of_it, again = again[:len(updates)], again[len(updates):]
            if lines != commands:
                noted += 1
                continue
            wanted, got = joined([bytes.fromhex(body)]), joined(map(bytes.fromhex, updates))
            if wanted and all(key[0] == 'withdraw' for key in wanted):
                self.assertEqual([unlabelled(line) for lines in of_it for line in lines], list(map(unlabelled, commands)), body)
                self.assertEqual(wanted.keys(), got.keys(), (body, commands))
            else:
                self.assertEqual(wanted, got, (body, commands))
        self.assertLess(noted, len(bodies) / 10, 'most can be said')

    def elements(self, pairs):
        bodies = []
        for kind, octets in pairs:
            bodies += [update_with(octets)] if kind == 'attributes' else [announcement_of(octets), withdrawal_of(octets)]
        self.assertGreater(len(bodies), 100)
        self.go_round(bodies)

    def test_vectors(self):
        pairs = []
        for name, kind in (('attributes.txt', 'attributes'), ('families.txt', 'route')):
            for line in (ROOT / 'test' / 'vectors' / name).read_text(encoding='utf-8').splitlines():
                fields = line.split(' | ')
                if line[:1] not in ('#', '!') and len(fields) > 2:
                    pairs.append((kind, fields[1].replace(' ', '')))
        self.elements(pairs)

    @unittest.skipUnless(CONFORMANCE.exists(), "ExaBGP's vectors are not beside the repository")
    def test_vectors_of_exabgp(self):
        """Those of a plain session: path identifiers, other AS numbers and attributes without a route apart."""
        bodies = []
        for path in sorted(CONFORMANCE.glob('encoding/*.ci')):
            for match in re.finditer(r'^\w*:raw:F{32}....02(\w+)$', path.read_text().replace(':', '')
                                     .replace('raw', ':raw:'), re.M):
                body = bytes.fromhex(match[1])
                internal = any(a[1] == 5 for a in attributes_of(body[4:])) or not joined([body])
                if path.stem not in ('conf-addpath', 'conf-path-information', 'conf-no-asn4') and internal:
                    bodies.append(match[1].upper())
        self.assertGreater(len(bodies), 100)
        self.go_round(bodies)

    @unittest.skipUnless(os.environ.get('GENERATOR'), 'no program that makes values')
    def test_random_values(self):
        path = pathlib.Path(harness.folder(self), 'octets')
        subprocess.run([os.environ['GENERATOR']], stdout=subprocess.DEVNULL, check=True,
                       env={**os.environ, 'GENERATED': '10', 'SPOILT': '0', 'OCTETS_TO': str(path)})
        lines = [line.split(' | ') for line in path.read_text(encoding='utf-8').splitlines()]
        self.elements((kind, octets) for kind, _, octets in lines if kind in ('attributes', 'route'))

    def test_end_of_rib_and_numbers(self):
        for body, command in (('00000000', 'announce eor ipv4 unicast'),
                              ('00000007900F0003000201', 'announce eor ipv6 unicast'),
                              ('00000007900F0003000363', 'announce eor 3 99'),
                              ('00000008800F05000363DEAD', 'withdraw afi-safi 3 99 nlri 0xDEAD')):
            self.assertEqual(self.decode([body]), [[command]])
            self.assertEqual(self.encode([[command]]), [[body]])

    def test_what_cannot_be_said_is_told(self):
        hop = (0x40, 3, bytes([10, 0, 0, 1]))
        dropped = update_of([DEFAULTS[1], DEFAULTS[2], hop, (0x80, 99, b'\1')], bytes([24, 10, 0, 0]))
        [lines] = self.decode([dropped])
        self.assertEqual(lines[1:], ['# UPD-27: attribute 0x63 is not in the command'])
        self.assertEqual(self.encode([lines]), [['00000015400101004002004003040A00000140050400000064180A0000']])

    def test_commands(self):
        """Selectors are let through; what makes no UPDATE is refused, and said where."""
        for words, status in ((['neighbor 192.0.2.1 announce route 10.0.0.0/24 next-hop 10.0.0.1'], 0),
                              (['peer * withdraw ipv6 unicast 2001:db8::/32'], 0), (['announce nonsense'], 1),
                              (['announce route 10.0.0.0/24 next-hop 10.0.0.1 nonsense 1'], 1),
                              (['announce eor ipv4'], 1), (['-f', 'ipv6 unicast', 'withdraw route 10.0.0.0/24'], 1)):
            done = subprocess.run([ENGINE, 'encode', *words], capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual(done.returncode, status, done)
            self.assertEqual(done.stdout.startswith('F' * 32), status == 0, done)

    def test_path_identifiers_stand_where_the_open_offers_them(self):
        """With `add-path send/receive`: unicast and MUP have one, multicast VPN has not."""
        for family, route, octets in (('unicast', '10.0.0.0/24 path-information 7', '00000007180A0000'),
                                      ('mup', 'mup-dsd 10.0.0.1 rd 1:2', '00000000' '0100020C' '0000000100000002' '0A000001'),
                                      ('mcast-vpn', 'source-ad source 10.0.0.1 group 239.1.1.1 rd 1:2',
                                       '00' '0512' '0000000100000002' '200A000001' '20EF010101')):
            with tempfile.NamedTemporaryFile('w', suffix='.conf') as file:
                file.write('neighbor 127.0.0.1 { router-id 1.2.3.4; local-address 127.0.0.1; local-as 65533; peer-as 65533;\n'
                           f'family {{ ipv4 {family}; }} capability {{ add-path send/receive; }}\n'
                           f'announce {{ ipv4 {{ {family} {route} next-hop 192.0.2.1; }} }}\n}}\n')
                file.flush()
                done = subprocess.run([ENGINE, 'encode', '-c', file.name], capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual(done.returncode, 0, done)
            self.assertTrue(done.stdout.strip().endswith(octets), done)


if __name__ == '__main__':
    harness.main()
