FROM debian:12-slim
CMD /srv/start.sh --all
