FROM python:3.12-slim AS base
HEALTHCHECK CMD python /srv/check.py
EXPOSE 8000

FROM base
CMD ["gunicorn", "shop:app"]
