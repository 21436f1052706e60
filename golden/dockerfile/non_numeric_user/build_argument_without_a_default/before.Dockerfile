FROM debian:12-slim
ARG RUNTIME_UID
RUN useradd --uid ${RUNTIME_UID} app
COPY server /usr/local/bin/
USER app
CMD ["server"]
