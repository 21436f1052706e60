FROM python:3.12-slim
WORKDIR /notebooks
RUN pip install --no-cache-dir jupyterlab
COPY examples/ .
VOLUME /notebooks/data
EXPOSE 8888
CMD ["jupyter-lab", "--ip=0.0.0.0", "--port=8888"]
