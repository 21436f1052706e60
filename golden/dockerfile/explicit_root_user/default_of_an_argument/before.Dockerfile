FROM debian:12-slim
ARG APP_USER=root
COPY tool /usr/local/bin/
USER ${APP_USER}
CMD ["tool"]
