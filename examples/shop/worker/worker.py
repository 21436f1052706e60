"""Send a mail for each order; jobs come from a Redis list."""

import json
import os
import signal
import smtplib
import sys
from email.message import EmailMessage

import redis


def send(order):
    mail = EmailMessage()
    mail["Subject"] = f"Order {order['id']}"
    mail["From"] = "shop@example.com"
    mail["To"] = os.environ.get("MAIL_TO", "orders@example.com")
    mail.set_content(f"{order['amount']} x {order['item']}")
    with smtplib.SMTP(os.environ.get("SMTP_HOST", "localhost")) as server:
        server.send_message(mail)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    queue = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379/0"))
    while True:
        _, job = queue.brpop("orders")
        order = json.loads(job)
        print(f"order {order['id']}", flush=True)
        if "SMTP_HOST" in os.environ:
            send(order)


if __name__ == "__main__":
    main()
