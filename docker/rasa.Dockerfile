# Rasa as parser and policy, trained while building; keeps nothing, runs as nobody in particular.
# Build from the project's folder after `make train`: docker build -f docker/rasa.Dockerfile -t lernallianz-rasa .
FROM python:3.10-slim-bookworm AS built
WORKDIR /rasa
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 RASA_TELEMETRY_ENABLED=false
COPY requirements/rasa.txt .
RUN python -m venv venv && venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r rasa.txt
COPY build/rasa/ project/
RUN cd project && ../venv/bin/rasa train --domain domain --fixed-model-name lernallianz

FROM python:3.10-slim-bookworm
RUN useradd --system --create-home --home-dir /rasa rasa
WORKDIR /rasa
ENV RASA_TELEMETRY_ENABLED=false
COPY --from=built /rasa/venv venv
COPY --from=built /rasa/project/models/lernallianz.tar.gz models/
USER rasa
EXPOSE 5005
ENTRYPOINT ["/rasa/venv/bin/rasa", "run", "--enable-api", "--port", "5005", "--model", "/rasa/models/lernallianz.tar.gz"]
