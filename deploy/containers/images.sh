# The images that deploy/compose.yaml and deploy/Dockerfile name, for the scripts beside this one.
compose=$(dirname "${BASH_SOURCE[0]}")/../compose.yaml
image() { sed -n "s|^ *image: \(.*$1:.*\)$|\1|p" "$compose" | head -n 1; }
POSTGRES_IMAGE=$(image library/postgres)
NATS_IMAGE=$(image library/nats)
NODE_IMAGE=$(sed -n 's|^ARG NODE_IMAGE=||p' "$(dirname "${BASH_SOURCE[0]}")/../Dockerfile")
