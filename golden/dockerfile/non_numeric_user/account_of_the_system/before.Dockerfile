FROM python:3.12-slim
RUN useradd --system worker && install -d -o worker /var/lib/worker
USER worker
CMD ["python", "/app/main.py"]
