FROM grafana/grafana:11.1.0
COPY provisioning/ /etc/grafana/provisioning/
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD wget -q -T 5 -O /dev/null http://127.0.0.1:3000/api/health || exit 1
