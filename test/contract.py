"""What may end an Established session, judged from the octets alone: an opinion beside the engine's, for tests that spoil
messages. It reads the same contract (doc/errors.md) and shares no code with the engine.

The session judged has 4-octet AS numbers, route refresh, no path identifiers, and the families it is told.
"""

IPV4_FAMILIES, IPV6_FAMILIES = ((1, 1), (1, 2)), ((2, 1), (2, 2))
HEADER, NO_WORD = (1, None), (0, 0)  # ends: (code, subcode); None: any. NO_WORD: the connection is closed
MARKER = b'\xff' * 16
OPEN, UPDATE, NOTIFICATION, KEEPALIVE, REFRESH = 1, 2, 3, 4, 5
REACH, UNREACH = 14, 15
WELL_KNOWN = (1, 2, 3, 5, 6)
ASSIGNED = set(range(1, 43)) | {128}  # codes that an engine may know


class Verdict:
    """`ends`: with which a session may end for this; empty: it must not. `must`: and it has to."""

    def __init__(self, ends=(), must=False):
        self.ends, self.must = set(ends), must
        self.why, self.waits = b'', False  # the message that it is for; whether a message is not whole yet

    def __repr__(self):
        return ('must end with ' if self.must else 'may end with ' if self.ends else 'goes on') + \
            f'{sorted(self.ends, key=str) or ""} {self.why.hex()}'

    def allows(self, end):
        return end in self.ends or (end[0], None) in self.ends


def survives():
    return Verdict()


def dies(code, subcode=None):
    return Verdict([(code, subcode)], True)


def both(first, second):
    return Verdict(first.ends | second.ends, first.must or second.must)


def is_whole(octets, most):
    """A list of prefixes."""
    at = 0
    while at < len(octets):
        if octets[at] > most:
            return False
        at += 1 + (octets[at] + 7) // 8
    return at == len(octets)


def attributes(octets):
    """([(flags, code, value), ...], None or the code of the one that is cut, 0 if that is cut too)"""
    found, at = [], 0
    while at < len(octets):
        head = 4 if octets[at] & 0x10 else 3
        if at + head > len(octets):
            return found, octets[at + 1] if at + 1 < len(octets) else 0
        size = int.from_bytes(octets[at + 2:at + head], 'big')
        if at + head + size > len(octets):
            return found, octets[at + 1]
        found.append((octets[at], octets[at + 1], octets[at + head:at + head + size]))
        at += head + size
    return found, None


class Judge:
    """`families`: those of the session; `most`: the longest message; `good`: bodies of UPDATEs known to end nothing."""

    def __init__(self, families, most=4096, good=()):
        self.families, self.most = set(families), most
        self.good, self.good_values = set(), set()
        for body in good:
            self.learn(body)

    def learn(self, body):
        """A body that ends no session; neither does a value of its MP_REACH_NLRI or MP_UNREACH_NLRI elsewhere."""
        self.good.add(bytes(body))
        at = 2 + int.from_bytes(body[:2], 'big')
        found, _ = attributes(body[at + 2:at + 2 + int.from_bytes(body[at:at + 2], 'big')])
        self.good_values.update((code, value) for _, code, value in found if code in (REACH, UNREACH))

    def reach(self, code, value):
        """(verdict, whether it surely has routes that are announced, whether it may have some)"""
        if len(value) < (5 if code == REACH else 3):
            return dies(3, 9), False, False
        family, rest, has = (int.from_bytes(value[:2], 'big'), value[2]), value[3:], False
        if family not in self.families:
            return survives(), False, False
        exact = family in IPV4_FAMILIES + IPV6_FAMILIES
        if code == REACH:
            hop = rest[0]
            if len(rest) < hop + 2 or exact and hop not in ((4,) if family in IPV4_FAMILIES else (16, 32)):
                return dies(3, 9), False, False
            rest = rest[hop + 2:]
            has = bool(rest)
        if not exact:
            return survives() if (code, value) in self.good_values else Verdict([(3, 9)]), False, has
        if not is_whole(rest, 32 if family in IPV4_FAMILIES else 128):
            return dies(3, 9), False, has
        return survives(), has, has

    def attribute(self, flags, code, value, seen):
        """(verdict, surely announces, may announce) of one"""
        if code in (REACH, UNREACH):
            if code in seen:
                return dies(3, 1), False, False
            if flags & 0xc0 != 0x80:
                return dies(3, 4), False, False
            return self.reach(code, value)
        if code not in seen and not flags & 0x80 and code not in WELL_KNOWN:
            return (Verdict([(3, 2)]) if code in ASSIGNED else dies(3, 2)), False, False
        return survives(), False, False

    def update(self, body):
        withdrawn = int.from_bytes(body[:2], 'big')
        if withdrawn + 4 > len(body):
            return dies(3, 1)
        size = int.from_bytes(body[2 + withdrawn:4 + withdrawn], 'big')
        if withdrawn + size + 4 > len(body):
            return dies(3, 1)
        if body in self.good:
            return survives()
        nlri, verdict = body[4 + withdrawn + size:], survives()
        if not is_whole(body[2:2 + withdrawn], 32) or not is_whole(nlri, 32):
            verdict = dies(3, 10)
        found, cut = attributes(body[4 + withdrawn:4 + withdrawn + size])
        seen, announces = set(), bool(nlri)
        for flags, code, value in found:
            one, surely, _ = self.attribute(flags, code, value, seen)
            verdict, announces = both(verdict, one), announces or surely
            seen.add(code)
        if not announces and (seen - {UNREACH} or cut is not None) or cut in (REACH, UNREACH):
            verdict = both(verdict, Verdict([(3, None)]))  # UPD-12, if something is wrong with them
        if len(verdict.ends) > 1:
            verdict.ends = {(3, None)}  # the one that is found first
        return verdict

    def frame(self, octets):
        """One whole message whose header is right."""
        kind, body = octets[18], octets[19:]
        if kind == UPDATE:
            return self.update(body)
        if kind == NOTIFICATION:
            return Verdict([NO_WORD], True)
        if kind == REFRESH:
            return survives() if len(body) == 4 else Verdict([(7, None), (1, 2)], len(body) < 4)
        return dies(5, 3) if kind == OPEN else survives()

    def header(self, head):
        """Of 19 octets, or NO_WORD for a NOTIFICATION that is too short."""
        length, kind, wrong = int.from_bytes(head[16:18], 'big'), head[18], []
        if head[:16] != MARKER:
            wrong.append((1, 1))
        least = {OPEN: 29, UPDATE: 23, NOTIFICATION: 21}.get(kind, 19)
        most = 4096 if kind in (OPEN, KEEPALIVE) else self.most
        if length < least or length > most or kind == KEEPALIVE and length != 19:
            wrong.append(NO_WORD if kind == NOTIFICATION and 19 <= length < 21 else (1, 2))
        if kind not in (OPEN, UPDATE, NOTIFICATION, KEEPALIVE, REFRESH):
            wrong.append((1, 3))
        return Verdict(wrong, bool(wrong))

    def stream(self, octets):
        """Up to where the session must end, if it must."""
        at, verdict = 0, survives()
        while not verdict.must and at + 19 <= len(octets):
            head = octets[at:at + 19]
            one, size = self.header(head), int.from_bytes(head[16:18], 'big')
            if not one.must:
                if at + size > len(octets):
                    verdict.waits = True
                    return verdict
                one = self.frame(octets[at:at + size])
            if one.ends:
                verdict = both(verdict, one)
                verdict.why = octets[at:at + max(size, 19)]
            at += size
        verdict.waits = not verdict.must and at < len(octets)
        return verdict
