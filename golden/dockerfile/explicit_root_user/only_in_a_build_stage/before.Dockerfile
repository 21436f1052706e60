FROM node:20-slim AS build
USER root
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*

FROM node:20-slim
USER root
RUN npm install --global serve@14
USER node
CMD ["serve", "-l", "3000", "/srv"]
