FROM debian:12-slim
ARG UID=10020
RUN groupadd --gid 10020 relay && useradd --uid $UID --gid relay --no-create-home relay
COPY --chown=relay relay /opt/relay/
USER $UID
CMD ["/opt/relay/relay"]
