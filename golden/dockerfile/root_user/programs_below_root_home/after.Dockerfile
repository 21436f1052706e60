FROM python:3.12-slim AS build
RUN pip install --user gunicorn flask

FROM python:3.12-slim
COPY --from=build /root/.local /root/.local
ENV PATH=/root/.local/bin:$PATH
COPY app.py .
RUN groupadd --gid 1000 appuser && \
    useradd --uid 1000 --gid 1000 --create-home --shell /usr/sbin/nologin --no-log-init appuser
USER 1000:1000
CMD ["gunicorn", "app:app"]
