FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && curl -fsS https://example.com/x | tar xz
RUN if true; then apt-get update; fi
