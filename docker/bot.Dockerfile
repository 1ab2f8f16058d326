# The assistant's image: no compiler, not root, one volume.
FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY connectors connectors
COPY knowledge knowledge
COPY dialogues dialogues
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
 && /venv/bin/lernallianz train \
 && /venv/bin/python -m compileall -q bot connectors knowledge

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home lernallianz
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER lernallianz
ENV LERNALLIANZ_DATA_DIR=/data LERNALLIANZ_WEB_HOST=0.0.0.0 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
  CMD ["/venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/health', timeout=4)"]
ENTRYPOINT ["/venv/bin/lernallianz"]
CMD ["run"]
