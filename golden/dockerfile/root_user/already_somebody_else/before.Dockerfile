FROM node:20-slim AS build
RUN npm install --global pnpm
WORKDIR /app
COPY . .
RUN pnpm install && pnpm build

FROM node:20-slim AS base
USER 1000

FROM base
COPY --from=build /app/dist /app
CMD ["node", "/app/main.js"]
