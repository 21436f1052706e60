FROM ruby:3.3-slim
ARG SECRET_KEY_BASE
ENV SECRET_KEY_BASE=$SECRET_KEY_BASE
RUN bundle exec rails assets:precompile
