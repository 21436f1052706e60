FROM nginx:1.27-alpine
COPY nginx.conf /etc/nginx/nginx.conf
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD ["nc", "-z", "127.0.0.1", "80"]
