FROM python:3.12-slim
# an account for the server
RUN useradd --uid 1000 \
    # nobody logs in
    --shell /usr/sbin/nologin \
    --create-home app
COPY app.py /srv/
USER 1000
CMD ["python", "/srv/app.py"]
