FROM registry.example.com/base/runtime:4
RUN apk add --no-cache bash
EXPOSE 9000
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD ["bash", "-c", ": > /dev/tcp/127.0.0.1/9000"]
CMD ["/opt/server"]
