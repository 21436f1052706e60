FROM python:3.12-slim
RUN python3 -m pip install --upgrade pip && \
    pip3.12 install \
        # the server
        gunicorn \
        flask
RUN ["pip", "install", "flask"]
RUN uv pip install --system ruff && uv sync --frozen
