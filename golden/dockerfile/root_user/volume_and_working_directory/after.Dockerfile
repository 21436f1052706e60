FROM python:3.12-slim
WORKDIR /notebooks
RUN pip install --no-cache-dir jupyterlab
COPY --chown=1000:1000 examples/ .
RUN groupadd --gid 1000 appuser && \
    useradd --uid 1000 --gid 1000 --create-home --shell /usr/sbin/nologin --no-log-init appuser && \
    mkdir -p /notebooks/data && \
    chown 1000:1000 /notebooks /notebooks/data
VOLUME /notebooks/data
EXPOSE 8888
USER 1000:1000
CMD ["jupyter-lab", "--ip=0.0.0.0", "--port=8888"]
