from alpine:3.20
entrypoint ["top", "-b"]