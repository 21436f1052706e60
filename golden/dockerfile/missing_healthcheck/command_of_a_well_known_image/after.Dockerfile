FROM docker.elastic.co/kibana/kibana:8.13.0
COPY kibana.yml /usr/share/kibana/config/
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD curl -fsS http://127.0.0.1:5601/api/status >/dev/null || exit 1
