FROM python:3.12-slim
RUN pip install --no-cache-dir flask
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
RUN --mount=type=cache,target=/root/.cache/uv uv sync
RUN pip install flask && rm -rf ~/.cache/pip
RUN pip install flask && pip cache purge
RUN PIP_NO_CACHE_DIR=1 pip install flask
RUN pip download flask
RUN echo pip install flask
ENV PIP_NO_CACHE_DIR=1
RUN pip install django
