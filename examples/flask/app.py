"""A small Flask application over PostgreSQL, run by Lifeboat under gunicorn (see ../flask-gunicorn.yaml).

Lifeboat starts it with LISTEN_ADDRESS, PORT, REGION, ZONE, INSTANCE, PGHOST, PGPORT, PGUSER, PGDATABASE and PGPASSFILE; libpq,
and so psycopg2, reads the PG* variables by itself. The connection leads to the active region's writer, wherever that is.
"""

import contextlib
import os
import threading

import psycopg2
from flask import Flask, jsonify, request

app = Flask(__name__)
kept = threading.local()


@contextlib.contextmanager
def cursor():
    """A cursor in a transaction of its own, on this thread's connection to the region's pool; one that failed is not used again.

    The load balancers ask for the health several times a second: a new connection each time would keep the machine busy.
    """
    if getattr(kept, "connection", None) is None:
        kept.connection = psycopg2.connect(connect_timeout=2)
    try:
        with kept.connection, kept.connection.cursor() as opened:
            yield opened
    except psycopg2.Error:
        kept.connection.close()
        kept.connection = None
        raise


@app.get("/readyz")
def ready():
    with cursor() as db:
        db.execute("SELECT pg_is_in_recovery()")
        writable = not db.fetchone()[0]
    return jsonify(ready=True, writable=writable, region=os.environ.get("REGION"), zone=os.environ.get("ZONE"))


@app.get("/")
def index():
    return jsonify(greeting=os.environ.get("GREETING", "Hello"), instance=os.environ.get("INSTANCE"))


@app.post("/notes")
def add_note():
    text = (request.get_json(silent=True) or {}).get("text")
    if not isinstance(text, str) or not text:
        return jsonify(error="send {\"text\": \"...\"}"), 400
    with cursor() as db:
        db.execute("SELECT to_regclass('notes') IS NOT NULL")
        if not db.fetchone()[0]:
            db.execute("SELECT pg_advisory_xact_lock(1)")  # IF NOT EXISTS alone is not safe against another instance.
            db.execute("CREATE TABLE IF NOT EXISTS notes (id bigserial PRIMARY KEY, text text NOT NULL)")
        db.execute("INSERT INTO notes (text) VALUES (%s) RETURNING id", (text,))
        number = db.fetchone()[0]
    return jsonify(id=number, text=text), 201


@app.get("/notes")
def list_notes():
    with cursor() as db:
        db.execute("SELECT to_regclass('notes') IS NOT NULL")
        if not db.fetchone()[0]:
            return jsonify([])
        db.execute("SELECT id, text FROM notes ORDER BY id")
        return jsonify([{"id": number, "text": text} for number, text in db.fetchall()])


@app.errorhandler(psycopg2.Error)
def database_failed(error):
    """A database that moves just now is a reason to try again, not a defect."""
    app.logger.warning("database: %s", error)
    response = jsonify(error="the database does not answer; try again")
    response.headers["Retry-After"] = "1"
    return response, 503
