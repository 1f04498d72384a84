"""A BGP speaker for tests: plain sockets, a few lines, and an opinion of its own about every octet.

It shares no code with the engine: what it reads of an UPDATE it reads itself.
"""

import ipaddress
import socket
import struct
import threading

MARKER = b'\xff' * 16
OPEN, UPDATE, NOTIFICATION, KEEPALIVE, REFRESH = 1, 2, 3, 4, 5
IPV4, IPV6 = (1, 1), (2, 1)


def message(kind, body=b''):
    return MARKER + struct.pack('!HB', len(body) + 19, kind) + body


def capability(code, value=b''):
    return bytes([code, len(value)]) + value


def open_message(asn, identifier, hold=180, families=(IPV4,), capabilities=(), as4=True):
    listed = b''.join(capability(1, struct.pack('!HBB', afi, 0, safi)) for afi, safi in families)
    if as4:
        listed += capability(65, struct.pack('!I', asn))
    listed += b''.join(capabilities)
    parameters = bytes([2, len(listed)]) + listed if listed else b''
    two = asn if asn < 65536 else 23456
    return message(OPEN, struct.pack('!BHH', 4, two, hold) + socket.inet_aton(identifier) + bytes([len(parameters)]) + parameters)


def prefixes(octets, width, add_path=False):
    """[(path identifier or None, 'address/length'), ...]"""
    found = []
    while octets:
        path = None
        if add_path:
            path, octets = struct.unpack('!I', octets[:4])[0], octets[4:]
        length = octets[0]
        size = (length + 7) // 8
        raw = octets[1:1 + size].ljust(width, b'\0')
        assert length <= width * 8 and len(octets) > size, 'a prefix is cut'
        found.append((path, f'{ipaddress.ip_address(raw)}/{length}'))
        octets = octets[1 + size:]
    return found


def update_parts(body):
    """(withdrawn octets, {code: (flags, value)}, NLRI octets)"""
    size = struct.unpack('!H', body[:2])[0]
    withdrawn, body = body[2:2 + size], body[2 + size:]
    size = struct.unpack('!H', body[:2])[0]
    octets, nlri, attributes = body[2:2 + size], body[2 + size:], {}
    while octets:
        flags, code = octets[0], octets[1]
        head = 4 if flags & 0x10 else 3
        length = struct.unpack('!H', octets[2:4])[0] if flags & 0x10 else octets[2]
        assert len(octets) >= head + length, 'an attribute is cut'
        attributes[code] = (flags, octets[head:head + length])
        octets = octets[head + length:]
    return withdrawn, attributes, nlri


