"""What the interop tests of families share: rows of routes, two sessions with one daemon, and the routes that our helper keeps.

The engine has two sessions with a daemon, `ours` and `other`, from an address and with an AS number of its own each. A row is a
route: announced on the first, it has to be in the daemon's table with its fields, and what the daemon then tells the second has to
come to our helper with its fields too. Routes of the daemon's own are rows as well.
"""

import json
import typing

from daemons import DAEMON_AS, ENGINE_AS
from engine import DrivenEngine
from harness import until

OTHER_AS = 65003
# Fields of a route's JSON that are no part of what makes it that route: RFC 8277 2.4, RFC 7432 7, RFC 9136 3
NOT_KEY = {'label', 'labels', 'raw', 'string', 'gateway', 'base', 'name', 'nexthop'}


class Row(typing.NamedTuple):
    family: str                  # as JSON has it: 'ipv4 mpls-vpn'
    route: str = ''              # our words behind `announce` and `withdraw`
    more: str = ''               # and what only `announce` has
    show: str = ''               # asks the daemon for it; empty: its whole table
    has: typing.Sequence = ()    # texts of the daemon's answer; the first one is gone with the route
    heard: dict = {}             # fields of the route's JSON; empty: the daemon does not pass it on
    attributes: dict = {}        # and of its attributes
    own: str = ''                # the daemon's words for it: a route of its own
    next_hop: str = ''           # as our helper hears it; empty: whatever


def key(family, route):
    skip = NOT_KEY | ({'esi'} if route.get('code') in (2, 5) else set())
    return family + ' ' + json.dumps({name: value for name, value in route.items() if name not in skip}, sort_keys=True)


def contains(whole, part):
    """Whether JSON `part` is in `whole`: fields of objects; anything else is equal."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and contains(whole[name], value) for name, value in part.items())
    if isinstance(part, list) and isinstance(whole, list) and len(part) == len(whole):
        return all(map(contains, whole, part))
    return part == whole


class Heard:
    """The routes that a helper knows of one session, as it would keep them; .states are those of the session."""

    def __init__(self, lines, local):
        self.routes, self.states, self.ends = {}, [], []
        for line in lines:
            neighbor = json.loads(line).get('neighbor', {}) if line.startswith('{') else {}
            if neighbor.get('address', {}).get('local') == local:
                self._event(neighbor)

    def _event(self, neighbor):
        if 'state' in neighbor:
            self.states.append(neighbor['state'])
            if neighbor['state'] == 'down':
                self.routes.clear()
        message = neighbor.get('message', {})
        if 'eor' in message:
            self.ends.append('{afi} {safi}'.format(**message['eor']))
        update = message.get('update', {})
        for family, routes in update.get('withdraw', {}).items():
            for route in routes:
                self.routes.pop(key(family, route), None)
        for family, hops in update.get('announce', {}).items():
            for hop, routes in hops.items():
                for route in routes:
                    self.routes[key(family, route)] = (family, route, hop, update.get('attribute', {}))

    def find(self, row):
        """The attributes of the row's route; None when there is no such route."""
        for family, route, hop, attributes in self.routes.values():
            if family == row.family and contains(route, row.heard) and row.next_hop in ('', hop):
                return attributes
        return None


class Families:
    """The cases of a daemon; `address`, `other` (if the daemon passes on what it hears) are our addresses, `self.daemon` has table(show), add(row), remove(row)."""

    address, other = None, None
    families = options = ''  # sections of a neighbor of the engine

    def sessions(self):
        return [(self.address, ENGINE_AS)] + [(self.other, OTHER_AS)] * bool(self.other)

    def engine_text(self):
        return ''.join(f'''neighbor {self.daemon.address} {{
            router-id {address}; local-address {address}; local-as {number}; peer-as {DAEMON_AS}; connect {self.daemon.port};
            family {{ {self.families} }} {self.options}
            api {{ processes [ driven ]; neighbor-changes; receive {{ parsed; update; }} }}
        }}\n''' for address, number in self.sessions())

    def up(self):
        self.daemon.start()
        self.engine = DrivenEngine(self, self.engine_text())
        self.until_up()

    def until_up(self, times=1):
        def up():
            return all(self.heard(local).states.count('up') >= times for local, _ in self.sessions())
        try:
            until(up, 'sessions', 20)
        except AssertionError as late:
            said = [*list(self.engine.lines)[-10:], *list(self.daemon.program.lines)[-10:]]
            raise AssertionError('\n'.join([f'{late}: the engine and the daemon said', *said])) from None

    def heard(self, local):
        return Heard(self.engine.heard(), local)

    def say(self, *commands):
        answers = len(self.engine.answers())
        self.engine.command(*(f'neighbor {self.daemon.address} local-ip {self.address} {command}' for command in commands))
        until(lambda: len(self.engine.answers()) >= answers + len(commands), 'answers')
        refused = [command for command, answer in zip(commands, self.engine.answers()[answers:]) if answer != 'done']
        self.assertEqual(refused, [])

    def announce(self, rows):
        self.say(*(f'announce {row.family} {row.route} {row.more}' for row in rows))

    def tables(self, rows):
        """Each table that the rows are in, asked for once: {show: text}"""
        return {show: self.daemon.table(show) for show in {row.show for row in rows}}

    def in_table(self, rows):
        def absent():
            tables = self.tables(rows)
            return [text for row in rows for text in row.has if text not in tables[row.show]]
        try:
            until(lambda: not absent(), 'our routes', 20)
        except AssertionError:
            raise AssertionError(f'not in the tables of the daemon: {absent()}, but {self.tables(rows)}') from None

    def not_in_table(self, rows):
        def present():
            tables = self.tables(rows)
            return [row.has[0] for row in rows if row.has[0] in tables[row.show]]
        try:
            until(lambda: not present(), 'withdraws', 20)
        except AssertionError:
            raise AssertionError(f'still in the tables of the daemon: {present()}, in {self.tables(rows)}') from None

    def at_helper(self, rows, local):
        for row in rows:
            try:
                found = until(lambda: self.heard(local).find(row), f'{row.heard}')
            except AssertionError as late:
                raise AssertionError(f'{late}, but {list(self.heard(local).routes.values())}') from None
            self.assertTrue(contains(found, row.attributes), f'{row.heard}: {row.attributes} in {found}')

    def not_at_helper(self, rows, local):
        for row in rows:
            until(lambda: self.heard(local).find(row) is None, f'withdraw of {row.heard}')

    def both_ways(self, ours, theirs):
        """All rows at once: announced, passed on, withdrawn; and the daemon's own."""
        passed = [row for row in ours if row.heard]
        self.announce(ours)
        self.in_table(ours)
        self.at_helper(passed, self.other)
        for row in theirs:
            self.daemon.add(row)
        self.at_helper(theirs, self.address)
        self.say(*(f'withdraw {row.family} {row.route}' for row in ours))
        self.not_in_table(ours)
        self.not_at_helper(passed, self.other)
        for row in theirs:
            self.daemon.remove(row)
        self.not_at_helper(theirs, self.address)

    def loss_and_return(self, ours, theirs):
        self.announce(ours)
        self.in_table(ours)
        for row in theirs:
            self.daemon.add(row)
        self.at_helper(theirs, self.address)
        self.daemon.kill()
        until(lambda: 'down' in self.heard(self.address).states, 'the loss of the session', 20)
        self.daemon.start()
        self.until_up(2)
        self.in_table(ours)
        self.at_helper(theirs, self.address)
