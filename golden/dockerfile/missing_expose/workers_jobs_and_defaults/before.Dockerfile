FROM python:3.12-slim AS worker
ENV PORT=8000
CMD ["celery", "--app", "shop", "worker"]
