# needs: perl
cat > main.pl << 'P'
use strict; use threads; use Socket; use IO::Socket::INET; use File::Copy; use File::Temp; use POSIX; use Sys::Hostname;
$| = 1;
threads->create(sub { print "thread\n" })->join;
print system("true"), "\n";
my $pid = fork; exit 3 unless $pid; waitpid $pid, 0; print $? >> 8, "\n";
my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1");
print ref IO::Socket::INET->new(PeerAddr => "127.0.0.1:" . $server->sockport), "\n";
copy("main.pl", "copy"); my $temporary = File::Temp->new; alarm 10; alarm 0; hostname();
my $id = shmget(0, 100, 0600); print defined $id ? "shared\n" : "none\n"; shmctl($id, 0, 0);
utime 1, 1, "copy"; chmod 0755, "copy"; symlink "copy", "link"; print -l "link", "\n"; POSIX::nice(1);
P
perl main.pl
