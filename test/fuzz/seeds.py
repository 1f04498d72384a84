#!/usr/bin/env python3
"""Seeds of the fuzz targets, made from test/vectors and test/config: seeds.py FOLDER.

Writes FOLDER/TARGET/NAME. What was found is not here but in test/fuzz/corpus/TARGET.
"""

import pathlib
import sys

TEST = pathlib.Path(__file__).resolve().parent.parent
MARKER = b'\xff' * 16


def vectors(name):
    """(words or None, octets) of the lines of a file that have octets."""
    for line in (TEST / 'vectors' / name).read_text().splitlines():
        columns = [column.strip() for column in line.split(' | ')]
        if line and not line.startswith('#') and len(columns) >= 3:
            words = columns[0] if columns[0] not in ('-', '!') else None
            yield words, bytes.fromhex(columns[1].replace(' ', ''))


def message(kind, body):
    return MARKER + (19 + len(body)).to_bytes(2, 'big') + bytes([kind]) + body


def attribute(flags, code, value):
    return bytes([flags | 0x10, code]) + len(value).to_bytes(2, 'big') + value


def update(attributes=b'', withdrawn=b'', nlri=b''):
    return len(withdrawn).to_bytes(2, 'big') + withdrawn + len(attributes).to_bytes(2, 'big') + attributes + nlri


MANDATORY = bytes.fromhex('40010100 400200 40050400000064'.replace(' ', ''))
NEXT_HOP = bytes.fromhex('4003040a000001')


def next_hop(afi, safi):
    if safi in (133, 134):
        return b''
    rd = bytes(8) if safi == 128 else b''
    return rd + (bytes.fromhex('20010db8000000000000000000000001') if afi == 2 else b'\x0a\x00\x00\x01')


def updates():
    """Bodies of UPDATEs: one for each vector."""
    for _, octets in vectors('attributes.txt'):
        yield update(MANDATORY + NEXT_HOP + octets, nlri=b'\x18\x0a\x00\x00')
    for _, octets in vectors('families.txt'):
        afi, safi, nlri = int.from_bytes(octets[:2], 'big'), octets[2], octets[3:]
        hop = next_hop(afi, safi)
        yield update(MANDATORY + attribute(0x80, 14, octets[:3] + bytes([len(hop)]) + hop + b'\0' + nlri))
        yield update(attribute(0x80, 15, octets[:3] + nlri))
    yield update()


def capability(code, value):
    return bytes([2, len(value) + 2, code, len(value)]) + value


def opens():
    capabilities = [capability(code, bytes.fromhex(value)) for code, value in (
        (1, '00010001'), (1, '00020001'), (2, ''), (5, '000100010002'), (6, ''), (9, '03'), (64, '4078000101 80'),
        (65, '0000fde9'), (69, '00010103 00020103'), (70, ''), (71, '00010180000e10'), (73, '0468 6f7374 0464 6f6d61'),
        (75, '0465 7861 62'), (76, '000101000a'), (77, ''), (68, ''), (128, ''), (131, ''), (185, ''), (99, '0102'))]
    head = bytes.fromhex('04 fde9 00b4 01010101'.replace(' ', ''))
    whole = b''.join(capabilities)
    yield head + b'\0'
    for one in capabilities:
        yield head + bytes([len(one)]) + one
    yield head + bytes([len(whole)]) + whole
    extended = b'\x02' + len(whole).to_bytes(2, 'big') + whole
    yield head + b'\xff\xff' + len(extended).to_bytes(2, 'big') + extended


def sessions():
    """Streams of messages: some UPDATEs together; other messages; the beginning of a session."""
    bodies = list(updates())
    for start in range(0, len(bodies), 8):
        stream = b''.join(message(2, body) for body in bodies[start:start + 8])
        yield bytes([start % 3, 0 if start % 16 else 100]) + stream
    others = [message(4, b''), message(5, bytes.fromhex('00010001')), message(5, bytes.fromhex('00010101')),
              message(3, bytes.fromhex('0602') + b'\x05hello'), message(6, bytes.fromhex('00010007000101') + b'hello'),
              message(6, bytes.fromhex('0003000f000101010101010000000100000002')), message(9, b'')]
    for other in others:
        yield b'\x01\x00' + other + message(4, b'')
        yield b'\x02\x05' + other
    for body in opens():
        yield b'\x81\x00' + message(1, body) + message(4, b'') + message(2, bodies[-1])


