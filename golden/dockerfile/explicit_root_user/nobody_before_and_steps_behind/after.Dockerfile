FROM python:3.12-slim
user 0:0
RUN pip install --no-cache-dir flask
COPY app.py /srv/
RUN groupadd --gid 1000 appuser && \
    useradd --uid 1000 --gid 1000 --create-home --shell /usr/sbin/nologin --no-log-init appuser
USER 1000:1000
CMD ["flask", "--app", "/srv/app.py", "run", "--host", "0.0.0.0"]
