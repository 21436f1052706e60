FROM debian:12-slim AS build
RUN useradd builder
USER builder
RUN echo built

FROM debian:12-slim AS app
USER 10001:10001
CMD ["sleep", "infinity"]
