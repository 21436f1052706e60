from node:20-slim
env NODE_ENV=production \
    PORT=8080
copy . /srv
expose 8080
healthcheck cmd node /srv/health.js
entrypoint ["node", "/srv/index.js"]