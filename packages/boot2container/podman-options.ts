/** Options of `podman create` that take a value. Source: podman-create(1) of podman 5.4, and hidden ones */
export const VALUE_OPTIONS: ReadonlySet<string> = new Set(
  (
    'add-host annotation arch attach authfile blkio-weight blkio-weight-device cap-add cap-drop cert-dir cgroup-conf ' +
    'cgroup-parent cgroupns cgroups chrootdirs cidfile conmon-pidfile cpu-period cpu-quota cpu-rt-period cpu-rt-runtime ' +
    'cpu-shares cpus cpuset-cpus cpuset-mems creds decryption-key device device-cgroup-rule device-read-bps ' +
    'device-read-iops device-write-bps device-write-iops dns dns-opt dns-option dns-search entrypoint env env-file ' +
    'env-merge expose gidmap gpus group-add group-entry health-cmd health-interval health-log-destination ' +
    'health-max-log-count health-max-log-size health-on-failure health-retries health-start-period ' +
    'health-startup-cmd health-startup-interval health-startup-retries health-startup-success health-startup-timeout ' +
    'health-timeout hostname hosts-file hostuser image-volume init-ctr init-path ip ip6 ipc label label-file ' +
    'link-local-ip log-driver log-opt mac-address memory memory-reservation memory-swap memory-swappiness mount name ' +
    'net network network-alias ns-opt oom-score-adj os passwd-entry personality pid pidfile pids-limit platform pod ' +
    'pod-id-file publish pull rdt-class requires restart retry retry-delay sdnotify seccomp-policy secret security-opt ' +
    'shm-size shm-size-systemd signature-policy stop-signal stop-timeout subgidname subuidname sysctl systemd timeout ' +
    'tmpfs tz uidmap ulimit umask unsetenv user userns uts variant volume volumes-from workdir'
  ).split(' '),
)

/** Those that are on or off, with a value only as `--name=value`. */
export const SWITCH_OPTIONS: ReadonlySet<string> = new Set(
  (
    'disable-content-trust env-host help http-proxy init interactive no-healthcheck no-hostname no-hosts ' +
    'oom-kill-disable passwd privileged publish-all quiet read-only read-only-tmpfs replace rm rootfs tls-verify tty ' +
    'unsetenv-all'
  ).split(' '),
)

export const SHORT_OPTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: 'attach',
    c: 'cpu-shares',
    e: 'env',
    h: 'hostname',
    i: 'interactive',
    l: 'label',
    m: 'memory',
    p: 'publish',
    P: 'publish-all',
    q: 'quiet',
    t: 'tty',
    u: 'user',
    v: 'volume',
    w: 'workdir',
  }),
)
