-- With a lease everything is as ever.
CREATE TABLE t (n int);
INSERT INTO t VALUES (1);
SELECT current_setting('lifeboat_lease.remaining_ms')::bigint BETWEEN 1 AND 3600000 AS held;
CREATE SEQUENCE s;
CREATE TABLE serious (n int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);
CREATE DATABASE kept;
CREATE PROCEDURE insert_and_commit(n int) LANGUAGE plpgsql AS 'BEGIN INSERT INTO t VALUES (n); COMMIT; END';
CALL insert_and_commit(2);
CREATE TABLE prepared (n int);
BEGIN;
INSERT INTO prepared VALUES (3);
PREPARE TRANSACTION 'was prepared with a lease';
BEGIN;
INSERT INTO prepared VALUES (4);
PREPARE TRANSACTION 'is finished with a lease';
COMMIT PREPARED 'is finished with a lease';
BEGIN;
INSERT INTO serious VALUES (1), (1);
COMMIT;

-- Without one, what has written is refused at its end.
\! $LEASE give_up
SHOW lifeboat_lease.remaining_ms;
INSERT INTO t VALUES (-1);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY sqlstate
BEGIN;
INSERT INTO t VALUES (-1) RETURNING n;
COMMIT;
BEGIN;
SAVEPOINT a;
INSERT INTO t VALUES (-1);
RELEASE a;
COMMIT;
BEGIN;
SAVEPOINT a;
INSERT INTO t VALUES (-1);
ROLLBACK TO a;
COMMIT;
UPDATE t SET n = -1;
DELETE FROM t;
TRUNCATE t;
SELECT n FROM t WHERE n = 1 FOR UPDATE;
SELECT nextval('s');
CREATE TABLE u (n int);
CREATE TEMPORARY TABLE u (n int);
ALTER TABLE t ADD COLUMN m int;
DROP TABLE t;
CREATE INDEX CONCURRENTLY ON t (n);
COPY t FROM stdin;
-1
\.
CALL insert_and_commit(-1);
DO $$ BEGIN INSERT INTO t VALUES (-1); COMMIT; END $$;

-- Prepared transactions: none is made, and none is finished either way.
BEGIN;
INSERT INTO t VALUES (-1);
PREPARE TRANSACTION 'is prepared without a lease';
COMMIT PREPARED 'was prepared with a lease';
ROLLBACK PREPARED 'was prepared with a lease';
SELECT gid FROM pg_prepared_xacts;

-- Databases are refused before their files are touched.
CREATE DATABASE refused;
DROP DATABASE kept;
ALTER DATABASE kept RENAME TO refused;
CREATE TABLESPACE refused LOCATION '/nowhere';
DROP TABLESPACE refused;
\connect kept
SELECT current_database();
\connect regression

-- Reading and rolling back stay possible.
\set VERBOSITY default
SELECT n FROM t ORDER BY n;
BEGIN;
SELECT count(*) FROM t;
COMMIT;
BEGIN;
DELETE FROM t;
ROLLBACK;
BEGIN;
DECLARE c CURSOR FOR SELECT n FROM t ORDER BY n;
FETCH 2 FROM c;
COMMIT;
SET force_parallel_mode = on;
SELECT count(*) FROM t;
RESET force_parallel_mode;
LISTEN somebody;
UNLISTEN *;

-- A lease that ended says when.
\! $LEASE grant -1500
SELECT current_setting('lifeboat_lease.remaining_ms')::bigint < -1499 AS ended;
\set VERBOSITY sqlstate
INSERT INTO t VALUES (-1);
SELECT regexp_replace(:'LAST_ERROR_MESSAGE', '1[5-9]\d\d|\d{5,}|[2-9]\d\d\d', 'MORE THAN 1500') AS message;
\set VERBOSITY default

-- With a new one it goes on; nothing that was refused is there.
\! $LEASE grant 3600000
INSERT INTO t VALUES (5);
COMMIT PREPARED 'was prepared with a lease';
BEGIN;
INSERT INTO t VALUES (6);
SET LOCAL force_parallel_mode = on;
SELECT count(*) FROM t;
COMMIT;
SELECT n FROM t ORDER BY n;
SELECT n FROM prepared ORDER BY n;

-- The settings are not a session's to change.
SET lifeboat_lease.file = '';
SET lifeboat_lease.remaining_ms = 1;
DROP DATABASE kept;
