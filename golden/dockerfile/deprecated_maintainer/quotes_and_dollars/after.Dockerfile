from debian:12-slim
  label org.opencontainers.image.authors="\"Jane \\\"JD\\\" Doe, \$5 <jane@example.com>\""