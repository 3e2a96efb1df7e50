# The bot on Discord, with Node.js for its demos. Run it read-only, with a volume for its scores and a small
# /tmp, and with no right that it does not need; DISCORD_TOKEN=… stands in a file `.env`:
#   docker run -d --name tandem --restart unless-stopped --read-only --tmpfs /tmp --cap-drop ALL \
#     --security-opt no-new-privileges --pids-limit 512 --memory 1g -v tandem:/data --env-file .env tandem
# With PostgreSQL, set TANDEM_DATABASE_URL, and leave the volume out.

FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
RUN /venv/bin/pip install --no-cache-dir -c constraints.txt '.[node]'

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin tandem && install -d -o tandem -g tandem /data
COPY --from=build /venv /venv
COPY content /content
# Read once here, so that no start has to: what is found is kept beside Python's compiled modules.
RUN /venv/bin/python -m bot.catalog /content > /dev/null
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    TANDEM_CONTENT_DIR=/content \
    TANDEM_DATABASE_URL=sqlite:////data/tandem.db \
    TANDEM_LOG_FORMAT=json \
    TANDEM_METRICS_PORT=9464
USER 10001:10001
WORKDIR /
EXPOSE 9464
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['TANDEM_METRICS_PORT'] + '/healthz', timeout=4)"]
CMD ["python", "-m", "bot", "run"]
