FROM debian:12-slim
RUN apt-get update && apt-get -o APT::Install-Recommends=false install -y cmake && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install --install-recommends -y cmake && rm -rf /var/lib/apt/lists/*
