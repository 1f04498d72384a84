import sys

from exabgp.program import become

become(*sys.argv[1:])
