# needs: ruby
cat > main.rb << 'R'
require 'socket'; require 'tempfile'; require 'open3'; require 'pty'; require 'fileutils'
Thread.new { puts system('true') }.join
fork { exit 3 }; puts Process.wait2[1].exitstatus
puts Open3.capture2('cat', stdin_data: 'cat')[0]
server = TCPServer.new('127.0.0.1', 0); TCPSocket.new('127.0.0.1', server.addr[1]).close
Tempfile.create('x') { |f| FileUtils.cp(f.path, 'y') }
PTY.spawn('echo terminal') { |out, _, pid| puts out.gets; Process.wait(pid) }
Process.setpriority(Process::PRIO_PROCESS, 0, 5)
puts Dir.glob('*').sort.inspect
R
ruby main.rb
ruby --jit -e 'puts 10000.times.sum' 2> /dev/null || ruby -e 'puts 10000.times.sum'
