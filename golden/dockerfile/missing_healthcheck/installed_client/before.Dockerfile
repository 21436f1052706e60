FROM registry.example.com/base/runtime:4
RUN apk add --no-cache bash
EXPOSE 9000
CMD ["/opt/server"]
