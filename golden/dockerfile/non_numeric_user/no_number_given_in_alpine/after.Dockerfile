FROM alpine:3.20
RUN apk add --no-cache redis && adduser -u 1000 -S -D app
COPY app /usr/local/bin/
USER 1000
CMD ["app"]
