"""Yardstick: an ipykernel driven straight over ZeroMQ.

Reads a line, executes print(1) in the kernel, waits until the kernel is idle again and its output is
here, answers with a line. The process on the other side does the timing.
"""

import sys

from jupyter_client import KernelManager

manager = KernelManager()
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
print("ready", manager.provisioner.pid, flush=True)

try:
    for _ in sys.stdin:
        request = client.execute("print(1)")
        while True:
            message = client.get_iopub_msg(timeout=10)
            if (
                message["parent_header"].get("msg_id") == request
                and message["msg_type"] == "status"
                and message["content"]["execution_state"] == "idle"
            ):
                break
        print("done", flush=True)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
