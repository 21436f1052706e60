FROM python:3.12-slim
WORKDIR /data
COPY --chown=1000:1000 seed.db .
COPY more.db .
RUN chown -R 1000:1000 /data
VOLUME /data
USER 1000:1000
CMD ["python", "-m", "store"]
