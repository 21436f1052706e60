FROM python:3.12-slim
ARG TOKENIZERS_PARALLELISM=false
ARG VERSION=1.4
ENV PASSWORD_MIN_LENGTH=12 \
    TOKEN_EXPIRY=3600 \
    SECRET_KEY_FILE=/run/secrets/key \
    DB_PASSWORD=changeme \
    PUBLIC_KEY=MCowBQYDK2VwAyEA \
    DOCS_URL=https://example.com/docs
CMD ["python", "-m", "app"]
