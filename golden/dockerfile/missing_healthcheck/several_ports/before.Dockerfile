FROM debian:12-slim
COPY broker /usr/local/bin/
EXPOSE 1883 8883 9001
CMD ["broker"]
