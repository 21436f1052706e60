FROM node:20-slim
WORKDIR /app
COPY . .
USER 1000
CMD ["node", "index.js"]
