FROM python:3.12-slim

WORKDIR /srv/shop
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY shop/ shop/

EXPOSE 8000
RUN groupadd --gid 1000 appuser && \
    useradd --uid 1000 --gid 1000 --create-home --shell /usr/sbin/nologin --no-log-init appuser
USER 1000:1000
# gunicorn reads the number of workers from WEB_CONCURRENCY
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
