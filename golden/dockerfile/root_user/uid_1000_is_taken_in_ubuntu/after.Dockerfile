FROM ubuntu:24.04
RUN apt-get update \
    && apt-get install -y --no-install-recommends ruby \
    && rm -rf /var/lib/apt/lists/*
COPY worker.rb /opt/
RUN groupadd --gid 10001 appuser && \
    useradd --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin --no-log-init appuser
USER 10001:10001
CMD ["ruby", "/opt/worker.rb"]
