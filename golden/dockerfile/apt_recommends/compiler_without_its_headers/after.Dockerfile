FROM debian:12-slim AS build
# gcc only recommends the headers of the C library
RUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*
COPY main.c .
RUN gcc -o /main main.c

FROM debian:12-slim
COPY --from=build /main /main
CMD ["/main"]
