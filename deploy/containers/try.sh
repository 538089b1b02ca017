#!/usr/bin/env bash
# npm run test:containers: builds the images, starts deploy/compose.yaml, uses it, runs two packages' tests on testcontainers, and
# takes everything down. With a Docker engine and the Compose plugin everything is as in production. Else with podman (as root,
# with runc, docker-compose, debootstrap and iptables), and stand-ins for images that come from registries; then without
# collector, trace store and dashboards, for which there are none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$PWD/node_modules/.bin:$PATH
out=${KITROOM_CONTAINERS_DIR:-$PWD/node_modules/.cache/kitroom/containers}
. deploy/containers/images.sh
services=(auth inventory booking audit gateway)
export KITROOM_PORT=${KITROOM_PORT:-18080}
export TOKEN_ISSUER=http://127.0.0.1:$KITROOM_PORT
undo=()
clean_up() { for ((step = ${#undo[@]} - 1; step >= 0; step--)); do eval "${undo[step]}" || true; done; }
trap clean_up EXIT

run_node() { node --conditions=@kitroom/source --disable-warning=ExperimentalWarning "$@"; }
mkdir -p "$out" && : > "$out/empty.env"
run_node -e "
  const { envFile } = await import('./deploy/local/installation/env-file.ts')
  const { secretVariables } = await import('./deploy/local/installation/variables.ts')
  const { makeSecrets } = await import('./deploy/local/system/secrets.ts')
  process.stdout.write(envFile(secretVariables(await makeSecrets())))" > "$out/secrets.env"

if docker compose version > /dev/null 2>&1 && docker info > /dev/null 2>&1; then
  compose=(docker compose -f deploy/compose.yaml -p kitroom-trial)
  everything=()
  # shellcheck disable=SC2016
  undo+=('"${compose[@]}" --env-file "$out/secrets.env" down --volumes')
  "${compose[@]}" --env-file "$out/secrets.env" build
else
  deploy/containers/stand-ins.sh "$out"
  export CONTAINERS_CONF=$out/containers.conf BUILDAH_FORMAT=docker
  for service in "${services[@]}"; do
    # Compose's short name is found under either.
    podman build --pull-never --network=host --build-arg "SERVICE=$service" --build-arg "NODE_IMAGE=$NODE_IMAGE" \
      -f deploy/Dockerfile -t "kitroom/$service:0.1.0" -t "docker.io/kitroom/$service:0.1.0" . > "$out/build-$service.log" 2>&1 \
      || { tail -n 30 "$out/build-$service.log"; exit 1; }
    echo "✓ the image of $service: $(podman image inspect "docker.io/kitroom/$service:0.1.0" --format '{{.Size}}') bytes"
  done
  forwarding=$(cat /proc/sys/net/ipv4/ip_forward)
  undo+=("echo $forwarding > /proc/sys/net/ipv4/ip_forward" 'deploy/containers/forget-networks.sh')
  export DOCKER_HOST=unix://$out/podman.sock
  podman system service --time=0 "$DOCKER_HOST" > "$out/podman.log" 2>&1 &
  undo+=("kill $!")
  deploy/containers/run-health-checks.sh &
  undo+=("kill $!")
  until [ -S "$out/podman.sock" ]; do sleep 0.2; done
  # Compose 1 does not know `name`.
  grep -v '^name:' deploy/compose.yaml > "$out/compose.yaml"
  compose=(docker-compose -f "$out/compose.yaml" --project-directory deploy -p kitroom-trial)
  everything=(gateway)
  # shellcheck disable=SC2016
  undo+=('"${compose[@]}" --env-file "$out/secrets.env" down --volumes > "$out/down.log" 2>&1')
fi

if "${compose[@]}" --env-file "$out/empty.env" config > /dev/null 2> "$out/refused.log"; then
  echo '✗ Compose does not refuse to start without secrets'; exit 1
fi
grep -q 'run npm run secrets' "$out/refused.log" && echo '✓ without secrets Compose refuses to start: run npm run secrets'
"${compose[@]}" --env-file "$out/secrets.env" up -d --no-build "${everything[@]}" > "$out/up.log" 2>&1 || { tail -n 40 "$out/up.log"; exit 1; }
token=$(sed -n "s/^BOOTSTRAP_TOKEN='\(.*\)'$/\1/p" "$out/secrets.env")
run_node deploy/containers/act.ts "$TOKEN_ISSUER" "$token"

# The tests' own servers in containers too.
[ -z "${CONTAINERS_CONF:-}" ] || export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
KITROOM_TEST_INFRA=containers KITROOM_TEST_POSTGRES_IMAGE=$POSTGRES_IMAGE KITROOM_TEST_NATS_IMAGE=$NATS_IMAGE \
  npm test -- packages/database packages/events
