FROM debian:12-slim AS base
RUN apt-get update && apt-get install -y --no-install-recommends jq

FROM base
RUN apt-get install -y --no-install-recommends unzip && rm -rf /var/lib/apt/lists/*
