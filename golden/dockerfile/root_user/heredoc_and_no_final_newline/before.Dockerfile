FROM python:3.12-alpine
COPY <<EOF /opt/settings.toml
USER = "root"
EOF
RUN <<EOF
set -e
mkdir -p /opt/cache
EOF
ENTRYPOINT ["python", "-m", "pip", "--version"]