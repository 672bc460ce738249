# Slim, without root, with the model and a first index inside: it answers as soon as it starts.
FROM python:3.11-slim AS build
# Options for pip, for example where to find a build of torch without CUDA.
ARG PIP_OPTIONS=""
WORKDIR /app
RUN python -m venv /venv
COPY constraints.txt pyproject.toml README.md LICENSE NOTICE ./
COPY bot bot
COPY index index
RUN /venv/bin/pip install --no-cache-dir $PIP_OPTIONS -c constraints.txt .
COPY corpus corpus
RUN DATA_DIR=/data /venv/bin/python -m index build && rm -f /data/build.lock

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Yuanhua" \
      org.opencontainers.image.description="Telegram bot that answers with verbatim quotes" \
      io.yuanhua.index-format="6"
RUN useradd --uid 10001 --create-home yuanhua
COPY --from=build /venv /venv
COPY --from=build --chown=yuanhua /app /app
COPY --from=build --chown=yuanhua /data /data
WORKDIR /app
USER yuanhua
# What libraries keep for themselves goes where a read-only container can be written to.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data CORPUS_DIR=/app/corpus \
    MPLCONFIGDIR=/tmp HF_HOME=/data/models
VOLUME /data
HEALTHCHECK --interval=30s --timeout=20s --start-period=60s CMD ["python", "-m", "bot", "--healthy"]
# The exec form, so that the bot itself hears SIGTERM.
CMD ["python", "-m", "bot"]
