FROM python:3.12-slim
COPY app.py /srv/
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD ["python", "-c", "import sys,urllib.request as u; sys.exit(0 if u.urlopen('http://localhost:8000/health/', timeout=5).status < 400 else 1)"]
CMD ["python", "/srv/app.py"]
