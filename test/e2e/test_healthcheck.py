#!/usr/bin/env python3
"""The health check: under a real engine with a peer, alone with scripted checks, and on interfaces of its own."""

import os
import shutil
import signal
import subprocess
import sys
import unittest

import harness
from engine import Engine, neighbor
from harness import ENGINE, Program, folder, until
from peer import Peer

QUIET = ['--no-ip-setup', '--no-syslog']


class Alone(unittest.TestCase):
    """Nobody answers but the test."""

    def start(self, *options, environment=None, answers='', status=0):
        """Runs it to its end with these answers waiting: the lines that it printed."""
        done = subprocess.run([ENGINE, 'healthcheck', *options], input=answers, capture_output=True, text=True, timeout=20,
                              env={**os.environ, **(environment or {})})
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout.splitlines() if status == 0 else done.stderr

    def once(self, *options, **more):
        return self.start('--interval', '0', '--rise', '1', '--fall', '1', *QUIET, '-a', *options, **more)

    def script(self, *results):
        """A check that gives these results, one a call; the last for ever."""
        self.folder = folder(self)
        path = os.path.join(self.folder, 'check')
        with open(path, 'w', encoding='utf-8') as handle:
            cases = '\n'.join(f'{i}) exit {r};;' for i, r in enumerate(results))
            handle.write(f'#!/bin/sh\ncd {self.folder}\nn=$(cat n 2>/dev/null || echo 0)\necho $((n + 1)) > n\n'
                         f'case $n in\n{cases}\nesac\nexit {results[-1]}\n')
        os.chmod(path, 0o755)
        return path

    def test_every_attribute_stands_in_the_line(self):
        lines = self.once('--ip', '10.0.0.1', '--ip', '2001:db8::1', '-N', '1.2.3.4', '--up-metric', '5', '--increase=-2',
                          '--local-preference', '0', '--community', '65000:1 65000:2', '--extended-community', 'target:1:2',
                          '--large-community', '1:2:3', '--up-as-path', '1 2', '--as-path', '9', '--path-id', '7', '--neighbor',
                          '1.1.1.1', '--neighbor', '::1')
        tail = ('local-preference 0 community [ 65000:1 65000:2 ] extended-community [ target:1:2 ] large-community [ 1:2:3 ] '
                'as-path [ 1 2 ] path-information 7')
        start = 'neighbor 1.1.1.1, neighbor ::1 announce route'
        self.assertEqual(lines, [f'{start} 10.0.0.1/32 next-hop 1.2.3.4 med 5 {tail}',
                                 f'{start} 2001:db8::1/128 next-hop 1.2.3.4 med 3 {tail}'])

    def printed(self, program):
        return [line for line in program.lines if '[healthcheck]' not in line]

    def test_api_6_says_peer(self):
        lines = self.once('--ip', '10.0.0.1', environment={'exabgp_api_version': '6'})
        self.assertEqual(lines, ['peer * announce route 10.0.0.1/32 next-hop self med 100'])

    def test_down_has_its_own_metric_community_and_path(self):
        options = ['--cmd', 'exit 1', '--ip', '10.0.0.1', '--disabled-community', '1:1', '--down-as-path', '7 7']
        self.assertEqual(self.once(*options),
                         ['neighbor * announce route 10.0.0.1/32 next-hop self med 1000 community [ 1:1 ] as-path [ 7 7 ]'])
        self.assertEqual(self.once(*options, '--withdraw-on-down', '--path-id', '3'),
                         ['neighbor * withdraw route 10.0.0.1/32 next-hop self path-information 3'])

    def test_a_file_disables(self):
        name = os.path.join(folder(self), 'disabled')
        open(name, 'w').close()
        self.assertEqual(self.once('--disable', name, '--cmd', 'exit 1', '--ip', '10.0.0.1'),
                         ['neighbor * announce route 10.0.0.1/32 next-hop self med 500'])

    def test_a_file_of_options_stands_before_the_command_line(self):
        name = os.path.join(folder(self), 'options')
        with open(name, 'w', encoding='utf-8') as handle:
            handle.write('# a comment\n\n name = web \nip = 10.0.0.1\nno-ip-setup\nrise=1\nup-metric = 7\n'
                         'command = test "a=b" = "a=b"\ncommunity = 1:1 2:2')
        lines = self.start('--config', name, '-i0', '-a', '--no-syslog', '--ip', '10.0.0.2', '--up-metric', '9')
        self.assertEqual(lines, [f'neighbor * announce route 10.0.0.{n}/32 next-hop self med {8 + n} community [ 1:1 2:2 ]'
                                 for n in (1, 2)])

    def test_networks_are_taken_apart_and_turned(self):
        lines = self.once('--ip', '10.0.0.0/30', '--deagg', '--start-ip', '1')
        self.assertEqual([line.split()[4] for line in lines], [f'10.0.0.{n}/32' for n in (1, 2, 3, 0)])

    def test_states_hooks_and_debounce(self):
        check = self.script(0, 0, 1, 1, 0, 0)
        hooks = os.path.join(self.folder, 'hooks')
        program = Program(self, [ENGINE, 'healthcheck', '-c', check, '--ip', '10.0.0.1', *QUIET, '-a', '-i', '0.05', '-f', '0.05',
                                 '--rise', '2', '--fall', '2', '--debounce', '--execute', f'echo any $STATE >> {hooks}',
                                 '--up-execute', f'echo up $STATE >> {hooks}', '--down-execute', f'echo down $STATE >> {hooks}'])
        for metric in (100, 1000, 100):
            program.expect(f'announce route 10.0.0.1/32 next-hop self med {metric}$')
        self.assertEqual(program.stop(), 0)
        self.assertEqual(self.printed(program)[3:], ['neighbor * withdraw route 10.0.0.1/32 next-hop self'])
        with open(hooks, encoding='utf-8') as handle:
            self.assertEqual(handle.read().splitlines(), ['any RISING', 'up UP', 'any UP', 'any FALLING', 'down DOWN', 'any DOWN',
                                                          'any RISING', 'up UP', 'any UP'])

    def test_a_check_that_hangs_has_failed_and_is_killed(self):
        mark = os.path.join(folder(self), 'alive')
        lines = self.once('--cmd', f'(sleep 3; touch {mark}) & sleep 30', '-t', '1', '--ip', '10.0.0.1')
        self.assertEqual(lines, ['neighbor * announce route 10.0.0.1/32 next-hop self med 1000'])
        self.assertFalse(os.path.exists(mark))

    def test_one_answer_is_awaited_for_each_line(self):
        program = Program(self, [ENGINE, 'healthcheck', '--ip', '10.0.0.1', '--ip', '10.0.0.2', *QUIET, '-i', '60', '--rise', '1'])
        program.expect('10.0.0.1/32')
        program.send('{ "exabgp": "5.0.0", "type": "state" }')  # an event is no answer
        program.send('done')
        program.expect('10.0.0.2/32')
        program.process.send_signal(signal.SIGTERM)  # with an answer missing
        program.expect('withdraw route 10.0.0.1/32')
        program.send('done')
        program.send('error')
        program.expect('withdraw route 10.0.0.2/32')
        program.send('done')
        self.assertEqual(program.wait(), 0)

    def test_without_answers_it_goes_on(self):
        program = Program(self, [ENGINE, 'healthcheck', '--ip', '10.0.0.1', '--ip', '10.0.0.2', *QUIET, '-i', '60', '--rise', '1'])
        program.expect('10.0.0.1/32')
        program.expect('10.0.0.2/32', 15)
        self.assertEqual(program.stop(), 0)

    def test_api_ack_off_means_no_waiting(self):
        program = Program(self, [ENGINE, 'healthcheck', '--ip', '10.0.0.1', '--ip', '10.0.0.2', *QUIET, '-i', '60', '--rise', '1'],
                          env={'exabgp_api_ack': 'false'})
        program.expect('10.0.0.2/32', 3)

    def test_an_interrupt_while_the_check_runs_withdraws(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            program = Program(self, [ENGINE, 'healthcheck', '--cmd', 'echo started >&2; exec sleep 60', '-t', '0', '--ip', '10.0.0.1',
                                     '--no-ip-setup', '--no-syslog', '-a', '--up-execute', 'sleep 60', '--debug'])
            program.expect('Checking command')
            program.process.send_signal(number)
            program.expect('withdraw route 10.0.0.1/32 next-hop self')
            self.assertEqual(program.wait(), 0)

    def test_without_an_engine_it_ends(self):
        read, write = os.pipe()
        program = subprocess.Popen([ENGINE, 'healthcheck', '--ip', '10.0.0.1', *QUIET, '-a', '-i', '60', '--rise', '1'],
                                   stdin=subprocess.DEVNULL, stdout=write)
        os.close(write)
        self.assertIn(b'announce', os.read(read, 100))
        os.close(read)
        self.assertEqual(program.wait(10), 1)

    def test_wrong_words(self):
        cases = {
            '--ip 10.0.0.1/24': "argument --ip: invalid ip_network value: '10.0.0.1/24'",
            '--ip 10.0.0.1.1': 'invalid ip_network value',
            '--next-hop self': "argument --next-hop/-N: invalid ip_address value: 'self'",
            '--interval x': "argument --interval/-i: invalid float value: 'x'",
            '--rise 1.5': "argument --rise: invalid int value: '1.5'",
            '--community a\x7fb': r"argument --community: 'a\x7fb' contains the control character '\x7f'",
            '--neighbor any': "invalid neighbor_address value: 'any'",
            '--silent --no-syslog': 'not allowed with argument --silent',
            '--disabled-x': 'unrecognized arguments: --disabled-x',
            '--dis': 'ambiguous option: --dis could match --disable, --disabled-metric',
            '--cmd': 'argument --command/--cmd/-c: expected one argument',
            '--sudo=1': "ignored explicit argument '1'",
            'word': 'unrecognized arguments: word',
        }
        for words, message in cases.items():
            with self.subTest(words):
                self.assertIn(message, self.start(*words.split(), status=2))
        for words, message in {
                '--config /nowhere/at/all': 'cannot read /nowhere/at/all',
                '-sF nonsense': "unknown syslog facility 'nonsense'",
                '--ip 10.0.0.1 --ip-ifname 10.0.0.2%eth0': "No 'ip' parameter has been defined for the ip_ifname pair",
                '--ip 10.0.0.1 --ip-ifname 10.0.0.1': 'Expected IP to IFNAME parameter: <ip_address>%<ifname>, got',
                '--ip 10.0.0.1 --ip-ifname 10.0.0.1%averyveryverylongname': 'Expected NIC interface name but got',
                '--ip 10.0.0.1 --no-ip-setup --no-syslog --user nobody-of-this-name': 'there is no user nobody-of-this-name',
                '--ip 10.0.0.0/8 --no-syslog': 'more than 1048576 addresses'}.items():
            with self.subTest(words):
                self.assertIn(message, self.start(*words.split(), status=1))

    def test_help_names_every_option_of_exabgp(self):
        text = '\n'.join(self.start('--help'))
        for name in ('--syslog-facility', '--ip-ifname', '--dynamic-ip-setup', '--disabled-execute', '--debounce', '-F, --config'):
            self.assertIn(name, text)

    def test_the_process_number_is_written(self):
        name = os.path.join(folder(self), 'pid')
        self.once('--ip', '10.0.0.1', '--pid', name)
        with open(name, encoding='utf-8') as handle:
            self.assertRegex(handle.read(), r'^[0-9]+\n$')


class UnderAnEngine(unittest.TestCase):
    def run_check(self, line, settings=None):
        peer = Peer(self)
        self.ok = os.path.join(folder(self), 'service')
        open(self.ok, 'w').close()
        text = (f'process watch {{\n\trun {line};\n\tencoder text;\n}}\n' +
                neighbor(peer.port, more='api { processes [ watch ]; }'))
        engine = Engine(self, text.replace('SERVICE', f'test -f {self.ok}'), settings=settings)
        peer.accept()
        peer.establish(65002)
        return peer, engine

    def test_a_service_that_goes_down_is_withdrawn_within_the_interval(self):
        peer, engine = self.run_check(f'{ENGINE} healthcheck --cmd "SERVICE" --ip 10.9.0.1 --ip 2001:db8::9 --no-ip-setup '
                                      '--no-syslog --interval 0.3 --fast-interval 0.1 --rise 2 --fall 2 --withdraw-on-down '
                                      '--community 65001:1')
        until(lambda: '10.9.0.1/32' in peer.routes, 'route of a service that is up')
        for _ in range(2):
            os.remove(self.ok)
            until(lambda: not peer.routes, 'withdrawal of a service that is down', 3)
            open(self.ok, 'w').close()
            until(lambda: '10.9.0.1/32' in peer.routes, 'route of a service that is up again', 3)

    def test_called_exabgp_it_is_found_as_exabgp(self):
        bin_folder = folder(self)
        os.symlink(ENGINE, os.path.join(bin_folder, 'exabgp'))
        peer, engine = self.run_check('exabgp healthcheck -c "SERVICE" --ip 10.9.0.2 --no-ip-setup --no-syslog -i 0.2 -f 0.1',
                                      {'PATH': os.environ['PATH'] + ':' + bin_folder})  # the last one counts
        until(lambda: '10.9.0.2/32' in peer.routes, 'route')
        before = peer.routes['10.9.0.2/32']
        os.remove(self.ok)
        until(lambda: peer.routes['10.9.0.2/32'] != before, 'higher MED')
        self.assertEqual(peer.routes['10.9.0.2/32'][4][1], (1000).to_bytes(4, 'big'))

    def test_a_python_line_finds_the_stand_in(self):
        package = os.path.join(os.path.dirname(__file__), '..', '..', 'packaging', 'python')
        peer, engine = self.run_check(f'{sys.executable} -m exabgp healthcheck --ip 10.9.0.5 --no-ip-setup --no-syslog --rise 1',
                                      {'PYTHONPATH': os.path.abspath(package), 'YOTTABGP': ENGINE, 'PYTHONDONTWRITEBYTECODE': '1'})
        until(lambda: '10.9.0.5/32' in peer.routes, 'route')

    def test_without_acks_in_the_engine(self):
        peer, engine = self.run_check(f'{ENGINE} healthcheck --ip 10.9.0.3 --ip 10.9.0.4 --no-ip-setup --no-syslog --rise 1',
                                      {'exabgp_api_ack': 'false'})
        until(lambda: len(peer.routes) == 2, 'routes', 3)


@unittest.skipUnless(sys.platform == 'linux' and os.geteuid() == 0 and shutil.which('unshare') and shutil.which('ip') and
                     subprocess.run(['unshare', '-n', 'true'], capture_output=True).returncode == 0,
                     'wants root, ip and network namespaces')
class OnInterfaces(unittest.TestCase):
    """Each case in a network namespace of its own."""

    def inside(self, script):
        """Runs a shell script where `hc` is the health check; its output."""
        place = folder(self)
        text = ('ip link set lo up; ip link add v0 type veth peer v1; ip link set v0 up\n'
                f'hc() {{ {ENGINE} healthcheck --no-syslog -a "$@"; }}\n'
                f'cd {place}\n{script}')
        done = subprocess.run(['unshare', '-n', 'sh', '-c', text], capture_output=True, text=True, timeout=30)
        self.assertEqual([line for line in done.stderr.splitlines() if '[healthcheck]' not in line], [])
        return done.stdout.splitlines()

    def test_addresses_are_found_on_lo(self):
        got = self.inside('for a in 10.9.0.1/32 10.9.1.0/24 10.9.2.1/24 2001:db8::7/128; do ip address add $a dev lo; done\n'
                          'hc -i 0 --rise 1 --no-ip-setup')
        self.assertEqual([line.split()[4] for line in got], ['10.9.0.1/32', '10.9.1.0/24', '2001:db8::7/128'])

    def test_labels_choose(self):
        setup = ('ip address add 10.9.0.1/32 dev lo label lo:web1; ip address add 10.9.0.2/32 dev lo label lo:web2\n'
                 'ip address add 10.9.0.3/32 dev lo\n')
        got = self.inside(setup + 'hc -i 0 --rise 1 --no-ip-setup --label web')
        self.assertEqual([line.split()[4] for line in got], ['10.9.0.1/32', '10.9.0.2/32'])
        got = self.inside(setup + 'hc -i 0 --rise 1 --no-ip-setup --label web2 --label-exact-match')
        self.assertEqual([line.split()[4] for line in got], ['10.9.0.2/32'])

    def test_nothing_found(self):
        self.assertEqual(self.inside('hc -i 0 --rise 1; echo $?'), ['1'])

    def test_addresses_are_added_and_removed(self):
        got = self.inside('hc -i 0 --rise 1 --ip 10.9.0.0/31 --ip 10.9.1.1 --ip-ifname 10.9.1.1%v0 --label web > /dev/null; '
                          'ip -o address show dev lo; echo; ip -o address show dev v0')
        middle = got.index('')
        self.assertEqual([line.split()[3] for line in got[:middle] if 'lo:web' in line], ['10.9.0.0/32', '10.9.0.1/32'])
        self.assertEqual([line.split()[3] for line in got[middle + 1:] if 'v0:web' in line], ['10.9.1.1/32'])

    def test_dynamic_addresses_come_and_go_with_the_service(self):
        got = self.inside('''
            has() { ip -o address show dev lo | grep -q 10.9.0.1/32; }
            until_() { for i in $(seq 200); do "$@" && return; sleep 0.02; done; echo never: "$@"; }
            gone() { ! has; }
            touch service
            exec_hc() { exec %s healthcheck --no-syslog -a "$@"; }
            exec_hc --cmd 'test -f service' --ip 10.9.0.1 --dynamic-ip-setup --withdraw-on-down -i 0.1 -f 0.05 --rise 1 --fall 1 --debounce > out &
            until_ has; until_ grep -q announce out
            rm service
            until_ gone; tail -1 out
            touch service
            until_ has; sleep 0.1; tail -1 out
            kill $!; wait; gone && echo clean
            cat out | wc -l''' % ENGINE)
        self.assertEqual(got, ['neighbor * withdraw route 10.9.0.1/32 next-hop self',
                               'neighbor * announce route 10.9.0.1/32 next-hop self med 100', 'clean', '4'])

    def test_privileges_are_dropped_after_the_setup(self):
        got = self.inside('chmod 777 .; hc -i 0 --rise 1 --ip 10.9.0.1 --user nobody --up-execute "id -un > $PWD/who" > /dev/null; cat who; '
                          'ip -o address show dev lo | grep -c 10.9.0.1/32')
        self.assertEqual(got, ['nobody', '1'])


if __name__ == '__main__':
    harness.main()
