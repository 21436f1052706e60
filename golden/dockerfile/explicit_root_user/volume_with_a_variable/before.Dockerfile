FROM debian:12-slim
ENV CASSANDRA_DATA=/cassandra_data
COPY server /usr/local/bin/
VOLUME ["/$CASSANDRA_DATA"]
USER root
CMD ["server"]
