FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends jq && rm -rf /var/lib/apt/lists/*
RUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update && apt-get install -y --no-install-recommends jq
RUN apt-get update && apt-get install -y --no-install-recommends jq; apt-get clean; rm -r /var/lib/apt
RUN apt-get update && apt-get install -y --no-install-recommends jq && apt-get dist-clean
RUN apk update
