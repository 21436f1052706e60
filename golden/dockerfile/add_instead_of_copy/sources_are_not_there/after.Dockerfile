FROM debian:12-slim
copy setup.py \
    # and its modules
    app/*.py /srv/
COPY ["start script.sh", "/srv/"]
CMD ["/srv/start script.sh"]
