/** Folders and files of the initramfs that several steps know. */
export const places = {
  /** What PID 1 does when this program has ended; a shell script. */
  next: '/run/afloat/next',
  /** Where the cache is mounted. */
  cache: '/run/afloat/cache',
  /** Images and containers, without a cache. */
  memoryStore: '/var/lib/containers/storage',
  /** Everything but images that has no cache to be on. */
  memory: '/run/afloat',
  /** Named file systems are mounted below. */
  filesystems: '/run/afloat/filesystems',
  /** A file for each interface that has an address. */
  network: '/run/afloat/network',
  resolvConf: '/etc/resolv.conf',
  /** Certificates of authorities: those of the base, and those that a pack adds. */
  certificates: '/etc/ssl/certs/ca-certificates.crt',
  authorities: '/usr/share/afloat/authorities',
  seeds: '/usr/share/afloat/seed',
  /** What puts podman in its place, as the first call of podman would. */
  unpackPodman: '/usr/lib/afloat/podman.sh',
  keymaps: '/usr/share/afloat/keymaps',
  /** Modules that users add by an archive of theirs; the first is where boot2container has them. */
  modules: ['/usr_mods', '/usr/lib/afloat/modules'],
} as const
