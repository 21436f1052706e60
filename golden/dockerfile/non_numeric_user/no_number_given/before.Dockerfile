FROM python:3.12-slim
# an account for the server
RUN useradd \
    # nobody logs in
    --shell /usr/sbin/nologin \
    --create-home app
COPY app.py /srv/
USER app
CMD ["python", "/srv/app.py"]
