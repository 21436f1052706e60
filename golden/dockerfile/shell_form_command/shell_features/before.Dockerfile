FROM python:3.12-slim AS a
CMD gunicorn --bind 0.0.0.0:$PORT shop:app

FROM python:3.12-slim
CMD python manage.py migrate && gunicorn shop:app
