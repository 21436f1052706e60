FROM gcr.io/distroless/static-debian12:nonroot
COPY relay /relay
HEALTHCHECK CMD /relay health
ENTRYPOINT ["/relay"]
