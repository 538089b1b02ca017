#!/usr/bin/env bash
# Removes the chains of rules that podman's networks leave behind.
set -uo pipefail
for table in filter nat; do
  for chain in FORWARD POSTROUTING PREROUTING OUTPUT INPUT; do
    # The rules have comments in quotes, which only eval reads.
    iptables -t $table -S $chain 2> /dev/null | grep -E -- '-j NETAVARK' | sed 's/^-A/-D/' | while read -r rule; do
      eval "iptables -t $table $rule"
    done
  done
  chains=$(iptables -t $table -S 2> /dev/null | sed -n 's/^-N \(NETAVARK.*\)/\1/p')
  for chain in $chains; do iptables -t $table -F "$chain"; done
  for chain in $chains; do iptables -t $table -X "$chain" 2> /dev/null; done
done
exit 0
