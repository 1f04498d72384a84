#!/usr/bin/env python3
"""The program is built so that a mistake is hard to use: check_hardened.py PROGRAM [fortified]

Position independent, read-only relocations that are bound at the start, no executable stack, stack protector, and, where the
optimizer is on, checked string functions; no path to load libraries from.
"""

import pathlib
import platform
import subprocess
import sys


def readelf(option, program):
    return subprocess.run(['readelf', '-W', option, program], check=True, text=True, stdout=subprocess.PIPE).stdout


def wrongs(header, segments, dynamic, symbols, main, fortified, intel):
    if 'DYN' not in header:
        yield 'no position independent executable'
    if 'GNU_RELRO' not in segments:
        yield 'relocations stay writable'
    if 'BIND_NOW' not in dynamic and 'NOW' not in dynamic:
        yield 'symbols are bound late'
    stack = [line for line in segments.splitlines() if 'GNU_STACK' in line]
    if not stack or 'RWE' in stack[0]:
        yield 'the stack can be executed'
    if '__stack_chk_fail' not in symbols:
        yield 'no stack protector'
    if fortified and '_chk@' not in symbols:
        yield 'no checked string functions'
    if 'RPATH' in dynamic or 'RUNPATH' in dynamic:
        yield 'a path to load libraries from'
    if intel and 'endbr64' not in main:
        yield 'no control flow protection (-fcf-protection)'


def self_test():
    good = ('Type: DYN', 'GNU_RELRO\nGNU_STACK RW ', 'BIND_NOW', '__stack_chk_fail@ __memcpy_chk@', 'endbr64', True, True)
    assert not list(wrongs(*good))
    for i, bad in enumerate(('Type: EXEC', 'GNU_RELRO\nGNU_STACK RWE', 'RUNPATH', '', '')):
        assert list(wrongs(*good[:i], bad, *good[i + 1:])), bad


def main(program, *words):
    self_test()
    if pathlib.Path(program).read_bytes()[:4] != b'\x7fELF':
        return print('no ELF file here') or 77
    code = subprocess.run(['objdump', '-d', '--disassemble=main', program], check=True, text=True, stdout=subprocess.PIPE).stdout
    found = list(wrongs(*(readelf(option, program) for option in ('-h', '-l', '-d', '--dyn-syms')), code, 'fortified' in words,
                        'cf' in words and platform.machine() == 'x86_64'))
    print('\n'.join(found) or 'hardened')
    return bool(found)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
