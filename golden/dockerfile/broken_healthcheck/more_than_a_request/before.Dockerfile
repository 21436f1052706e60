FROM python:3.12-slim
HEALTHCHECK CMD curl -fsS -X POST -d '{}' http://localhost:8000/check || exit 1
CMD ["python", "-m", "app"]
