FROM python:3.12-alpine
COPY <<EOF /opt/settings.toml
USER = "root"
EOF
RUN <<EOF
set -e
mkdir -p /opt/cache
EOF

RUN addgroup -g 1000 appuser && \
    adduser -D -u 1000 -G appuser -s /sbin/nologin appuser
USER 1000:1000
ENTRYPOINT ["python", "-m", "pip", "--version"]