FROM debian:12-slim AS base
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*

FROM base
RUN apt-get update && apt-get -qq -y install --no-install-recommends wget=1.21.3-1+b2 && rm -rf /var/lib/apt/lists/*
