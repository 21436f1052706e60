FROM debian:12-slim
ENTRYPOINT ["/usr/local/bin/run"]
CMD server --port 8080
