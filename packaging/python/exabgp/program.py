"""Becomes the yottabgp binary: the one of the variable YOTTABGP, else the first in PATH."""

import os
import sys


def become(*words):
    program = os.environ.get('YOTTABGP') or 'yottabgp'
    try:
        os.execvp(program, [program, *words])
    except OSError as error:
        sys.exit(f'cannot run {program}: {error.strerror}')
