FROM python:3.12-slim
ENV PORT=8000
HEALTHCHECK CMD python -c "import sys,urllib.request as u; sys.exit(0 if u.urlopen('http://localhost:${PORT}/healthz', timeout=5).status < 400 else 1)"
CMD ["python", "-m", "app"]
