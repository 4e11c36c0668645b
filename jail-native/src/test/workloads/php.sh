# needs: php
cat > main.php << 'P'
<?php
exec("echo child", $lines); echo $lines[0], "\n";
$process = proc_open("cat", [["pipe", "r"], ["pipe", "w"]], $pipes); fwrite($pipes[0], "cat\n"); fclose($pipes[0]);
echo stream_get_contents($pipes[1]); proc_close($process);
$server = stream_socket_server("tcp://127.0.0.1:0");
echo get_resource_type(stream_socket_client("tcp://" . stream_socket_get_name($server, false))), "\n";
file_put_contents("a", "x", LOCK_EX); copy("a", "b"); echo file_get_contents("b"), "\n";
if (function_exists("pcntl_fork")) { if (pcntl_fork() == 0) exit; pcntl_wait($status); echo $status, "\n"; }
if (function_exists("sem_get")) { $s = sem_get(getmypid()); echo sem_acquire($s), "\n"; sem_remove($s); }
gethostbyname("localhost");
P
php -d opcache.enable_cli=1 -d opcache.jit_buffer_size=8M main.php
