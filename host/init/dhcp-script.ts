/**
 * Returns the script that udhcpc runs when it has got a lease. The name servers of all interfaces go to `resolvConf`;
 * `leases` is a folder with a file for each interface that has an address. Of several ways out the one of the interface
 * that was there first counts.
 * Whoever sees that an interface has an address finds its name servers in place, and never half of a file.
 * Builtins where they will do: the container waits for this, and a program costs more than ten milliseconds under emulation.
 * `onlink`: some clouds give a /32 with a gateway outside of it.
 * `additions` may have a script for an interface, which sets what is wanted besides the lease each time that one comes;
 * what it prints stands before the name servers of the lease.
 */
export function dhcpScript({
  resolvConf,
  leases,
  additions,
}: {
  resolvConf: string
  leases: string
  additions?: string
}): string {
  const add =
    additions === undefined ? '' : `[ ! -e "${additions}/$interface" ] || . "${additions}/$interface"\n  `
  return `#!/bin/sh
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
[ "$1" = renew ] || ip -4 addr flush dev "$interface"
ip addr replace "$ip/\${mask:-24}" dev "$interface"
read -r index < "/sys/class/net/$interface/ifindex"
metric=$((100 + index))
[ -z "$router" ] || ip route replace default via "\${router%% *}" dev "$interface" onlink metric "$metric"
tell() {
  for file in "${leases}"/* "$@"; do
    [ -e "$file" ] && while read -r line; do echo "$line"; done < "$file"
  done > "${resolvConf}.$interface"
  mv "${resolvConf}.$interface" "${resolvConf}"
}
new="${leases}/.$interface"
{
  ${add}for address in $dns; do echo "nameserver $address"; done
} > "$new"
[ -e "${leases}/$interface" ] || tell "$new"
mv "$new" "${leases}/$interface"
tell
`
}
