# One image for the web server and for the delivery worker:
#   web      docker run -p 127.0.0.1:5000:5000 -v reports:/data scf_report
#   worker   docker run -v reports:/data scf_report flask --app app deliver
# It is built by the Makefile's own set-up, so that both ways to run install the same things.

FROM node:22-bookworm-slim AS node

FROM python:3.11-slim-bookworm AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# The packages change rarely: they have a layer of their own.
COPY Makefile requirements.txt package.json package-lock.json ./
COPY .ci/uv.txt .ci/uv.txt
RUN make .venv/.run node_modules/.ready
COPY . .
# What only set-up needs does not go into the image.
RUN make setup \
 && .venv/bin/python -m pip uninstall --quiet --yes uv pip \
 && rm -rf node_modules

FROM python:3.11-slim-bookworm
# Its home is no volume: the server keeps a control socket there, which containers must not share.
RUN useradd --system --uid 10001 --home-dir /tmp report \
 && install -d -o report -g report /data
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SCF_DATA_DIR=/data
WORKDIR /app
USER report
VOLUME /data
EXPOSE 5000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:5000/healthz', timeout=4)"]
CMD ["python", "-m", "gunicorn", "--bind=0.0.0.0:5000", "--worker-class=gthread", "--workers=2", "--threads=16", "--graceful-timeout=20", "--log-level=warning", "--no-control-socket", "app:create_app()"]
