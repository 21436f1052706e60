FROM debian:12-slim
ARG RUN_AS
COPY tool /usr/local/bin/tool
USER $RUN_AS
CMD ["tool"]
