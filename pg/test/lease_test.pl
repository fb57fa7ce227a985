#!/usr/bin/perl
# What a client can tell of the lease: which servers start, and that no acknowledgement arrives past the deadline.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);
use LeaseFile;
use RawClient;

my $library = $ENV{LEASE_LIBRARY};
my $lease_path = PostgreSQL::Test::Utils::tempdir() . '/lease';
my $node = PostgreSQL::Test::Cluster->new('writer');
$node->init(allows_streaming => 1);
# Everybody commits locally, but who sets synchronous_commit = on: he waits for a standby that never comes.
$node->append_conf('postgresql.conf', <<"CONF");
shared_preload_libraries = '$library'
lifeboat_lease.file = '$lease_path'
max_connections = 60
max_prepared_transactions = 4
autovacuum = off
log_statement = none
synchronous_commit = local
synchronous_standby_names = 'nobody'
CONF

my ($lease, $watcher);

sub wait_for
{
	my ($sql, $expected) = @_;
	my $seen = '';
	for (my $end_ns = LeaseFile::now_ns() + 60e9; LeaseFile::now_ns() < $end_ns; sleep(0.005))
	{
		$seen = $watcher->exchange($sql);
		return if $seen =~ /D\Q$expected\EC/;
	}
	die "waited 60 s for $expected from $sql; it says $seen";
}

sub let_lease_end
{
	$lease->grant(20);
	return wait_for(q(SELECT current_setting('lifeboat_lease.remaining_ms')::bigint < 0), 't');
}

sub ends_with_log
{
	my ($name, $pattern) = @_;
	my $offset = -s $node->logfile // 0;
	ok(!$node->start(fail_ok => 1), "$name: the server does not start");
	return like(substr(slurp_file($node->logfile), $offset), $pattern, "$name: and says why");
}

sub test_start
{
	ends_with_log('no file', qr/FATAL:  lifeboat_lease: cannot open the lease file "\Q$lease_path\E": No such file/);
	LeaseFile->make($lease_path, bytes => 4095);
	ends_with_log('a short file', qr/DETAIL:  It has 4095 bytes, expected was 4096 bytes\./);
	LeaseFile->make($lease_path, magic => "SOMETHIN");
	ends_with_log('another file', qr/DETAIL:  It has the first 8 bytes 534f4d455448494e, expected was 4c424c4541534500/);
	LeaseFile->make($lease_path, format => 2);
	ends_with_log('a later format', qr/DETAIL:  It has format 2, expected was format 1\./);

	$lease = LeaseFile->make($lease_path, boot_id => '00000000-1111-2222-3333-444444444444');
	$lease->grant(600_000);
	$node->start;
	$watcher = RawClient->new($node);
	is($watcher->exchange('CREATE TABLE t (n int)'), 'E[cannot commit: there is no write lease]Z', "another boot's deadline is no lease");
	$lease->change_boot(LeaseFile::this_boot());
	$lease->grant(600_000);
	return is($watcher->exchange('CREATE TABLE t (n int)'), 'CZ', 'with the boot changed in place it is');
}

# Of each: what comes before, the statement that commits and is then held up, what a client sees in time, what it sees when
# the lease ends meanwhile, and, where it does not only wait for a standby, what else is done to it.
my $x = 'x' x 40;
my $insert = 'INSERT INTO t VALUES (1)';
my $to_be_prepared = [ 'BEGIN', 'INSERT INTO u VALUES (1)' ];
my $prepared = [ @$to_be_prepared, q(PREPARE TRANSACTION '%s') ];
my $when_unlocked = 'FROM pg_advisory_lock_shared(1)';
my @held_up = (
	[ 'an INSERT', [], $insert, 'CZ', ' closed' ],
	[ 'a COMMIT', [ 'BEGIN', $insert ], 'COMMIT', 'CZ', ' closed' ],
	[ 'a PREPARE TRANSACTION', $to_be_prepared, q(PREPARE TRANSACTION '%s'), 'CZ', ' closed' ],
	[ 'a COMMIT PREPARED', $prepared, q(COMMIT PREPARED '%s'), 'CZ', ' closed' ],
	[ 'a ROLLBACK PREPARED', $prepared, q(ROLLBACK PREPARED '%s'), 'CZ', ' closed' ],
	[ 'a CALL that commits', [], 'CALL insert_and_commit()', 'CZ', ' closed' ],
	[ 'a cancelled INSERT', [], $insert, 'CZ', ' closed', 'pg_cancel_backend' ],
	[ 'a terminated INSERT', [], $insert, 'CZ', ' closed', 'pg_terminate_backend' ],
	[ 'rows larger than the buffer', [], "$insert, (2) RETURNING repeat('x', 100000)", "TD${x}D${x}CZ", "TD$x closed" ],
	[ 'a pipeline', [], [ $insert, $insert ], '12CZ', ' closed' ],
	[ 'a large row after a COMMIT', [], "BEGIN; $insert; COMMIT; SELECT repeat('x', 100000) $when_unlocked", "CCCTD${x}CZ", ' closed', 'lock' ],
	[ 'a small row after a COMMIT', [], "BEGIN; $insert; COMMIT; SELECT 1 $when_unlocked", 'CCCTD1CZ', ' closed', 'lock' ],
	[ 'a CALL that spoke after its COMMIT', [], 'CALL insert_commit_and_speak()', 'N[committed]CZ', 'N[committed] closed', 'lock' ]);

