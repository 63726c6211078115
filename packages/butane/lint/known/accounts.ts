export interface Accounts {
  readonly users: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
}

/** Users of Debian's base-passwd 3.6. */
const baseUsers = words(`
  root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc _apt nobody
`)

/** Groups of Debian's base-passwd 3.6. */
const baseGroups = words(`
  root daemon bin sys adm tty disk lp mail news uucp man proxy kmem dialout fax voice cdrom floppy tape sudo audio dip
  www-data backup operator list irc src shadow utmp video sasl plugdev staff games users nogroup
`)

/** What systemd 257 and its parts declare in sysusers.d; each of these users has a group of its name. */
const systemdUsers = words('systemd-network systemd-resolve systemd-timesync messagebus')
const systemdGroups = words('input sgx clock kvm render systemd-journal')

/** What the packages of Afloat's image add. The user sshd has no group of its own. */
const afloat: Accounts = {
  users: new Set([...baseUsers, ...systemdUsers, 'sshd']),
  groups: new Set([...baseGroups, ...systemdUsers, ...systemdGroups]),
}

/**
 * Users of the images that the other variants are for: Fedora's setup package, Flatcar's baselayout, and what packages
 * of these images bring. Taken together, because a name that one of them lacks is a smaller harm than a false alarm.
 */
const otherUsers = words(`
  core adm shutdown halt operator ftp polkitd dbus sshd chrony tss rpc rpcuser rtkit dnsmasq nfsnobody clevis etcd
  systemd-coredump systemd-oom systemd-journal-remote systemd-journal-upload systemd-bus-proxy
  zincati cockpit-ws cockpit-wsinstance openvswitch hugetlbfs unbound gluster ceph avahi kube containers
  rkt portage tcpdump fleet locksmith ntp sssd pcscd setroubleshoot
`)
const otherGroups = words(`
  wheel mem cdrom lock floppy ssh_keys dialout docker portage rkt rkt-admin fleet cgred printadmin render netdev
  wireshark hugetlbfs utempter tape libvirt qemu
`)
const others: Accounts = {
  users: new Set([...baseUsers, ...systemdUsers, ...otherUsers]),
  groups: new Set([
    ...baseGroups,
    ...systemdUsers,
    ...systemdGroups,
    ...otherUsers,
    ...otherGroups,
    'nobody',
    'ftp',
  ]),
}

/** Users and groups that the image of a variant has before a config adds any. */
export function baseAccounts(variant: string): Accounts {
  return variant === 'afloat' ? afloat : others
}

function words(text: string): string[] {
  return text.trim().split(/\s+/)
}
