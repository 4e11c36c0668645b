# Keeps a Perl interpreter for a session: takes commands from DIR/commands, answers in standard
# output by the frames of docs/languages.md.
#
# Snippets are separate `eval`s in package main. Their top-level `my` variables would end with them;
# so the driver takes references to them from the compiled code's pad (which module B shows) and
# aliases them, with the same names, in the scope around the next snippet.

# Before any `my` of this file, so that the code sees none of them.
sub Polykern::inside { eval $_[0] }

package display;    # rich output: display->html($text)

sub html  { Polykern::frame('h', "$_[1]") }
sub svg   { $_[0]->media('image/svg+xml', $_[1]) }
sub png   { $_[0]->media('image/png', $_[1]) }
sub jpeg  { $_[0]->media('image/jpeg', $_[1]) }
sub latex { $_[0]->media('text/latex', $_[1]) }

sub json {
    my ($class, $value) = @_;
    if (ref $value) { require JSON::PP; $value = JSON::PP->new->canonical->encode($value) }
    $class->media('application/json', $value);
}

# Shows data of any MIME type: texts as they are, others (bytes) in base64.
sub media {
    my ($class, $mime, $data) = @_;
    if ($mime !~ m{^text/|[/+](?:json|xml)$}) { require MIME::Base64; $data = MIME::Base64::encode_base64($data, '') }
    Polykern::frame('m', "$mime\n$data");
}

package Polykern;
use strict;
use warnings;
use B ();
use IO::Handle ();
no warnings 'exiting';    # `exit` leaves the snippet by `last`

our ($directory, $token) = splice @ARGV, 0, 2;
our %kept;                # name with sigil => reference to a snippet's lexical variable
our ($running, $status) = (0, 0);
our $process = $$;

our @KEYWORDS = qw(abs bless chomp chop chr close defined delete die each else elsif eval exists exit
    for foreach grep if index int join keys last lc length local map my next no open our package pop
    print printf push qw redo ref require return reverse rindex say scalar shift sort splice split
    sprintf state sub substr uc undef unless unshift until use values wantarray warn while);

open our $out, '>&', \*STDOUT or die $!;    # frames arrive even when the user's code closes its own
open our $errors, '>&', \*STDERR or die $!;
open our $commands, '<', "$directory/commands" or die $!;
binmode $out;
$out->autoflush(1);

sub frame {
    my ($type, $body) = (@_, '');
    utf8::encode($body) if utf8::is_utf8($body);
    local ($\, $,);
    STDOUT->flush;
    print {$out} "\x1e$token$type" . length($body) . "\n$body";
    return;
}

BEGIN {
    # Through every frame and `eval` of the user's code. In a child process it ends that.
    *CORE::GLOBAL::exit = sub (;$) {
        my $code = @_ ? int shift : 0;
        CORE::exit($code) if $$ != $process || !$running;
        $status = $code & 255;
        last SNIPPET;
    };
}

# Takes references to the lexical variables of the snippet that `$_[0]` is a subroutine of. The
# snippet calls it first, so that they are known even if it dies; all are in its pad by then.
sub keep {
    my $pad = B::svref_2object($_[0])->OUTSIDE->PADLIST;
    my @names = $pad->ARRAYelt(0)->ARRAY;
    my @values = $pad->ARRAYelt(1)->ARRAY;
    my $end;    # of the outermost scope, as all variables have that are not of a block
    for my $i (0 .. $#names) {
        my $name = $names[$i];
        next unless $name->isa('B::PADNAME') && defined $name->PV && $name->PV =~ /^[\$\@%]\w/;
        next if $name->FLAGS & 3;    # of a scope around, or `state`
        if ($name->PV eq '$__polykern') { $end = $name->COP_SEQ_RANGE_HIGH; next }
        next unless defined $end && $name->COP_SEQ_RANGE_HIGH == $end;
        $kept{$name->PV} = $name->FLAGS & 16 ? undef : $values[$i]->object_2svref;    # 16: `our`
    }
    return;
}

