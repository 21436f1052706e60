FROM debian:12-slim
add setup.py \
    # and its modules
    app/*.py /srv/
ADD ["start script.sh", "/srv/"]
CMD ["/srv/start script.sh"]
