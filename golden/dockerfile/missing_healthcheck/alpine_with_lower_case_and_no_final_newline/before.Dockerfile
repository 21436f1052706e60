from node:20-alpine
workdir /srv
copy . .
expose 3000
entrypoint ["node", \
  # the server
  "index.js"]