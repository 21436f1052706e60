FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends jq unzip xz-utils && rm -rf /var/lib/apt/lists/*
