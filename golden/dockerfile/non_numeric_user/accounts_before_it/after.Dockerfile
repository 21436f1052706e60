FROM python:3.12-slim
# helper gets 1000
RUN useradd helper && useradd --uid 10001 --create-home app
COPY . /app
USER 10001
CMD ["python", "/app/main.py"]
