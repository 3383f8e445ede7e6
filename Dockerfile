# CPU image with the embedding model and the shipped corpus's index baked in; runs without a network.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/yorozu
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
# torch by itself, so that --build-arg TORCH_INDEX_URL=… can point to its CPU builds; the default builds for
# x86-64 bring gigabytes of CUDA that this image never uses.
ARG TORCH_INDEX_URL=
COPY constraints.txt pyproject.toml README.md LICENSE ./
RUN pip install --constraint constraints.txt ${TORCH_INDEX_URL:+--index-url "$TORCH_INDEX_URL"} torch
COPY app app
COPY ingest ingest
COPY eval eval
COPY prompts prompts
COPY corpus corpus
RUN pip install --constraint constraints.txt --editable . \
    && yorozu model \
    && yorozu ingest

FROM python:3.11-slim-bookworm
# A PDF without fonts of its own is laid out with one of the machine's; without any its lines come out of order.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /srv/yorozu yorozu
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=10001:10001 /srv/yorozu /srv/yorozu
# Where deploy/ mounts what outlives a container: a new volume takes over owner and contents.
RUN install --directory --owner=10001 --group=10001 /data /generations
COPY --from=build --chown=10001:10001 /srv/yorozu/corpus /corpus
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 YOROZU_HOST=0.0.0.0 YOROZU_PORT=8000
WORKDIR /srv/yorozu
USER 10001
VOLUME ["/srv/yorozu/var"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["yorozu", "serve"]
