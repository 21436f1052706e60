FROM python:3.12-slim
ARG UID=1500
RUN useradd --uid "$UID" --create-home app
USER 1500
CMD ["python", "-m", "app"]
