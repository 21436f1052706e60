from node:20-alpine
workdir /srv
copy . .
expose 3000
healthcheck --interval=30s --timeout=10s --start-period=40s --retries=3 cmd ["nc", "-z", "127.0.0.1", "3000"]
entrypoint ["node", \
  # the server
  "index.js"]