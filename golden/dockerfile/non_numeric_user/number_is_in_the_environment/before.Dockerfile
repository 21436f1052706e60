FROM debian:12-slim
ENV RUNTIME_UID=1500 RUNTIME_GID=1600
RUN groupadd --gid ${RUNTIME_GID} app && useradd --uid ${RUNTIME_UID} --gid app app
COPY server /usr/local/bin/
USER app:app
CMD ["server"]
