#!/usr/bin/env python3
"""The command line in the style of each ExaBGP release: options without a subcommand, several configurations, other names."""

import os
import signal
import subprocess
import unittest

import harness
from engine import SETTINGS, neighbor
from harness import ENGINE, Program

UPDATE = 'F' * 32 + '00300200000015400101004002004003040102030440050400000064180A0000'


class Classic(unittest.TestCase):
    def setUp(self):
        self.folder = harness.folder(self)
        self.config = self.write('a.conf', neighbor(harness.free_port()))

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8') as handle:
            handle.write(text)
        return path

    def call(self, *words, program=ENGINE, **more):
        return subprocess.run([program, *words], capture_output=True, text=True, timeout=20, check=False,
                              env={**os.environ, **SETTINGS, **more})

    def test_options_that_ask_for_something_else(self):
        for words in (['--version'], ['-v'], ['version']):
            done = self.call(*words)
            self.assertEqual((done.returncode, done.stdout.splitlines()[0][:11]), (0, 'YottaBGP : '), words)
        self.assertIn('[exabgp.tcp]\n', self.call('--fi').stdout)
        self.assertIn('exabgp.tcp.port=1790\n', self.call('--de', exabgp_tcp_port='1790').stdout)
        self.assertNotIn('exabgp.tcp.port', self.call('--diff-env').stdout)
        self.assertEqual(self.call('--validate', self.config).returncode, 0)
        self.assertEqual(self.call('--validate', self.write('bad.conf', 'neighbour x { }')).returncode, 1)
        done = self.call('-d', '-x', UPDATE, '--decode', UPDATE, self.config)
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (0, 2))
        self.assertIn('10.0.0.0/24', done.stdout)
        self.assertEqual(self.call('-x', UPDATE).returncode, 1)
        self.assertEqual(self.call('--nonsense', self.config).returncode, 2)

    def test_settings_files(self):
        settings = self.write('x.env', '[exabgp.tcp]\nport = 1790\n')
        for words in (['env', '--env-file', settings, '-d', '-e'], ['-e', settings, '--de'], ['--env=' + settings, '--de']):
            self.assertIn('exabgp.tcp.port=1790\n', self.call(*words).stdout, words)
        self.assertIn('port = 1790\n', self.call('env', '-d', EXABGP_ENVFILE=settings).stdout)
        os.makedirs(os.path.join(self.folder, 'etc/exabgp'))
        os.rename(settings, os.path.join(self.folder, 'etc/exabgp/exabgp.env'))
        self.assertIn('port = 1790\n', self.call('env', '-d', EXABGP_ROOT=self.folder).stdout)

    def test_several_configurations_are_several_engines(self):
        other = self.write('b.conf', neighbor(harness.free_port()))
        both = Program(self, [ENGINE, '-s', self.config, other], env=SETTINGS)
        both.expect('loaded new configuration')
        both.expect('loaded new configuration')
        both.process.send_signal(signal.SIGUSR1)
        both.expect('loaded new configuration')
        both.expect('loaded new configuration')
        both.process.terminate()
        self.assertEqual(both.wait(), 0)
        done = self.call(self.config, other, exabgp_log_destination=os.path.join(self.folder, 'log'))
        self.assertEqual(done.returncode, 1)
        self.assertIn('cannot log to one file', done.stderr)

    def test_programs_of_other_names(self):
        for name, words, said in (('exabgpcli', ['version'], "could not find ExaBGP's Unix socket"),
                                  ('exabgp', ['run', 'version'], "could not find ExaBGP's Unix socket"),
                                  ('exabgp-healthcheck', ['--nonsense'], 'nonsense')):
            link = os.path.join(self.folder, name)
            os.symlink(ENGINE, link)
            done = self.call(*words, program=link, exabgp_cli_socket=self.folder)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(said, done.stderr)

    def test_no_words_at_all(self):
        done = self.call()
        self.assertEqual(done.returncode, 1)
        self.assertIn('Environment values are:', done.stdout)


if __name__ == '__main__':
    harness.main()
