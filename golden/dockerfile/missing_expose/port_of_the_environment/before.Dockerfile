from node:20-slim
env NODE_ENV=production \
    PORT=8080
copy . /srv
healthcheck cmd node /srv/health.js
entrypoint ["node", "/srv/index.js"]