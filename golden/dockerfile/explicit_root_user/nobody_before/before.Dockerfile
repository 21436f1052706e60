FROM python:3.12-slim
RUN pip install --no-cache-dir flask
COPY app.py /srv/
USER root
EXPOSE 5000
CMD ["flask", "--app", "/srv/app.py", "run", "--host", "0.0.0.0"]
