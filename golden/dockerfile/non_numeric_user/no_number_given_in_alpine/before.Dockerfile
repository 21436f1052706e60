FROM alpine:3.20
RUN apk add --no-cache redis && adduser -S -D app
COPY app /usr/local/bin/
USER app
CMD ["app"]