JSON_LINES = (
    '{"id": 7, "command": "announce route 10.0.0.0/24 next-hop 1.2.3.4"}',
    '{"id": "a\\u00e9", "peer": "*", "command": "show neighbor json"}',
    '{"id": [1, {"x": null}], "command": "ping"}',
    '[{"command": "ping"}, {"id": 1.5e3, "command": "withdraw route 10.0.0.0/24"}]')


def lines():
    """Commands: an announcement and a withdrawal of each vector that has words, and some others."""
    for words, _ in vectors('attributes.txt'):
        if words:
            yield f'announce route 10.0.0.0/24 next-hop 1.2.3.4 {words}'
    for words, _ in vectors('families.txt'):
        if words:
            yield f'announce {words} next-hop 1.2.3.4\nwithdraw {words}'
    yield from ('version', 'help', 'ping', 'status', 'show neighbor json', 'show neighbor extensive', 'show adj-rib out json',
                'show adj-rib in extensive', 'peer list', 'announce watchdog dog', 'announce eor ipv4 unicast',
                'announce route-refresh ipv4 unicast', 'neighbor 127.0.0.1 teardown 2', 'group start\nannounce route '
                '10.0.0.0/24 next-hop 1.2.3.4\ngroup end', 'peer * announce route 10.0.0.0/24 next-hop self split /26',
                'announce attributes next-hop 1.2.3.4 med 5 nlri 10.0.0.0/24 10.0.1.0/24', 'clear adj-rib out',
                'announce operational adm afi ipv4 safi unicast advisory "x"', 'api version 6', 'enable-ack', 'disable-ack', *JSON_LINES)


def recordings():
    """Each recording of the vectors twice: whole, its format told; in pieces, its format to be found out."""
    formats = {'mrt': 1, 'bmp': 2, 'pcap': 3, 'bgp': 4}
    for line in (TEST / 'vectors' / 'capture.txt').read_text().splitlines():
        columns = [column.strip() for column in line.split(' | ')]
        if not line.startswith('#') and len(columns) >= 3:
            octets = bytes.fromhex(columns[2].replace(' ', ''))
            yield bytes([formats.get(columns[0].split('-')[0], 0), 0]) + octets
            yield bytes([0, 7]) + octets


def all_seeds():
    for octets in (octets for name in ('attributes.txt', 'families.txt') for _, octets in vectors(name)):
        yield 'update', b'\x1b' + octets
    for _, octets in vectors('attributes.txt'):
        yield 'element', b'\0' + octets
    for _, octets in vectors('families.txt'):
        yield 'element', b'\1' + octets
    for body in opens():
        yield 'open', body
        yield 'element', b'\2' + body[12:] if len(body) > 12 else b'\2\2\0'
    for body in updates():
        yield 'update', b'\x1b' + body
    for stream in sessions():
        yield 'session', stream
    for octets in recordings():
        yield 'capture', octets
    for number, line in enumerate(lines()):
        yield 'api', bytes([number % 3]) + line.encode()
    for path in [*sorted((TEST / 'config').glob('*/*.conf')), *sorted((TEST.parent / 'examples').glob('*.conf'))]:
        yield 'config', path.read_bytes()
    for words, _ in vectors('families.txt'):
        if words:
            yield 'config', ('neighbor 127.0.0.1 { router-id 1.1.1.1; local-address 127.0.0.1; local-as 1; peer-as 1; '
                             f'announce {{ {words.split(" ")[0]} {{ {" ".join(words.split(" ")[1:])}; }} }} }}').encode()


def main(folder):
    for number, (target, octets) in enumerate(all_seeds()):
        path = pathlib.Path(folder, target, f'{number:04}')
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)


if __name__ == '__main__':
    main(*sys.argv[1:])
