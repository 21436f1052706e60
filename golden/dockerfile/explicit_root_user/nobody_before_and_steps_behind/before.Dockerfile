FROM python:3.12-slim
user 0:0
RUN pip install --no-cache-dir flask
COPY app.py /srv/
CMD ["flask", "--app", "/srv/app.py", "run", "--host", "0.0.0.0"]
