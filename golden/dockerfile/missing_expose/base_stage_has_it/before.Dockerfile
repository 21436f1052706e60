FROM node:20-slim AS base
EXPOSE 3000

FROM base
ENV PORT=3000
CMD ["node", "index.js"]
