FROM debian:12-slim
RUN useradd --uid 1500 app && groupadd media && usermod -aG media app
USER app:media
CMD ["app"]
