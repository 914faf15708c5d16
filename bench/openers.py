"""Opens the files of a directory again and again until a file appears, and prints how that went.

usage: openers.py DIRECTORY THREADS PAUSE_SECONDS STOP_FILE
prints: opened denied failed p50 p99.9 longest, the last three in microseconds
"""
import os
import sys
import threading
import time

directory, threads, pause, stop = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
files = [os.path.join(directory, name) for name in os.listdir(directory)]
counts = [[0, 0, 0] for _ in range(threads)]
buckets = [{} for _ in range(threads)]
longest = [0] * threads
stopped = False


def opens(me):
    turn = me
    while not stopped:
        turn += threads
        begun = time.monotonic_ns()
        try:
            os.close(os.open(files[turn % len(files)], os.O_RDONLY))
            counts[me][0] += 1
        except PermissionError:
            counts[me][1] += 1
        except OSError:
            counts[me][2] += 1
        took = (time.monotonic_ns() - begun) // 1000
        bucket = took if took < 1000 else took // 100 * 100
        buckets[me][bucket] = buckets[me].get(bucket, 0) + 1
        longest[me] = max(longest[me], took)
        if pause:
            time.sleep(pause)


def quantile(share):
    merged = {}
    for each in buckets:
        for value, count in each.items():
            merged[value] = merged.get(value, 0) + count
    left = sum(merged.values()) * share
    for value in sorted(merged):
        left -= merged[value]
        if left <= 0:
            return value
    return 0


running = [threading.Thread(target=opens, args=(me,)) for me in range(threads)]
for thread in running:
    thread.start()
while not os.path.exists(stop):
    time.sleep(0.05)
stopped = True
for thread in running:
    thread.join()
print(*(sum(each[kind] for each in counts) for kind in range(3)), quantile(0.5), quantile(0.999), max(longest))
