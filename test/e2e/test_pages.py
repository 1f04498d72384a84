#!/usr/bin/env python3
"""The manual pages and doc/command-line.md name every option, keyword, command and setting that the program knows."""

import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import harness
from harness import ENGINE

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPTION = re.compile(r'\{"([a-z0-9-]+)", (?:no|required|optional)_argument')


def words(what):
    done = subprocess.run([ENGINE, 'shell', 'words', what], capture_output=True, text=True, check=True, timeout=20)
    return [line.split('\t') for line in done.stdout.splitlines()]


class Pages(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(harness.folder(self))
        subprocess.run([sys.executable, ROOT / 'doc/man/make', ENGINE, folder], check=True, timeout=60)
        self.source = {path.name: path.read_text(encoding='utf-8') for path in folder.iterdir()}
        self.text = {name: text.replace('\\', '') for name, text in self.source.items()}

    def named(self, page, name):
        return re.search(r'(?<![\w-])' + re.escape(name) + r'(?![\w-])', self.text[page])

    @unittest.skipUnless(shutil.which('scdoc'), 'scdoc is not installed')
    def test_they_are_pages(self):
        for name, text in self.source.items():
            done = subprocess.run(['scdoc'], input=text, capture_output=True, text=True, check=False, timeout=20)
            self.assertEqual((done.returncode, done.stderr), (0, ''), name)
            self.assertIn('.SH NAME', done.stdout)

    def test_options(self):
        missing = []
        for path in sorted((ROOT / 'src/app').glob('*.c')):
            for option in OPTION.findall(path.read_text(encoding='utf-8')):
                if not self.named('yottabgp.1.scd', '--' + option):
                    missing.append(f'{path.name}: --{option}')
        self.assertEqual(missing, [])

    def test_words_of_the_tables(self):
        lists = [('yottabgp.1.scd', ['exabgp.' + row[0] for row in words('settings')]),
                 ('yottabgp.conf.5.scd', [row[0].removesuffix(' {').split()[-1] for row in words('configuration')]),
                 ('yottabgp.conf.5.scd', [row[1] for row in words('routes')] + [row[0] for row in words('families')]),
                 ('yottabgp-api.7.scd', [word for row in words('commands') for word in row[:2] if word not in ('-', '#')])]
        for page, names in lists:
            self.assertGreater(len(names), 20)
            self.assertEqual([name for name in names if not self.named(page, name)], [], page)

    def test_settings_without_effect_have_a_reason(self):
        page = (ROOT / 'doc/command-line.md').read_text(encoding='utf-8')
        idle = ['exabgp.' + row[0] for row in words('settings') if row[1].startswith('no effect')]
        self.assertGreater(len(idle), 10)
        self.assertEqual([name for name in idle if f'`{name}`' not in page], [])

    def test_commands_say_what_they_do(self):
        rows = words('commands')
        self.assertEqual([row for row in rows if len(row) != 6 or not row[5]], [])
        page = self.text['yottabgp-api.7.scd']
        self.assertEqual([row[0] for row in rows if row[5] not in page or (row[4] != '-' and row[4] not in page)], [])

    def test_the_command_line_in_doc(self):
        page = (ROOT / 'doc/command-line.md').read_text(encoding='utf-8')
        done = subprocess.run([ENGINE, '--help'], capture_output=True, text=True, check=True, timeout=20)
        names = re.findall(r'^  ([a-z]+) ', done.stdout, re.MULTILINE)
        self.assertGreater(len(names), 10)
        self.assertEqual([name for name in names if f'`{name}`' not in page], [])


if __name__ == '__main__':
    harness.main()
