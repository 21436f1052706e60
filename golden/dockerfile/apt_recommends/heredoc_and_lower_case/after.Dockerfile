# syntax=docker/dockerfile:1
from debian:12-slim
run <<EOF
set -e
apt-get update
apt-get install -y --no-install-recommends -t bookworm-backports make
sudo apt install --yes --no-install-recommends less
rm -rf /var/lib/apt/lists/*
EOF