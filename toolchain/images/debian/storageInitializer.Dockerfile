# KServe's storage initializer: its own Python package with what s3://, http(s):// and file:// need. The other
# schemes' cloud libraries are ten times its size; who needs those takes the official image.
FROM python:3.11-slim-bookworm
ARG REQUIREMENTS
# KSERVE declares every cloud's library as a dependency and imports each only when its scheme is used.
ARG KSERVE
RUN pip install --no-cache-dir --no-compile --disable-pip-version-check --root-user-action=ignore ${REQUIREMENTS} \
    && pip install --no-cache-dir --no-compile --disable-pip-version-check --root-user-action=ignore --no-deps ${KSERVE} \
    && useradd kserve --create-home --uid 1000 --home-dir /home/kserve \
    && mkdir /work \
    && chown -R kserve:kserve /mnt
COPY --chmod=0755 storage-initializer /storage-initializer/scripts/initializer-entrypoint
WORKDIR /work
USER 1000
ENTRYPOINT ["/storage-initializer/scripts/initializer-entrypoint"]
