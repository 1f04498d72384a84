#!/usr/bin/env python3
"""configuration, schema and shell: what can be asked without an engine."""

import json
import os
import shutil
import subprocess
import unittest

import harness
from engine import neighbor
from harness import ENGINE


class Tools(unittest.TestCase):
    def setUp(self):
        self.folder = harness.folder(self)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8') as handle:
            handle.write(text)
        return path

    def call(self, *words, status=0, **more):
        done = subprocess.run([ENGINE, *words], capture_output=True, text=True, timeout=20, check=False,
                              env={**os.environ, 'HOME': self.folder, **more})
        self.assertEqual(done.returncode, status, done)
        return done

    def test_configuration(self):
        one = self.write('a.conf', neighbor(179, more='static { route 10.0.0.0/24 next-hop 192.0.2.1; }'))
        two = self.write('b.conf', neighbor(179, more='static { route 10.0.1.0/24 next-hop 192.0.2.1; }'))
        bad = self.write('bad.conf', 'neighbour x { }')
        self.assertIn('neighbors', json.loads(self.call('configuration', 'export', one).stdout))
        out = os.path.join(self.folder, 'out.json')
        self.assertEqual(self.call('configuration', 'export', '-o', out, '-i', '0', one).stdout, '')
        with open(out, encoding='utf-8') as handle:
            self.assertIn('neighbors', json.load(handle))
        self.call('configuration', 'export', bad, status=1)
        self.call('configuration', 'export', status=2)
        self.assertIn('10.0.1.0/24', self.call('configuration', 'diff', one, two).stdout +
                      self.call('configuration', 'show', two).stdout)
        self.assertEqual(self.call('configuration', 'diff', one, one).stdout, '')
        self.call('configuration', 'diff', one, bad, status=1)
        self.call('configuration', 'nonsense', status=2)
        example = self.call('configuration', 'example').stdout.replace('/usr/bin/env announcer', '/bin/cat')
        self.call('configuration', 'validate', '-nr', self.write('example.conf', example))

    def test_schema_and_lists_know_what_the_parser_knows(self):
        schema = json.loads(self.call('schema').stdout)

        def known(value, path):
            if '$ref' in value:
                value = schema['properties'][value['$ref'].rsplit('/', 1)[1]]
            return known(value['properties'][path[0]], path[1:]) if path else True

        listed = [line.split('\t')[0] for line in self.call('shell', 'words', 'configuration').stdout.splitlines()]
        self.assertIn('include', listed)
        self.assertIn('neighbor static include', listed)
        self.assertGreater(len(listed), 250)
        for words in listed:
            path = words.removesuffix(' {').split()
            if path[0] not in ('group', 'template'):
                try:
                    known(schema, path)
                except KeyError as missing:
                    self.fail(f'{words}: {missing} is not in the schema')

    def test_schema(self):
        whole = self.call('schema').stdout
        self.assertEqual(json.loads(whole), json.loads(self.call('schema', 'export', '--compact').stdout))
        json.loads(self.call('schema', 'export', 'neighbor').stdout)
        self.call('schema', 'export', 'nonsense', status=1)
        self.call('schema', 'neighbor', status=2)

    def test_migrate(self):
        old = ('process watch {\n    run /bin/cat;\n}\nneighbor 192.0.2.1 {\n    process watch;\n    capability {\n'
               '        route-refresh;\n    }\n    family {\n        ipv4 nlri-mpls;\n    }\n}\n')
        path = self.write('old.conf', old)
        new = self.call('migrate', 'conf', '-f', '3.4', '-t', 'main', path).stdout
        self.assertEqual(new, old.replace('{\n    run', '{\n    encoder text;\n    run').replace(
            '    process watch;', '    api {\n        processes [ watch ];\n    }').replace(
                'route-refresh;', 'route-refresh enable;').replace('nlri-mpls', 'labeled-unicast'))
        self.assertEqual(self.call('migrate', 'conf', '-f', '5', '-t', 'main', '-n', path).stdout,
                         "Migration: 5 -> main\n  - Changed 'nlri-mpls' to 'labeled-unicast' (RFC 8277 terminology)\n")
        self.assertIn('No changes needed.', self.call('migrate', 'conf', '-f', '4', '-t', '5', '-n', path).stdout)
        self.assertIn('    run exabgp migrate api -f 4 -t main --exec /bin/cat;',
                      self.call('migrate', 'conf', '-f', '4', '-t', 'main', '-w', path).stdout)
        self.assertIn('Applied 4 changes:', self.call('migrate', 'conf', '-f', '3.4', '-t', 'main', '-v', '-i', path).stderr)
        with open(path, encoding='utf-8') as handle:
            self.assertEqual(handle.read(), new)
        self.assertEqual(len([name for name in os.listdir(self.folder) if name.endswith('.bak')]), 1)
        ran = self.call('migrate', 'api', '-f', '4', '-t', 'main', '--exec', '/bin/echo', 'announce', '-f', 'x')
        self.assertEqual((ran.stdout, ran.stderr), ('announce -f x\n', ''))
        self.assertEqual(self.call('migrate', 'api', '-f', '4', '-t', 'main', '-v', path).stdout, new)
        self.assertIn('cannot run /nothing/here', self.call('migrate', 'api', '-f', '5', '-t', 'main', '-e', '/nothing/here', status=1).stderr)
        self.assertIn('usage', self.call('migrate', 'api', '-f', '4', status=2).stderr)
        self.assertEqual(self.call('migrate', 'conf', '-f', '5', '-t', '4', path, status=1).stderr,
                         'Error: Cannot migrate backwards from 5 to 4\n')
        self.assertEqual(self.call('migrate', 'conf', '-f', '4', '-t', '5', 'zzz', status=1).stderr, 'Error: file not found: zzz\n')
        self.call('migrate', status=2)

    def test_completion(self):
        for shell in ('bash', 'zsh', 'fish'):
            script = self.call('shell', 'completion', shell).stdout
            for word in ('--batch', '--path-information', 'validate') if shell != 'fish' else ('-l batch', '-l path-information'):
                self.assertIn(word, script)
            self.call('shell', 'install', shell)
            self.call('shell', 'uninstall', shell)
            self.call('shell', 'uninstall', shell, status=1)
            if shutil.which(shell):
                subprocess.run([shell, '-n', self.write('script', script)], check=True, timeout=20)
        self.call('shell', status=1)
        self.call('shell', 'completion', 'tcsh', status=1)
        for line, some in (('peer create 127.0.0.1 ', 'local-address router-id family-allowed api'),
                           ('create neighbor 127.0.0.1 peer', 'peer-as'), ('log level ', 'neighbor packets reactor debug off'),
                           ('log le', 'level'), ('show l', 'log'), ('on-exit ', 'keep withdraw withdraw-after')):
            offered = self.call('shell', 'complete', *line.split(' ')).stdout.split()
            self.assertEqual([word for word in some.split() if word not in offered], [], line)
        self.assertEqual(self.call('shell', 'complete', 'show', 'neighbor', 'su').stdout, 'summary\n')
        self.assertEqual(self.call('shell', 'complete', 'system', 'queue-status', '').stdout, '') # no words of its help
        script = self.write('c', self.call('shell', 'completion', 'bash').stdout)
        said = subprocess.run(['bash', '-c', f'yottabgp() {{ {ENGINE} "$@"; }}; . {script}; COMP_WORDS=(yottabgp run show adj-rib o); '
                               'COMP_CWORD=4; _yottabgp; echo "${COMPREPLY[@]}"'], capture_output=True, text=True, check=True, timeout=20)
        self.assertEqual(said.stdout, 'out\n')

    def test_lists_of_words(self):
        for name, line in (('commands', 'rib flush\t-\t-\t-\t-\tThe same as rib flush out.'), ('families', 'ipv4 unicast'),
                           ('routes', '*\tnext-hop'), ('settings', 'api.ack\tanswer commands with done or error\ttrue')):
            self.assertIn(line, self.call('shell', 'words', name).stdout.splitlines())
        self.assertIn('neighbor hold-time\t', self.call('shell', 'words', 'configuration').stdout)
        self.call('shell', 'words', 'nonsense', status=1)


if __name__ == '__main__':
    harness.main()
