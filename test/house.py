#!/usr/bin/env python3
"""The tools that judge the engine, judged: a summary that can't count or a check that can't fail is worth nothing."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import harness  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


def run(*words, **options):
    options.setdefault('check', False)
    return subprocess.run(list(map(str, words)), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)


class Summary(unittest.TestCase):
    def summary(self, *runs):
        """Status and last line for a log with these (result, standard output)."""
        log = pathlib.Path(harness.folder(self), 'log')
        log.write_text(''.join(json.dumps({'name': 'suite / x', 'result': result, 'stdout': text}) + '\n' for result, text in runs))
        done = run(HERE / 'summary', log)
        return done.returncode, done.stdout.splitlines()[-1]

    def test_programs_count_as_one(self):
        self.assertEqual(self.summary(('OK', 'anything'), ('SKIP', '')), (0, '1 passed, 0 failed, 1 skipped'))
        self.assertEqual(self.summary(('OK', ''), ('FAIL', ''), ('TIMEOUT', '')), (1, '1 passed, 2 failed, 0 skipped'))

    def test_tap_counts_cases(self):
        text = '1..4\nok 1 - a\nok 2 - b # SKIP no bird\nnot ok 3 - c\nok 4 - d\n'
        self.assertEqual(self.summary(('FAIL', text)), (1, '2 passed, 1 failed, 1 skipped'))

    def test_a_death_after_the_last_case_fails(self):
        self.assertEqual(self.summary(('ERROR', '1..1\nok 1 - a\n')), (1, '1 passed, 1 failed, 0 skipped'))

    def test_nothing_is_not_good(self):
        self.assertEqual(self.summary(), (1, '0 passed, 0 failed, 0 skipped'))
        self.assertEqual(self.summary(('SKIP', '')), (1, '0 passed, 0 failed, 1 skipped'))

    def test_a_missing_log_fails(self):
        done = run(HERE / 'summary', '/does/not/exist')
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (1, '0 passed, 1 failed, 0 skipped'))


class Conform(unittest.TestCase):
    def conform(self, closing):
        """test/conform in the mode `parsing`, beside a folder of vectors that ends so, with an expectation of 3."""
        root = pathlib.Path(harness.folder(self))
        (root / 'conform').write_text(f'#!/bin/sh\necho "{closing}"\nexit 1\n')
        (root / 'conform').chmod(0o755)
        (root / 'test').mkdir()
        (root / 'test' / 'conform').write_text((HERE / 'conform').read_text())
        (root / 'test' / 'conform-expect').write_text('parsing 3 # three\n')
        return run(sys.executable, root / 'test' / 'conform', 'parsing', 'engine', env={**os.environ, 'CONFORMANCE': str(root)})

    def test_as_many_or_more_pass(self):
        self.assertEqual(self.conform('3 passed, 2 failed, 0 skipped').returncode, 0)
        self.assertIn('raise the number', self.conform('4 passed, 2 failed, 0 skipped').stdout)

    def test_fewer_fail(self):
        self.assertEqual(self.conform('2 passed, 0 failed, 0 skipped').returncode, 1)
        self.assertEqual(self.conform('a crash').returncode, 1)

    def test_no_vectors_skip(self):
        done = run(HERE / 'conform', 'parsing', 'engine', env={**os.environ, 'CONFORMANCE': '/does/not/exist'})
        self.assertEqual(done.returncode, 77)

    def test_every_mode_has_a_number(self):
        for mode in ('decoding', 'encoding', 'json', 'cmd', 'parsing'):
            self.assertRegex((HERE / 'conform-expect').read_text(), rf'(?m)^{mode} +\d+$')


class Harness(unittest.TestCase):
    def test_a_program_talks_and_ends(self):
        program = harness.Program(self, ['sh', '-c', 'read word; echo "heard $word"; read more; exit 3'])
        program.send('hello')
        self.assertEqual(program.expect(r'heard (\w+)')[1], 'hello')
        program.send('')
        self.assertEqual(program.wait(), 3)

    def test_a_deaf_program_is_ended(self):
        program = harness.Program(self, ['sh', '-c', 'trap "" TERM; echo deaf; while :; do sleep 0.1; done'])
        program.expect('deaf')
        self.assertEqual(program.stop(0.2), -9)

    def test_silence_fails_and_shows_what_was_said(self):
        program = harness.Program(self, ['sh', '-c', 'echo one; read wait'])
        with self.assertRaisesRegex(AssertionError, '(?s)/two/.*one'):
            program.expect('two', 0.2)

    def test_failures_are_told(self):
        script = pathlib.Path(harness.folder(self), 'test_x.py')
        script.write_text('import unittest, harness\nclass T(unittest.TestCase):\n'
                          '    def test_a(self): pass\n    def test_b(self): self.fail("why")\n'
                          '    def test_c(self): self.skipTest("no bird")\nharness.main()\n')
        done = run(sys.executable, script, env={**os.environ, 'PYTHONPATH': str(HERE)})
        self.assertEqual(done.returncode, 1)
        told = [line for line in done.stdout.splitlines() if not line.startswith('#')]
        self.assertEqual(told, ['ok 1 - T.test_a', 'not ok 2 - T.test_b', 'ok 3 - T.test_c # SKIP no bird', '1..3'])
        self.assertIn('AssertionError: why', done.stdout)


class Dev(unittest.TestCase):
    def test_help_and_usage(self):
        done = run(HERE.parent / 'dev')
        self.assertEqual(done.returncode, 0)
        self.assertIn('test [SUITE...]', done.stdout)
        self.assertEqual(run(HERE.parent / 'dev', 'no-such-command').returncode, 2)


if __name__ == '__main__':
    harness.main()
