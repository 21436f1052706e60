FROM python:3.12-slim
WORKDIR /srv
COPY . .
EXPOSE 8000
USER 1000
# workers by WEB_CONCURRENCY
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop:app"]
