FROM python:3.12-slim AS build
RUN pip install --user gunicorn flask

FROM python:3.12-slim
COPY --from=build /root/.local /root/.local
ENV PATH=/root/.local/bin:$PATH
COPY app.py .
CMD ["gunicorn", "app:app"]
