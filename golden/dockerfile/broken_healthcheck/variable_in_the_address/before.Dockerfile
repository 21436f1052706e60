FROM python:3.12-slim
ENV PORT=8000
HEALTHCHECK CMD curl -fsS http://localhost:${PORT}/healthz || exit 1
CMD ["python", "-m", "app"]
