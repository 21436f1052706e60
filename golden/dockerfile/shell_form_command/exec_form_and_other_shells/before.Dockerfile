FROM debian:12-slim AS a
CMD ["server", "--port", "8080"]
CMD server
ENTRYPOINT ["tini", "--"]
CMD ["server"]

FROM debian:12-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
CMD server --port 8080
