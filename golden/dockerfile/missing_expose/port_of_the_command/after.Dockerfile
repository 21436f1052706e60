FROM python:3.12-slim
COPY . /srv
WORKDIR /srv
USER 1000
EXPOSE 8000
CMD ["uvicorn", "shop:app", "--host", "0.0.0.0", "--port", "8000"]
