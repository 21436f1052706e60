FROM debian:12-slim
RUN useradd --uid 1000 -m app
VOLUME /home/app/data
USER 1000
CMD ["app"]
