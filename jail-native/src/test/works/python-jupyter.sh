# Policy: jupyter. Needs: python3, ipykernel, jupyter_client.
timeout -k 1 50 python3 - <<'END'
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3")
said = []
client.execute_interactive("print(6 * 7)", output_hook=lambda m: said.append(m["content"].get("text")), timeout=40)
assert "42\n" in said, said
client.stop_channels()
manager.shutdown_kernel(now=True)
END
