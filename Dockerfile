# The service in a container. It listens on all addresses *inside* the container;
# publish it on loopback only, as the README shows:
#   docker build -t privacy-assistant .
#   docker run --rm -p 127.0.0.1:8765:8765 -v privacy-assistant:/data privacy-assistant
FROM node:22-slim AS extension
WORKDIR /extension
COPY extension .
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
    && npm run assemble \
    && rm -rf node_modules

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY assistant assistant
COPY --from=extension /extension extension
COPY models models
RUN python -m venv /opt/assistant \
    && /opt/assistant/bin/pip install --no-cache-dir --disable-pip-version-check . \
    && find /opt/assistant -name __pycache__ -prune -exec rm -rf {} +

FROM python:3.13-slim
LABEL org.opencontainers.image.title="privacy-assistant" \
      org.opencontainers.image.licenses="Apache-2.0 AND LicenseRef-models"
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libjpeg-turbo-progs \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 assistant \
    && install -d -o assistant -g assistant -m 0700 /data
COPY --from=build /opt/assistant /opt/assistant
ENV PATH=/opt/assistant/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PRIVACY_ASSISTANT_DATA_DIR=/data
USER assistant
VOLUME /data
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD ["python", "-c", \
  "import urllib.request as r; r.urlopen('http://127.0.0.1:8765/api/v1/health', timeout=2)"]
ENTRYPOINT ["privacy-assistant"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8765"]
