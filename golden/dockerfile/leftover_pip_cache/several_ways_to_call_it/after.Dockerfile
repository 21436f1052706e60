FROM python:3.12-slim
RUN python3 -m pip install --no-cache-dir --upgrade pip && \
    pip3.12 install --no-cache-dir \
        # the server
        gunicorn \
        flask
RUN ["pip", "install", "flask"]
RUN uv pip install --no-cache --system ruff && uv sync --no-cache --frozen
