FROM golang:1.22-alpine AS build
ENV USER=appuser
ENV UID=10001
RUN adduser --disabled-password --gecos "" --home "/nonexistent" --no-create-home --uid "${UID}" "${USER}"
WORKDIR /src
COPY . .
RUN go build -o /relay .

FROM scratch
COPY --from=build /etc/passwd /etc/passwd
COPY --from=build /relay /relay
USER appuser
ENTRYPOINT ["/relay"]
