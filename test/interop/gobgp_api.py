"""GoBGP's gRPC interface, spoken with curl: what its command line has no words for. Messages are protobuf as api/gobgp.proto
has it, in octets: a number or octets for each field. A path travels as wire octets (fields `nlri_binary`, `pattrs_binary`)."""

import collections
import re
import struct
import subprocess


def _varint(number):
    octets = bytearray()
    while number > 0x7f:
        octets.append(number & 0x7f | 0x80)
        number >>= 7
    return bytes(octets) + bytes([number])


def message(*fields):
    """Octets of (number, value) pairs; a value is a number, octets or text."""
    octets = b''
    for number, value in fields:
        if isinstance(value, int):
            octets += _varint(number << 3) + _varint(value)
        else:
            value = value.encode() if isinstance(value, str) else value
            octets += _varint(number << 3 | 2) + _varint(len(value)) + value
    return octets


def _take_varint(octets, at):
    number = shift = 0
    while True:
        number |= (octets[at] & 0x7f) << shift
        shift += 7
        at += 1
        if octets[at - 1] < 0x80:
            return number, at


def fields(octets):
    """(number, value) pairs of a message; values are numbers or octets."""
    at = 0
    while at < len(octets):
        tag, at = _take_varint(octets, at)
        if tag & 7 == 0:
            value, at = _take_varint(octets, at)
        else:
            length, at = {1: (8, at), 5: (4, at)}[tag & 7] if tag & 7 != 2 else _take_varint(octets, at)
            value, at = octets[at:at + length], at + length
        yield tag >> 3, value


class Api:
    def __init__(self, address, port):
        self.url = f'http://{address}:{port}/apipb.GobgpApi/'

    def call(self, method, request):
        """The messages that it answers with."""
        done = subprocess.run(
            ['curl', '-sS', '--max-time', '10', '--http2-prior-knowledge', '-H', 'content-type: application/grpc', '-H', 'te: trailers',
             '--data-binary', '@-', '-D', '/dev/stderr', self.url + method],
            input=b'\0' + struct.pack('>I', len(request)) + request, capture_output=True, check=False)
        status = re.search(rb'grpc-status: (\d+)', done.stderr)
        if done.returncode or not status or status[1] != b'0':
            raise AssertionError(f'{method}: {done.stderr.decode(errors="replace")}')
        answers, octets = [], done.stdout
        while octets:
            length = struct.unpack('>I', octets[1:5])[0]
            answers.append(octets[5:5 + length])
            octets = octets[5 + length:]
        return answers

    @staticmethod
    def family(afi, safi):
        return message((1, afi), (2, safi))

    def paths(self, afi, safi):
        """The global table of a family: {field: [values]} for each path. Fields: 15 the neighbor ('<nil>': its own), 20 NLRI, 21
        attributes, all in octets."""
        found = []
        for answer in self.call('ListPath', message((3, self.family(afi, safi)), (6, 1), (7, 1), (8, 1))):
            for _, destination in fields(answer):
                for number, path in fields(destination):
                    if number == 2:
                        found.append(collections.defaultdict(list))
                        for key, value in fields(path):
                            found[-1][key].append(value)
        return found

    def add(self, afi, safi, nlri, next_hop, attributes):
        """A path of its own: origin IGP, the next hop in octets (an RD of zeros before it where the family has one), more attributes."""
        reach = struct.pack('>HBB', afi, safi, len(next_hop)) + next_hop + b'\0' + nlri
        pattrs = [bytes([0x40, 1, 1, 0]), b'\x90\x0e' + struct.pack('>H', len(reach)) + reach, *attributes]
        path = message((9, self.family(afi, safi)), (20, nlri), *((21, attribute) for attribute in pattrs))
        self.call('AddPath', message((3, path)))

    def own(self, families):
        """Its own paths of (AFI, SAFI) pairs."""
        return [path for family in families for path in self.paths(*family) if path[15] == [b'<nil>']]

    def change(self, paths, withdrawn=False):
        """Adds what own() gave, or takes it away."""
        kept = [message(*((key, value) for key in (9, 20, 21) for value in path[key]), (5, withdrawn)) for path in paths]
        self.call('AddPathStream', message(*((3, path) for path in kept)))
