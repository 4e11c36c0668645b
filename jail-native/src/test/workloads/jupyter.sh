# needs: /usr/share/jupyter/kernels/python3/kernel.json
# A kernel with its five sockets, a plot, a command, an interrupt.
/usr/bin/python3 - 2> /dev/null << 'P'
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3")
def run(code):
  print(client.execute_interactive(code, timeout=40, allow_stdin=False)["content"]["status"])
run("print(6 * 7)")
run("!echo from a shell")
run("import matplotlib.pyplot as p; p.plot([1, 2]); p.show()")
run("1 / 0")
manager.interrupt_kernel()
client.stop_channels()
manager.shutdown_kernel(now=True)
P
