FROM gcr.io/distroless/static-debian12
COPY relay /relay
USER 65532:65532
ENTRYPOINT ["/relay"]
