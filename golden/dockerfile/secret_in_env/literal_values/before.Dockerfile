FROM python:3.12-slim
ENV APP_ENV=production \
    # the database of the staging system
    DATABASE_PASSWORD="s3cr3t-Of-Staging" \
    LOG_LEVEL=info
ENV API_TOKEN ghp_0123456789abcdefghijABCDEFGHIJ012345
ENV CACHE_URL=redis://:hunter2hunter2@cache:6379/0
CMD ["python", "-m", "app"]
