"""Files of any size: the same piece over and over, under new names."""

from __future__ import annotations

from collections.abc import Callable

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{number}
  labels: {{app: web-{number}}}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web-{number}
  template:
    metadata:
      labels:
        app: web-{number}
    spec:
      containers:
        - name: web  # what people see
          image: nginx:1.27
          ports:
            - containerPort: 80
          env:
            - name: NUMBER
              value: "{number}"
---
apiVersion: v1
kind: Service
metadata:
  name: web-{number}
spec:
  selector:
    app: web-{number}
  ports:
    - port: 80
---
"""
SERVICE = """\
  web-{number}:
    image: nginx:1.27
    # published for everybody
    ports:
      - "{port}:80"
    environment:
      NUMBER: "{number}"
    volumes:
      - data-{number}:/var/lib/data
"""
STEPS = """\
ENV NUMBER_{number}={number}
COPY part-{number} /srv/part-{number}
# what part {number} needs
RUN apt-get update \\
    && apt-get install -y package-{number} \\
    && echo {number} > /srv/number
"""


def manifest(size: int) -> str:
    """Return a Kubernetes file of many documents."""
    return grown("", size, lambda number: DEPLOYMENT.format(number=number))


def compose(size: int) -> str:
    """Return a Compose file of many services."""
    return grown("services:\n", size, lambda number: SERVICE.format(number=number, port=10_000 + number % 50_000))


def dockerfile(size: int) -> str:
    """Return a Dockerfile of many instructions in one stage."""
    return grown("FROM debian:12\n", size, lambda number: STEPS.format(number=number)) + "CMD web\n"


def grown(text: str, size: int, piece: Callable[[int], str]) -> str:
    """Return `text` and as many pieces as `size` bytes hold; at least one."""
    parts = [text, piece(0)]
    length = sum(map(len, parts))
    while length + len(parts[-1]) < size:
        parts.append(piece(len(parts) - 1))
        length += len(parts[-1])

    return "".join(parts)


# By kind: the name of the file, and what writes one of about so many bytes.
WRITERS: dict[str, tuple[str, Callable[[int], str]]] = {
    "Kubernetes documents": ("many.yaml", manifest),
    "Compose services": ("compose.yaml", compose),
    "Dockerfile instructions": ("Dockerfile", dockerfile),
}
