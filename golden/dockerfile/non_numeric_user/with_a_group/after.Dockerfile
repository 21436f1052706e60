FROM alpine:3.20
RUN addgroup -g 2000 -S web && \
    adduser -S -D -H -u 2001 -G web web
COPY server /usr/local/bin/
USER 2001:2000
ENTRYPOINT ["server"]
