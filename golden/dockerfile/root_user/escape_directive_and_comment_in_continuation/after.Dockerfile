# syntax=docker/dockerfile:1
# escape=\

FROM python:3.12-slim
# tools of the report
RUN pip install --no-cache-dir \
    # pinned, the next one drops 3.12
    pandas==2.2.2
COPY report.py /opt/report.py

RUN groupadd --gid 1000 appuser && \
    useradd --uid 1000 --gid 1000 --create-home --shell /usr/sbin/nologin --no-log-init appuser
USER 1000:1000
# one report, then it waits for the next hour
ENTRYPOINT ["python", \
    "/opt/report.py"]
