/**
 * Returns the script that udhcpc runs when it has got a lease. The name servers of all interfaces go to `resolvConf`;
 * `leases` is a folder with a file for each interface that has an address. Of several ways out the one of the interface
 * that was there first counts.
 * Whoever sees that an interface has an address finds its name servers in place, and never half of a file.
 * `onlink`: some clouds give a /32 with a gateway outside of it.
 */
export function dhcpScript({ resolvConf, leases }: { resolvConf: string; leases: string }): string {
  return `#!/bin/sh
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
[ "$1" = renew ] || ip addr flush dev "$interface"
ip addr replace "$ip/\${mask:-24}" dev "$interface"
metric=$((100 + $(cat "/sys/class/net/$interface/ifindex")))
[ -z "$router" ] || ip route replace default via "\${router%% *}" dev "$interface" onlink metric "$metric"
tell() {
  cat "${leases}"/* "$@" > "${resolvConf}.$interface" 2>/dev/null
  mv "${resolvConf}.$interface" "${resolvConf}"
}
new="${leases}/.$interface"
for address in $dns; do echo "nameserver $address"; done > "$new"
[ -e "${leases}/$interface" ] || tell "$new"
mv "$new" "${leases}/$interface"
tell
`
}
