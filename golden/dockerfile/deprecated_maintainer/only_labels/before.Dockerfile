FROM debian:12-slim
LABEL maintainer="jane@example.com"
RUN echo MAINTAINER
