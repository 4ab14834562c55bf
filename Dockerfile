# Potluck with its own Java runtime, as an unprivileged user. It writes only to /data and /tmp:
#   docker build -t potluck . && docker run --read-only --tmpfs /tmp -v potluck:/data -p 127.0.0.1:8008:8008 potluck
# docs/operate/production.md lists the settings. Pin both base images by digest if you build for others.

FROM maven:3.9-eclipse-temurin-25 AS build
# Not as root: the build starts Potluck once for the start-up cache, and PostgreSQL refuses to run as root.
RUN useradd --create-home --uid 10001 builder
USER 10001
WORKDIR /home/builder/potluck
COPY --chown=10001:10001 . .
RUN ./potluck package /home/builder/potluck.tar.gz \
  && mkdir /home/builder/packed \
  && tar -C /home/builder/packed --strip-components=1 -xzf /home/builder/potluck.tar.gz

# This image has glibc, libstdc++, a shell and setsid; no packages are added.
FROM debian:trixie-slim
# The embedded PostgreSQL needs a name for the user that starts it.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin potluck \
  && install -d -o potluck -g potluck -m 700 /data
COPY --from=build --chown=0:0 /home/builder/packed /opt/potluck
ENV APP_ENV=production HOST=0.0.0.0 PORT=8008 POTLUCK_HOME=/data POTLUCK_JAVA_OPTS=-XX:MaxRAMPercentage=60
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8008
# /livez: the process runs. /readyz: it may receive requests.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${PORT} && printf 'GET /livez HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && grep -q alive <&3"]
ENTRYPOINT ["/opt/potluck/potluck"]
CMD ["start"]
