FROM python:3.12-slim
COPY app.py /srv/
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD curl -f http://localhost:8000/health/ || exit 1
CMD ["python", "/srv/app.py"]
