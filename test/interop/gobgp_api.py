"""GoBGP's gRPC interface, spoken with curl: what its command line has no words for. Messages are protobuf as api/gobgp.proto
has it, in octets: a number or octets for each field. A path travels as wire octets (fields `nlri_binary`, `pattrs_binary`)."""

import re
import struct
import subprocess

NEXT_HOP, MP_REACH = 3, 14


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
    def _family(afi, safi):
        return message((1, afi), (2, safi))

    def table(self, afi, safi):
        """The global table: (address of the neighbor or '<nil>', NLRI, [attributes]) in octets, for each path."""
        found = []
        for answer in self.call('ListPath', message((3, self._family(afi, safi)), (6, 1), (7, 1), (8, 1))):
            for _, destination in fields(answer):
                for number, path in fields(destination):
                    if number == 2:
                        path = list(fields(path))
                        neighbor, nlri = (next(value for key, value in path if key == wanted) for wanted in (15, 20))
                        found.append((neighbor.decode(), nlri, [value for key, value in path if key == 21]))
        return found

    def path(self, afi, safi, nlri, next_hop, attributes):
        """A path: origin IGP, the next hop in octets (an RD of zeros before it where the family has one), and more attributes."""
        reach = struct.pack('>HBB', afi, safi, len(next_hop)) + next_hop + b'\0' + nlri
        pattrs = [bytes([0x40, 1, 1, 0]), b'\x90\x0e' + struct.pack('>H', len(reach)) + reach, *attributes]
        return message((9, self._family(afi, safi)), (20, nlri), *((21, attribute) for attribute in pattrs))

    def add(self, afi, safi, *path):
        self.call('AddPath', message((3, self.path(afi, safi, *path))))

    def delete(self, afi, safi, *path):
        self.call('DeletePath', message((3, self._family(afi, safi)), (4, self.path(afi, safi, *path))))
