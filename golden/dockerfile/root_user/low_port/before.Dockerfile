FROM python:3.12-slim
COPY site /site
EXPOSE 80
CMD ["python", "-m", "http.server", "80", "--directory", "/site"]
