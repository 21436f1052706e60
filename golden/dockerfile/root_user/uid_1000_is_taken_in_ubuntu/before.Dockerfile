FROM ubuntu:24.04
RUN apt-get update \
    && apt-get install -y --no-install-recommends ruby \
    && rm -rf /var/lib/apt/lists/*
COPY worker.rb /opt/
CMD ["ruby", "/opt/worker.rb"]
