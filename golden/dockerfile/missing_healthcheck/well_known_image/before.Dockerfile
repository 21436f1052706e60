FROM grafana/grafana:11.1.0
COPY provisioning/ /etc/grafana/provisioning/
