FROM debian:12-slim
ENTRYPOINT /usr/local/bin/server
CMD ["--port", "8080"]
