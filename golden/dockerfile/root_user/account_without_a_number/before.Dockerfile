FROM python:3.12-slim
RUN useradd --create-home jobs
COPY jobs.py /opt/
CMD ["python", "/opt/jobs.py"]
