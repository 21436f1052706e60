from debian:12-slim
  maintainer "Jane \"JD\" Doe, $5 <jane@example.com>"