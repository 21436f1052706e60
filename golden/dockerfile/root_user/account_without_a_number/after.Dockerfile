FROM python:3.12-slim
RUN useradd --uid 1000 --create-home jobs
COPY jobs.py /opt/
USER 1000
CMD ["python", "/opt/jobs.py"]
