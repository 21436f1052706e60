FROM python:3.12-slim
RUN useradd --uid 1000 --system worker && install -d -o worker /var/lib/worker
USER 1000
CMD ["python", "/app/main.py"]
