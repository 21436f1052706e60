FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends jq
CMD ["sh", "-c", "apt-get install -y $EXTRA && exec server"]
