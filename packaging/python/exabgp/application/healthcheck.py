"""`python -m exabgp.application.healthcheck`, and for programs that call main() with options in sys.argv."""

import sys

from exabgp.program import become


def main():
    become('healthcheck', *sys.argv[1:])


if __name__ == '__main__':
    main()
