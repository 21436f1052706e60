FROM python:3.12-slim
ARG UID=1500
RUN useradd --uid "$UID" --create-home app
USER app
CMD ["python", "-m", "app"]