# Sends the statement from a client of its own, and returns that.
sub begin
{
	my ($case, $gid, $setting) = @_;
	my (undef, $before, $statement) = @$case;
	my $client = RawClient->new($node);
	$client->exchange(sprintf($_, $gid)) =~ /C/ or die $_ for @$before, $setting;
	if (ref $statement) { $client->send_pipeline(@$statement); }
	else { $client->send_query(sprintf($statement, $gid)); }
	return $client;
}

sub begin_in_time { my ($case) = @_; return begin($case, "in time, $case->[0]", 'SET synchronous_commit = local'); }

sub begin_late
{
	my ($case) = @_;
	my $level = ($case->[5] // '') eq 'lock' ? 'local' : 'on';
	return begin($case, "late, $case->[0]", "SET synchronous_commit = $level");
}

sub test_acknowledgements
{
	for my $sql (
		'CREATE TABLE u (n int)',
		q(CREATE PROCEDURE insert_and_commit() LANGUAGE plpgsql AS 'BEGIN INSERT INTO t VALUES (1); COMMIT; END'),
		q(CREATE PROCEDURE insert_commit_and_speak() LANGUAGE plpgsql AS $$
			BEGIN INSERT INTO t VALUES (1); COMMIT; RAISE NOTICE 'committed'; PERFORM pg_advisory_lock_shared(1); END $$))
	{
		is($watcher->exchange($sql), 'CZ', substr($sql, 0, 30));
	}
	for my $case (@held_up) { is(begin_in_time($case)->until_ready, $case->[3], "$case->[0] is acknowledged in time"); }

	$watcher->exchange('SELECT pg_advisory_lock(1)');
	my @clients = map { begin_late($_) } @held_up;
	my $pids = join(', ', map { $_->{pid} } @clients);
	wait_for("SELECT count(*) FROM pg_stat_activity WHERE wait_event IN ('SyncRep', 'advisory') AND pid IN ($pids)", scalar @held_up);
	let_lease_end();
	for my $i (grep { ($held_up[$_][5] // '') =~ /^pg_/ } 0 .. $#held_up)
	{
		is($watcher->exchange("SELECT $held_up[$i][5]($clients[$i]{pid})"), 'TDtCZ', $held_up[$i][5]);
	}
	$node->append_conf('postgresql.conf', q(synchronous_standby_names = ''));
	$node->reload;
	$watcher->exchange('SELECT pg_advisory_unlock(1)');
	for my $i (0 .. $#held_up) { is($clients[$i]->until_ready, $held_up[$i][4], "$held_up[$i][0] is not acknowledged late"); }

	like($watcher->exchange('SELECT count(*) FROM t'), qr/D\d+CZ$/, 'other sessions go on reading');
	is($watcher->exchange('NOTIFY somebody'), ' closed', 'a NOTIFY is not acknowledged either');
	$watcher = RawClient->new($node);
	my $withheld = () = slurp_file($node->logfile) =~ /LOG:  withheld the acknowledgement of a commit: the write lease of epoch 7 ended \d+ ms ago/g;
	is($withheld, @held_up + 1, 'each is in the log');
	$lease->grant(600_000);
	return is($watcher->exchange('INSERT INTO t VALUES (1)'), 'CZ', 'with a new lease it goes on');
}

# The client reads nothing until the deadline has passed: what the kernel had taken by then is all that it gets.
sub test_slow_reader
{
	my $client = RawClient->new($node);
	$client->send_pipeline((q(INSERT INTO t VALUES (1) RETURNING repeat('x', 2000))) x 400);
	wait_for("SELECT wait_event FROM pg_stat_activity WHERE pid = $client->{pid}", 'ClientWrite');
	let_lease_end();
	my ($underway, $before) = ($client->bytes_underway, $client->{received});
	cmp_ok($underway, '>', 0, 'a client that does not read has something to read');
	for (1 .. 400) { last if $client->until_ready =~ /closed/; }
	is($client->{received} - $before, $underway, 'and gets nothing that was sent after the deadline');
	return $lease->grant(600_000);
}

sub test_replica
{
	$node->backup('base');
	my $replica = PostgreSQL::Test::Cluster->new('replica');
	$replica->init_from_backup($node, 'base', has_streaming => 1);
	my $its_lease = LeaseFile->make("$lease_path.replica", epoch => 8);
	$replica->append_conf('postgresql.conf', "lifeboat_lease.file = '$lease_path.replica'");
	$replica->start;
	let_lease_end();
	my ($position) = $watcher->exchange(q(SELECT pg_logical_emit_message(false, 'lifeboat', 'after the deadline'))) =~ /D(.*)C/;
	$watcher->exchange('SELECT pg_switch_wal()');
	wait_for("SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= '$position'", 1);
	pass('a replica keeps streaming after the deadline');
	$replica->promote;
	my $client = RawClient->new($replica);
	is($client->exchange('INSERT INTO t VALUES (1)'), 'E[cannot commit: there is no write lease]Z', 'promoted, it needs a lease of its own');
	$its_lease->grant(600_000);
	is($client->exchange('INSERT INTO t VALUES (1)'), 'CZ', 'and writes with it');
	$replica->stop('immediate');
	return $lease->grant(600_000);
}

sub server_processes { my ($pid) = @_; return map { ($_, server_processes($_)) } split ' ', slurp_file("/proc/$pid/task/$pid/children"); }

# Ends when every process of the server is stopped.
sub stop_server
{
	my $postmaster = slurp_file($node->data_dir . '/postmaster.pid') =~ /^(\d+)/ ? $1 : die;
	kill 'STOP', $postmaster;
	sleep(0.001) until slurp_file("/proc/$postmaster/stat") =~ /\) T/;
	my @pids = ($postmaster, server_processes($postmaster));
	kill 'STOP', @pids;
	for my $pid (@pids) { sleep(0.001) until slurp_file("/proc/$pid/stat") =~ /\) T/; }
	return @pids;
}

# One round: eight writers, the server stopped under them, the deadline, the server continued. Returns how many of them had
# committed without an acknowledgement.
sub pause_under_writers
{
	my ($acknowledged) = @_;
	my %writers = map { ($_->{socket} => $_) } map { RawClient->new($node) } 1 .. 8;
	my $select = IO::Select->new(map { $_->{socket} } values %writers);
	my $number = 1000 * %$acknowledged;
	my $next = sub { $_[0]->send_query('INSERT INTO written VALUES (' . ($_[0]{number} = ++$number) . ')') };
	my $hear = sub {
		my ($writer) = @_;
		my $story = $writer->until_ready;
		$acknowledged->{ $writer->{number} } = LeaseFile::now_ns() if $story eq 'CZ';
		return $story;
	};
	$next->($_) for values %writers;
	for (1 .. 50) { for my $writer (map { $writers{$_} } $select->can_read) { $hear->($writer); $next->($writer); } }
	my @pids = stop_server();
	$hear->($_) for map { $writers{$_} } $select->can_read(0);
	my $deadline_ns = $lease->grant(0);
	kill 'CONT', @pids;
	my @late = map { $hear->($_) } grep { !$acknowledged->{ $_->{number} } } values %writers;
	is_deeply([ grep { $_ > $deadline_ns } values %$acknowledged ], [], 'no acknowledgement is stamped past the deadline');
	is_deeply([ grep { !/^( closed|E\[cannot commit: .*\]Z)$/ } @late ], [], 'the others are refused or closed');
	$lease->grant(600_000);
	return scalar grep { / closed/ } @late;
}

sub test_pause
{
	# Whoever commits waits a little for others, within his commit: there most are when the server is stopped.
	$node->append_conf('postgresql.conf', "fsync = on\ncommit_delay = 10000\ncommit_siblings = 1");
	$node->reload;
	$watcher->exchange('CREATE TABLE written (n int)');
	my (%acknowledged, $withheld);
	$withheld += pause_under_writers(\%acknowledged) for 1 .. 5;
	cmp_ok($withheld, '>', 0, 'the server was stopped between a commit and its acknowledgement');
	my $numbers = join(', ', keys %acknowledged);
	like($watcher->exchange("SELECT count(*) FROM written WHERE n IN ($numbers)"), qr/D${\scalar %acknowledged}C/, 'what was acknowledged is there');
	return;
}

alarm(240);
test_start();
my $started = $watcher->exchange('SELECT pg_postmaster_start_time()');
test_acknowledgements();
test_slow_reader();
test_replica();
test_pause();
is($watcher->exchange('SELECT pg_postmaster_start_time()'), $started, 'the server has run all the time');
unlike(slurp_file($node->logfile), qr/PANIC|was terminated by signal/, 'and no process of it crashed');
done_testing();
