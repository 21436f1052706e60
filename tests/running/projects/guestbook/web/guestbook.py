"""A guest book: entries in PostgreSQL, the number of visits in Redis."""

import os

import psycopg2
import redis
from flask import Flask, request

app = Flask(__name__)
visits = redis.Redis.from_url(os.environ["REDIS_URL"])


def connect():  # noqa: ANN201 - as people write it
    return psycopg2.connect(os.environ["DATABASE_URL"])


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.get("/")
def entries() -> str:
    visits.incr("visits")
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT text FROM entry")
        return "entries: " + ", ".join(text for (text,) in cursor.fetchall())


@app.post("/")
def sign() -> str:
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO entry VALUES (%s)", (request.get_data(as_text=True),))
        return "thanks"
