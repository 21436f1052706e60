FROM python:3.12-slim
WORKDIR /srv
COPY . .
EXPOSE 8000
USER 1000
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD ["bash", "-c", ": > /dev/tcp/127.0.0.1/8000"]
# workers by WEB_CONCURRENCY
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop:app"]
