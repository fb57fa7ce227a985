# A client that speaks PostgreSQL's protocol itself, so that a test sees every message, and when it came.
package RawClient;

use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;
use LeaseFile;

use constant { PATIENCE_S => 60, FIONREAD => 0x541B };

sub new
{
	my ($class, $node, %options) = @_;
	my $path = $node->host . '/.s.PGSQL.' . $node->port;
	my $socket = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!";
	my $self = bless { socket => $socket, buffer => '' }, $class;
	my $user = getpwuid($<);
	$self->send_bytes(frame('', pack('N Z* Z* Z* Z* x', 196608, 'user', $user, 'database', 'postgres')));
	$self->until_ready;
	$self->{pid} = ($self->exchange('SELECT pg_backend_pid()') =~ /D(\d+)/)[0];
	return $self;
}

sub frame { my ($type, $body) = @_; return $type . pack('N', length($body) + 4) . $body; }

sub send_bytes
{
	my ($self, $bytes) = @_;
	syswrite($self->{socket}, $bytes) == length($bytes) or die "send: $!";
	return;
}

sub send_query { my ($self, $sql) = @_; return $self->send_bytes(frame('Q', "$sql\0")); }

# Each statement with its own Sync, without waiting for answers: libpq's pipeline mode on the wire.
sub send_pipeline
{
	my ($self, @statements) = @_;
	my $bind = frame('B', pack('Z* Z* n n n', '', '', 0, 0, 0));
	my $execute = frame('E', pack('Z* N', '', 0));
	return $self->send_bytes(join('', map { frame('P', pack('Z* Z* n', '', $_, 0)) . $bind . $execute . frame('S', '') } @statements));
}

# Bytes that the server has handed to the kernel and this client has not read.
sub bytes_underway
{
	my ($self) = @_;
	my $count = pack('L', 0);
	ioctl($self->{socket}, FIONREAD, $count) or die "ioctl: $!";
	return unpack('L', $count);
}

sub fill
{
	my ($self) = @_;
	IO::Select->new($self->{socket})->can_read(PATIENCE_S) or die "no answer for ${\PATIENCE_S} s";
	my $count = sysread($self->{socket}, $self->{buffer}, 65536, length($self->{buffer}));
	$self->{received} += $count // 0;
	return $count;
}

# The next message as [type, body]; undef when the server has closed the connection. What is left in the buffer
# then is the beginning of a message.
sub message
{
	my ($self) = @_;
	while (1)
	{
		if (length($self->{buffer}) >= 5)
		{
			my ($type, $length) = unpack('a N', $self->{buffer});
			if (length($self->{buffer}) > $length)
			{
				my $body = substr(substr($self->{buffer}, 0, $length + 1, ''), 5);
				return [ $type, $body ];
			}
		}
		return unless $self->fill;
	}
	return;
}

# What came up to ReadyForQuery or the end of the connection, as text: the type of each message; rows (of one column) and errors
# with their content; "closed" at the end.
sub until_ready
{
	my ($self) = @_;
	my $story = '';
	while (my $message = $self->message)
	{
		my ($type, $body) = @$message;
		$story .= $type;
		$story .= substr($body, 6, 40) if $type eq 'D';
		$story .= "[$1]" if $type =~ /[EN]/ && $body =~ /\0M([^\0]*)/;
		return $story if $type eq 'Z';
	}
	return "${story} closed";
}

sub exchange { my ($self, $sql) = @_; $self->send_query($sql); return $self->until_ready; }

1;
