FROM node:20-slim
COPY . /srv
HEALTHCHECK --interval=10s \
    # generous, the first request compiles
    --timeout=20s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:3000/healthz').then(r=>process.exit(r.ok?0:1)).catch(()=>process.exit(1))"]
CMD ["node", "/srv/index.js"]
