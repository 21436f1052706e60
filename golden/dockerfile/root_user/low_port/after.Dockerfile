FROM python:3.12-slim
COPY site /site
EXPOSE 80
RUN groupadd --gid 1000 appuser && \
    useradd --uid 1000 --gid 1000 --create-home --shell /usr/sbin/nologin --no-log-init appuser
USER 1000:1000
CMD ["python", "-m", "http.server", "80", "--directory", "/site"]
