"""A small Flask application over PostgreSQL, run by Lifeboat under gunicorn (see ../flask-gunicorn.yaml).

Lifeboat starts it with LISTEN_ADDRESS, PORT, REGION, ZONE, INSTANCE, PGHOST, PGPORT, PGUSER, PGDATABASE and PGPASSFILE; libpq,
and so psycopg2, reads the PG* variables by itself. The connection leads to the active region's writer, wherever that is.
"""

import contextlib
import os

import psycopg2
from flask import Flask, jsonify, request

app = Flask(__name__)


@contextlib.contextmanager
def cursor():
    """A cursor in a transaction of its own; the connection is closed at the end, so that none outlives a failover."""
    connection = psycopg2.connect(connect_timeout=2)
    try:
        with connection, connection.cursor() as opened:
            yield opened
    finally:
        connection.close()


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
