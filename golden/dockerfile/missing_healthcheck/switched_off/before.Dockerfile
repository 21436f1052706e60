FROM python:3.12-slim
EXPOSE 8000
HEALTHCHECK NONE
CMD ["gunicorn", "shop:app"]
