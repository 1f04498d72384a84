#!/usr/bin/env python3
"""The JSON of the test suite against the schemas of doc/schema: schemas.py [PROGRAM...].

What is judged: the JSON columns of test/vectors, the lines that helpers hear in the unit tests named (PROGRAM writes
them to $EVENTS_TO), what test_generated makes, and the JSON that ExaBGP's vectors expect, where they are at hand.
Lines of one shape are judged once: a line in which digits stand for digits. As a module, `Judge` does this for the
end-to-end tests.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
FORMS = {'4.0.1': 4, '5.0.0': 5, '6.0.0': 6}
PROGRAMS = []


class Judge:
    def __init__(self):
        self.seen = set()
        self.validators = {}
        self.count = 0

    def validator(self, form, name):
        if (form, name) not in self.validators:
            schema = json.loads((ROOT / 'doc' / 'schema' / f'form-{form}.json').read_text())
            for key in ('if', 'then', 'else'):
                schema.pop(key)
            self.validators[form, name] = jsonschema.Draft202012Validator({**schema, '$ref': f'#/$defs/{name}'})
        return self.validators[form, name]

    def fault(self, form, name, text):
        """What is wrong with a value (text of JSON) as `name` of the form's schema; None when nothing is."""
        shape = (form, name, re.sub('[0-9]+', '0', re.sub('[0-9A-Fa-f]{8,}', '0', text)))
        self.count += 1
        if shape in self.seen:
            return None
        self.seen.add(shape)
        value = json.loads(text)
        error = jsonschema.exceptions.best_match(self.validator(form, name).iter_errors(value))
        if not error:
            return None
        at = '/'.join(map(str, error.absolute_path))
        return f'form {form}, {name}: {error.message[:400]} at /{at}\n  in {text[:2000]}'

    def line(self, line, form=None):
        """The same for a line that a helper heard, or `attributes {...}`; what is not JSON is let through. `form`: of answers; None: unknown,
        then they are let through too."""
        name, _, value = line.partition(' ')
        if name in ('attributes', 'route', 'open'):
            return self.fault(form, name, value)
        if not line.startswith(('{', '[{', '[]')):
            return None
        value = json.loads(line)
        if isinstance(value, dict) and 'exabgp' in value:
            return self.fault(FORMS[value['exabgp']], f'event-{value["type"]}', line)
        return self.fault(form, 'answer', line) if form else None


def vector_lines(name):
    """(line number, {form: JSON}) of the good lines of a vector file."""
    for number, line in enumerate((ROOT / 'test' / 'vectors' / name).read_text().splitlines(), 1):
        columns = [column.strip() for column in line.split(' | ')]
        if line.startswith(('#', '!')) or len(columns) < 3:
            continue
        named = {column[:5]: column[6:].strip() for column in columns[3:] if column.startswith('json')}
        yield number, {form: named.get(f'json{form}', columns[2]) for form in (4, 5, 6)}


@unittest.skipUnless(jsonschema, 'no python3-jsonschema')
class Schemas(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.judge = Judge()

    def good(self, faults):
        faults = [fault for fault in faults if fault]
        if faults:
            self.fail(f'{len(faults)} faults:\n' + '\n'.join(faults[:20]))

    def test_they_are_up_to_date_and_schemas(self):
        done = subprocess.run([sys.executable, ROOT / 'doc' / 'schema' / 'make', '--check'], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ''))
        for form in (4, 5, 6):
            jsonschema.Draft202012Validator.check_schema(
                json.loads((ROOT / 'doc' / 'schema' / f'form-{form}.json').read_text()))

    def test_they_can_refuse(self):
        judge = Judge()
        for form, name, text in ((5, 'attributes', '{"med": "10"}'), (5, 'attributes', '{"tunnel-encap": {}}'),
                                 (6, 'attributes', '{"new": 1}'), (6, 'route', '{"nlri": 5}'),
                                 (4, 'event-keepalive', '{"exabgp": "4.0.1", "type": "keepalive"}')):
            self.assertIsNotNone(judge.fault(form, name, text), text)

    def test_attributes_of_the_vectors(self):
        self.good(self.judge.fault(form, 'attributes', '{' + text + '}') for _, forms in vector_lines('attributes.txt')
                  for form, text in forms.items() if text != '-')

    def test_routes_of_the_vectors(self):
        self.good(self.judge.fault(form, 'route', text) for _, forms in vector_lines('families.txt')
                  for form, text in forms.items() if text != '-')

    def test_what_helpers_hear(self):
        """In the unit tests of the API, in all forms."""
        heard = pathlib.Path(harness.folder(self), 'heard')
        heard.touch()
        for program in PROGRAMS:
            subprocess.run([program], env={**os.environ, 'EVENTS_TO': str(heard)}, stdout=subprocess.DEVNULL, check=True)
        lines = [line.split(' ', 1) for line in heard.read_text(errors='replace').splitlines()]
        self.assertTrue(not PROGRAMS or len(lines) > 100, 'nothing was heard')
        self.good(self.judge.line(line, int(form)) for form, line in lines)

    def test_what_exabgp_writes(self):
        """Its own vectors: what we write is compared with them elsewhere (test/conform)."""
        folder = pathlib.Path(os.environ.get('CONFORMANCE') or ROOT.parent / 'shared' / 'conformance') / 'exabgp'
        if not folder.exists():
            self.skipTest(f'no vectors in {folder}')
        head = {'time': 0, 'host': 'x', 'pid': 1, 'ppid': 1, 'counter': 1}  # not in the vectors
        faults = []
        for path in sorted(folder.glob('encoding/*.ci')):
            for match in re.findall(r'^\d+:(?:json|jsv4|jsv6):(.*)$', path.read_text(), re.MULTILINE):
                faults.append(self.judge.line(json.dumps(head | json.loads(match))))
        self.good(faults)


if __name__ == '__main__':
    PROGRAMS = sys.argv[1:]
    del sys.argv[1:]
    harness.main()
