FROM python:3.12-slim
# helper gets 1000
RUN useradd helper && useradd --create-home app
COPY . /app
USER app
CMD ["python", "/app/main.py"]
