"""Raises a setting of the whole machine for as long as its standard input is open, and puts it back.

sysctl.py NAME LEAST sets NAME to LEAST if it is lower, and prints it. A lock keeps other programs, such as
the tests of the engine, from taking the raised value for the normal one.
"""

import fcntl
import os
import signal
import sys


def read(file):
    return int(os.pread(file, 32, 0))


def main(name, least):
    for ending in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        signal.signal(ending, signal.SIG_IGN)  # the end of the input is what ends it
    file = os.open("/proc/sys/" + name.replace(".", "/"), os.O_RDWR)
    fcntl.lockf(file, fcntl.LOCK_EX)
    before = read(file)
    if before < least:
        os.pwrite(file, b"%d\n" % least, 0)
    try:
        print(read(file), flush=True)
        sys.stdin.read()
    finally:
        if before < least:
            os.pwrite(file, b"%d\n" % before, 0)


main(sys.argv[1], int(sys.argv[2]))
