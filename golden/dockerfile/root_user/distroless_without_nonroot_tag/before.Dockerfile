FROM gcr.io/distroless/static-debian12
COPY relay /relay
ENTRYPOINT ["/relay"]
