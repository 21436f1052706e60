FROM debian:12-slim
RUN groupadd -g 10005 relay && useradd -r -u 10005 -g relay relay
COPY relay /usr/local/bin/
USER 10005
CMD ["relay"]
