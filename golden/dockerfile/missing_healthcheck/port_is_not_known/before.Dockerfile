FROM python:3.12-slim
COPY app.py .
CMD ["flask", "run", "--host", "0.0.0.0"]
