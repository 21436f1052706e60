FROM example.com/base/tool:2
USER builder
RUN sudo apt-get update && \
    sudo apt-get install -y --no-install-recommends jq && \
    sudo rm -rf /var/lib/apt/lists/*
