FROM python:3.12-slim
CMD ["uvicorn", "shop:app", "--host", "127.0.0.1", "--port", "8000"]
