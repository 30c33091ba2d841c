"""Carries the frames of links some milliseconds later than they come; for namespaces.sh, see delay_pcs there.

delay.py MILLISECONDS NAMESPACE=BRIDGE_PORT...    each link is eth0 in its namespace, and that port here
"""
import ctypes
import fcntl
import heapq
import os
import select
import struct
import sys
import time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
LONGEST_FRAME = 2000
libc = ctypes.CDLL("libc.so.6", use_errno=True)


def enter(namespace):
    if libc.setns(namespace, 0) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def tap(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
    return device


delay = float(sys.argv[1]) / 1000
other_end = {}
here = os.open("/proc/self/ns/net", os.O_RDONLY)
for link in sys.argv[2:]:
    namespace, port = link.split("=")
    outside = tap(port)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    enter(there)
    inside = tap("eth0")
    enter(here)
    other_end[inside], other_end[outside] = outside, inside
print("ready", flush=True)

underway, count = [], 0
while True:
    wait = max(0, underway[0][0] - time.monotonic()) if underway else None
    for device in select.select(list(other_end), [], [], wait)[0]:
        try:
            while True:
                frame = os.read(device, LONGEST_FRAME)
                count += 1
                heapq.heappush(underway, (time.monotonic() + delay, count, other_end[device], frame))
        except BlockingIOError:
            pass
    while underway and underway[0][0] <= time.monotonic():
        try:
            os.write(underway[0][2], underway[0][3])
        except OSError:
            pass  # it is lost, as on a line that is full
        heapq.heappop(underway)