# The scope that a snippet is evaluated in: what earlier ones declared, and the features of `perl -E`.
sub scope {
    my $text = "package main; no strict; no warnings; use feature qw(say state refaliasing); ";
    for my $name (sort keys %kept) {
        my ($sigil, $word) = $name =~ /^(.)(.*)/;
        $text .= $kept{$name} ? "\\my $name = \$Polykern::kept{'$name'}; " : "our $name; ";
    }
    return $text . 'eval $Polykern::source; $Polykern::error = $@;';
}

sub run {
    my ($path) = @_;
    our $source = do { local $/; open my $file, '<', $path or die $!; <$file> };
    $source = "Polykern::keep(sub {1}); my \$__polykern;\n#line 1 \"<snippet>\"\n$source";
    my $scope = scope();
    our $error = '';
    $status = 0;
    SNIPPET: {
        local $SIG{INT} = sub { die Polykern::Interrupt->new if $running };
        local ($@, $_, $/, $\, $,) = ('', undef, "\n", undef, undef);
        $running = 1;
        inside($scope);
        $running = 0;
        if (ref $error eq 'Polykern::Interrupt') { $status = 130; print STDERR "Interrupted\n" }
        elsif (ref $error || $error ne '') { $status = 1; report($error) }
    }
    $running = 0;
    CORE::exit($status) if $$ != $process;    # a child of the user's fork came out of the snippet
    select STDOUT;
    for ([*STDOUT, $out], [*STDERR, $errors]) {
        my ($stream, $original) = @$_;
        defined fileno $stream or open $stream, '>&', $original;    # a snippet closed it
        $stream->autoflush(1);
    }
    frame('f', $status);
}

# An error as it would be printed, without the driver's frames.
sub report {
    my $text = "$_[0]";
    $text .= "\n" unless $text =~ /\n\z/;
    $text =~ s/^.*(?:called at \Q${\__FILE__}\E line|eval \{\.\.\.\} called at \(eval|Polykern::).*\n//mg;
    $text =~ s/ at \(eval \d+\) line/ at <snippet> line/g;
    print STDERR $text;
}

sub suggestions {
    my ($text) = @_;
    no strict 'refs';
    my @found;
    if ($text =~ /([\$\@%])(\w*)\z/) {
        my ($sigil, $prefix) = ($1, $2);
        my %names = map { substr($_, 1) => 1 } grep { $sigil eq '$' || /^\Q$sigil/ } keys %kept;
        $names{$_} = 1 for grep { /^[a-zA-Z]\w*$/ } keys %main::;
        @found = map { "$sigil$_" } grep { /^\Q$prefix/ } keys %names;
    }
    elsif ($text =~ /((?:\w+::)*\w+)(->|::)(\w*)\z/) {
        my ($package, $arrow, $prefix) = ($1, $2, $3);
        require mro;
        my @packages = $arrow eq '->' ? @{ mro::get_linear_isa($package) } : $package;
        for my $p (@packages) {
            push @found, map { "$package$arrow$_" } grep { /^\Q$prefix\E\w*$/ && defined &{"${p}::$_"} } keys %{"${p}::"};
        }
    }
    elsif ($text =~ /(?<![\w>:])([a-zA-Z_]\w*)\z/) {
        my $prefix = $1;
        my @words = (@KEYWORDS, grep { defined &{"main::$_"} || /::$/ } keys %main::);
        s/::$// for @words;
        @found = grep { /^\Q$prefix\E[\w:]*$/ } @words;
    }
    my %seen;
    @found = sort grep { !$seen{$_}++ } @found;
    return @found > 1000 ? @found[0 .. 999] : @found;
}

*STDOUT->autoflush(1);    # an order among standard output and error, and no prompt is kept back
*STDERR->autoflush(1);
$SIG{INT} = sub { };      # nothing runs; not IGNORE, which child processes would inherit
$0 = '<snippet>';
unshift @INC, '.';
frame('r');
while (defined(my $line = <$commands>)) {
    chomp $line;
    my ($command, @arguments) = split / /, $line;
    if ($command eq 'run') { run(@arguments) }
    elsif ($command eq 'complete') {
        my $text = do { local $/; open my $file, '<', $arguments[1] or die $!; <$file> };
        frame('c', join "\n", $arguments[0], suggestions($text));
    }
}

package Polykern::Interrupt;
sub new { bless {}, shift }
