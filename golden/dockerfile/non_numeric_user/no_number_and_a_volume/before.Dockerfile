FROM debian:12-slim
RUN useradd -m app
VOLUME /home/app/data
USER app
CMD ["app"]
