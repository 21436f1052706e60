"""Orders over HTTP."""

import json
import os

import psycopg2
import redis
from flask import Flask, jsonify, request

app = Flask(__name__)
queue = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379/0"))


def database():
    return psycopg2.connect(os.environ["DATABASE_URL"])


@app.get("/healthz")
def healthz():
    return "ok"


@app.get("/orders")
def orders():
    with database() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, item, amount FROM orders ORDER BY id DESC LIMIT 50")
        return jsonify([{"id": row[0], "item": row[1], "amount": row[2]} for row in cursor])


@app.post("/orders")
def add_order():
    order = request.get_json()
    with database() as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders (item, amount) VALUES (%s, %s) RETURNING id", (order["item"], int(order["amount"]))
        )
        order["id"] = cursor.fetchone()[0]

    queue.lpush("orders", json.dumps(order))
    return jsonify(order), 201


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", "8000")))
