FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends git ca-certificates openssh-client && rm -rf /var/lib/apt/lists/*
RUN --mount=type=ssh git clone git@github.com:example/tool.git /src
