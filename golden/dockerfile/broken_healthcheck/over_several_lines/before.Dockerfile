FROM node:20-slim
COPY . /srv
HEALTHCHECK --interval=10s \
    # generous, the first request compiles
    --timeout=20s \
    CMD curl --fail http://localhost:3000/healthz || exit 1
CMD ["node", "/srv/index.js"]