class Peer:
    """Listens, or connects, does the OPEN exchange when told so, and keeps what it hears.

    routes: {prefix: attributes} of IPv4 and IPv6 unicast, {(path, prefix): attributes} where paths come; ends: families whose End-of-RIB came; log: (type, body).
    """

    def __init__(self, case, address='127.0.0.1', port=0):
        self.case = case
        family = socket.AF_INET6 if ':' in address else socket.AF_INET
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((address, port))
        self.listener.listen(8)
        self.address, self.port = address, self.listener.getsockname()[1]
        self.socket = None
        self.routes, self.ends, self.log, self.updates = {}, [], [], 0
        self.add_path = ()
        self.closed = threading.Event()
        self.lock = threading.Lock()
        case.addCleanup(self.stop)

    def accept(self, seconds=10):
        self.listener.settimeout(seconds)
        self.socket, self.remote = self.listener.accept()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.closed.clear()

    def connect(self, address, port, source=None):
        self.socket = socket.create_connection((address, port), 10, (source, 0) if source else None)

    def read_octets(self, count):
        octets = b''
        while len(octets) < count:
            more = self.socket.recv(count - len(octets))
            if not more:
                raise EOFError('the connection ended')
            octets += more
        return octets

    def read(self, seconds=10):
        """The next message: (type, body)."""
        self.socket.settimeout(seconds)
        head = self.read_octets(19)
        assert head[:16] == MARKER, head
        length, kind = struct.unpack('!HB', head[16:])
        return kind, self.read_octets(length - 19)

    def send(self, octets):
        self.socket.sendall(octets)

    def establish(self, asn, identifier='192.0.2.1', **options):
        """OPEN and KEEPALIVE both ways; returns the engine's OPEN. Then listen() reads on beside the test."""
        kind, body = self.read()
        assert kind == OPEN, (kind, body)
        self.add_path = options.pop('add_path', ())  # families of which it takes several paths
        if self.add_path:
            taken = b''.join(struct.pack('!HBB', afi, safi, 1) for afi, safi in self.add_path)
            options['capabilities'] = [*options.get('capabilities', ()), capability(69, taken)]
        self.send(open_message(asn, identifier, **options) + message(KEEPALIVE))
        while self.read()[0] != KEEPALIVE:
            pass
        self.listen()
        return body

    def listen(self):
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        try:
            while True:
                kind, body = self.read(None)
                with self.lock:
                    self.log.append((kind, body))
                    if kind == UPDATE:
                        self._update(body)
        except (OSError, EOFError, ValueError):
            self.closed.set()

    def _routes(self, octets, width, family):
        found = prefixes(octets, width, family in self.add_path)
        return [prefix if path is None else (path, prefix) for path, prefix in found]

    def _update(self, body):
        self.updates += 1
        withdrawn, attributes, nlri = update_parts(body)
        if not withdrawn and not attributes and not nlri:
            self.ends.append(IPV4)
        for route in self._routes(withdrawn, 4, IPV4):
            self.routes.pop(route, None)
        for route in self._routes(nlri, 4, IPV4):
            self.routes[route] = attributes
        if 15 in attributes:
            afi, safi = struct.unpack('!HB', attributes[15][1][:3])
            if len(attributes[15][1]) == 3:
                self.ends.append((afi, safi))
            elif (afi, safi) == IPV6:
                for route in self._routes(attributes[15][1][3:], 16, IPV6):
                    self.routes.pop(route, None)
        if 14 in attributes:
            value = attributes[14][1]
            afi, safi, size = struct.unpack('!HBB', value[:4])
            if (afi, safi) == IPV6:
                for route in self._routes(value[5 + size:], 16, IPV6):
                    self.routes[route] = attributes

    def keepalives(self, every=1.0):
        """Sends KEEPALIVEs until the connection ends."""
        def run():
            try:
                while not self.closed.wait(every):
                    self.send(message(KEEPALIVE))
            except OSError:
                pass
        threading.Thread(target=run, daemon=True).start()

    def drop(self):
        """Ends the TCP connection at once, whoever reads from it."""
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def stop(self):
        for one in (self.socket, self.listener):
            if one:
                try:
                    one.close()
                except OSError:
                    pass


def announce(nlri, next_hop='192.0.2.1', as_path=(65002,), extra=b''):
    """An UPDATE of IPv4 prefixes: ['10.0.0.0/24', ...]"""
    path = bytes([2, len(as_path)]) + b''.join(struct.pack('!I', asn) for asn in as_path) if as_path else b''
    attributes = b'\x40\x01\x01\x00' + b'\x40\x02' + bytes([len(path)]) + path
    attributes += b'\x40\x03\x04' + socket.inet_aton(next_hop) + extra
    return message(UPDATE, struct.pack('!HH', 0, len(attributes)) + attributes + nlri_octets(nlri))


def withdraw(nlri):
    octets = nlri_octets(nlri)
    return message(UPDATE, struct.pack('!H', len(octets)) + octets + b'\0\0')


def nlri_octets(nlri):
    octets = b''
    for prefix in nlri:
        network = ipaddress.ip_network(prefix)
        octets += bytes([network.prefixlen]) + network.network_address.packed[:(network.prefixlen + 7) // 8]
    return octets
