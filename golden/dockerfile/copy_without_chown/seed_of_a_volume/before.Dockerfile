FROM python:3.12-slim
WORKDIR /app
COPY app.py .
COPY seed.db /data/
VOLUME /data
USER 1000:1000
CMD ["python", "app.py"]
