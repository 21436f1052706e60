FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends gosu && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 1000 app
COPY entrypoint.sh /
USER root
ENTRYPOINT ["/entrypoint.sh"]
