FROM docker.elastic.co/kibana/kibana:8.13.0
COPY kibana.yml /usr/share/kibana/config/
