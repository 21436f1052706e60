FROM python:3.12-slim
ARG PORT=9000
ENV PORT=${PORT}
COPY app.py /srv/
EXPOSE 9000
CMD gunicorn --bind 0.0.0.0:$PORT app:app
