"""Queries a running engine: status.py SOCKET NAME prints the first number of that name in its status.

Needs only python3-minimal, and costs much less than nacre status, which starts a Java.
"""

import re
import socket
import sys


def status(path):
    """Returns the engine's status, as one line of JSON."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(path)
        client.sendall(b'{"command":"status"}\n')
        reply = b""
        while not reply.endswith(b"\n"):
            part = client.recv(65536)
            if not part:
                break
            reply += part
    return reply.decode()


def number(path, name):
    """Returns the first number called name in the status."""
    return int(re.search('"%s" *: *([0-9]+)' % re.escape(name), status(path)).group(1))


if __name__ == "__main__":
    print(number(sys.argv[1], sys.argv[2]))
