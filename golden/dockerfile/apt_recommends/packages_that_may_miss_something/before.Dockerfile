FROM ubuntu:24.04
RUN apt-get update && apt-get install -y \
    # the image library
    imagemagick \
    gcc \
    $EXTRA_PACKAGES \
  && rm -rf /var/lib/apt/lists/*
