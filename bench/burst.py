"""Runs a burst of changes in a protected tree, and watches the engine meanwhile.

burst.py SOCKET PID TREE COMMAND… runs COMMAND, which prints its changes, the seconds they took and when
the last one was. Prints, on one line: changes a second; seconds from the last change until the engine had
as many directories as there are, or "never"; directories on disk; the engine's memory before, at most and
after, in KiB; its descriptors before, at most and after; its watches and marks after.
"""

import os
import subprocess
import sys
import time

from status import number

LONGEST = 30
STEADY = 1


def memory(pid):
    """Returns the resident memory of a process in KiB."""
    with open("/proc/%s/status" % pid) as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def descriptors(pid):
    """Returns how many descriptors a process has open."""
    return len(os.listdir("/proc/%s/fd" % pid))


def lines_of_fdinfo(pid, start):
    """Returns how many watches or marks a process has: what the kernel prints a line for."""
    count = 0
    for fd in os.listdir("/proc/%s/fdinfo" % pid):
        try:
            with open("/proc/%s/fdinfo/%s" % (pid, fd)) as lines:
                count += sum(line.startswith(start) for line in lines)
        except FileNotFoundError:
            pass  # closed since
    return count


def directories_on_disk(tree):
    """Returns how many directories a tree has, itself included."""
    found = subprocess.run(
        ["find", tree, "-type", "d", "-printf", "."], stdout=subprocess.PIPE, check=True
    )
    return len(found.stdout)


def settled(control, wanted, since):
    """Returns the seconds from since until the engine had the wanted directories, and no others."""
    first = None
    while time.monotonic() - since < LONGEST + STEADY:
        now = time.monotonic()
        if number(control, "directories") != wanted:
            first = None
        elif first is None:
            first = now
        elif now - first > STEADY:
            return "%.2f" % (first - since)
        time.sleep(0.01)
    return "never"


def main(control, pid, tree, *command):
    samples = [(memory(pid), descriptors(pid))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    while process.poll() is None:
        number(control, "directories")  # the query is part of the load
        samples.append((memory(pid), descriptors(pid)))
        time.sleep(0.1)
    output = process.communicate()[0].split()
    if process.returncode != 0:
        sys.exit("the burst failed")
    changes, seconds, ended = int(output[0]), float(output[1]), float(output[2])
    disk = directories_on_disk(tree)
    settling = settled(control, disk, ended)
    samples.append((memory(pid), descriptors(pid)))
    figures = ["%.0f" % (changes / seconds), settling, disk]
    for each in zip(*samples):
        figures += [each[0], max(each), each[-1]]
    figures += [lines_of_fdinfo(pid, "inotify wd:"), lines_of_fdinfo(pid, "fanotify ino:")]
    print(*figures)


main(*sys.argv[1:])
