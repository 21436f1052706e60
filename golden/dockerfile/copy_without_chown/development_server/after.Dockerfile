FROM node:20-slim
WORKDIR /app
COPY --chown=1000:1000 package*.json ./
RUN npm ci
COPY --link --chown=1000:1000 . .
USER node
CMD ["npx", "next", "dev"]
