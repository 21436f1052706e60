FROM debian:12-slim
ARG UID=1500
ENV RUNTIME_UID=${UID}
RUN useradd --uid ${RUNTIME_UID} app
COPY server /usr/local/bin/
USER app
CMD ["server"]
