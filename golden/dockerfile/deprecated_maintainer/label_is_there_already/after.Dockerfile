FROM debian:12-slim
LABEL org.opencontainers.image.authors="jane@example.com"
# since 2016
CMD ["true"]
