"""Runs a program at a terminal of its own and types into it.

usage: python3 terminal.py PROGRAM ARGUMENT...   with a line of JSON on standard input:
[{"see": TEXT, "type": TEXT}, ...]: waits until TEXT is shown (after what was typed last), then types.
Prints what was shown and ends with the program's exit code; 124 when something was not shown in time.
"""

import fcntl, json, os, pty, select, struct, sys, termios, time

steps = json.loads(sys.stdin.readline())
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 250, 0, 0))

shown = b""
seen = 0
deadline = time.monotonic() + 45
late = False
while True:
    found = shown.find(steps[0]["see"].encode(), seen) if steps else -1
    if found >= 0:
        seen = found + len(steps[0]["see"].encode())
        os.write(terminal, steps.pop(0)["type"].encode())
        continue
    if time.monotonic() > deadline:
        late = True
        os.kill(child, 9)
        break
    ready, _, _ = select.select([terminal], [], [], 0.2)
    if not ready:
        continue
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part

_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
if late:
    sys.stdout.write("\nnot shown in time: " + repr(steps[:1]) + "\n")
sys.stdout.flush()
sys.exit(124 if late else os.waitstatus_to_exitcode(status))
