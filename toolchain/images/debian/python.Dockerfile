# Python 3.11 as Debian 12 has it, under the names the official image gives it.
FROM debian:bookworm-slim
RUN --mount=type=secret,id=apt-sources,target=/etc/apt/sources.list \
    apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates netbase python3 python3-pip \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/log/apt /var/log/dpkg.log \
    # The official image's pip installs into the system's folders as well.
    && rm -f /usr/lib/python3.11/EXTERNALLY-MANAGED \
    && ln -s /usr/bin/python3 /usr/local/bin/python \
    && ln -s /usr/bin/python3 /usr/local/bin/python3 \
    && find / -xdev -name __pycache__ -prune -exec rm -rf {} +
ENV LANG=C.UTF-8
CMD ["python3"]
