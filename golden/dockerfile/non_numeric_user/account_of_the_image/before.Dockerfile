FROM node:20-slim
WORKDIR /app
COPY . .
user node
CMD ["node", "index.js"]
