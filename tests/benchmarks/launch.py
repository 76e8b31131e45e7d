"""Run a command and tell its time and peak memory; started anew for each, since a small process measures best.

Why not from the benchmark itself: what a child has used at most counts from before it became the command, when it was a
copy of its parent, and the benchmark holds gigabytes.
"""

import json
import os
import subprocess
import sys
import time

if __name__ == "__main__":
    began = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stderr is not None
    out = process.stdout.read()
    err = process.stderr.read()[-2000:]
    _, status, used = os.wait4(process.pid, 0)
    told = {"seconds": time.perf_counter() - began, "peak": used.ru_maxrss << 10, "out": out, "err": err}
    print(json.dumps(told | {"status": os.waitstatus_to_exitcode(status)}))
    process.returncode = 0  # it has been waited for
