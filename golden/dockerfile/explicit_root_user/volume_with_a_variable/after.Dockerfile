FROM debian:12-slim
ENV CASSANDRA_DATA=/cassandra_data
COPY server /usr/local/bin/
VOLUME ["/$CASSANDRA_DATA"]
RUN groupadd --gid 1000 appuser && \
    useradd --uid 1000 --gid 1000 --create-home --shell /usr/sbin/nologin --no-log-init appuser && \
    mkdir -p /cassandra_data && \
    chown 1000:1000 /cassandra_data
USER 1000:1000
CMD ["server"]
