# A region's agent, as far as its lease file goes (lease_file.h).
package LeaseFile;

use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_BOOTTIME);

use constant { MAGIC => "LBLEASE\0", FORMAT => 1, BYTES => 4096, DEADLINE_AT => 16 };

sub now_ns { return int(clock_gettime(CLOCK_BOOTTIME) * 1e9); }

sub this_boot
{
	open(my $file, '<', '/proc/sys/kernel/random/boot_id') or die "boot_id: $!";
	chomp(my $text = <$file>);
	return $text;
}

# The file as the agent makes it, without a lease. What else is given replaces a field, to spoil it.
sub make
{
	my ($class, $path, %with) = @_;
	my %page = (magic => MAGIC, format => FORMAT, epoch => 7, boot_id => this_boot(), bytes => BYTES, %with);
	my $text = pack('a8 L< L< Q< Q< a40', $page{magic}, $page{format}, 0, 0, $page{epoch}, $page{boot_id});
	open(my $file, '>', $path) or die "$path: $!";
	print $file substr($text . "\0" x BYTES, 0, $page{bytes});
	close($file) or die "$path: $!";
	return $class->new($path);
}

sub new
{
	my ($class, $path) = @_;
	open(my $file, '+<', $path) or die "$path: $!";
	return bless { file => $file }, $class;
}

sub put
{
	my ($self, $at, $bytes) = @_;
	sysseek($self->{file}, $at, 0);
	syswrite($self->{file}, $bytes) == length($bytes) or die "lease file: $!";
	return;
}

# The deadline is this long from now; a negative one is over. Returns it.
sub grant
{
	my ($self, $ms) = @_;
	my $deadline_ns = now_ns() + $ms * 1_000_000;
	$self->put(DEADLINE_AT, pack('Q<', $deadline_ns));
	return $deadline_ns;
}

sub give_up { return $_[0]->put(DEADLINE_AT, pack('Q<', 0)); }

# In the order of the protocol: without a deadline first.
sub change_boot
{
	my ($self, $boot_id) = @_;
	$self->give_up;
	return $self->put(32, pack('a40', $boot_id));
}

1;
