# Debian 12 as its own packages make it, where the official image cannot be had.
FROM scratch
ADD root.tar /
COPY sources.list /etc/apt/sources.list
CMD ["bash"]
