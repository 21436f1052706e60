FROM node:20-slim
WORKDIR /app
COPY . .
user 1000
CMD ["node", "index.js"]
