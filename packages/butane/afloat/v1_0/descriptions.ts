import { type Descriptions, oneOf, required } from '../../schema/description.ts'
import { bootContainersDescriptions } from './boot-containers-descriptions.ts'

/** What the afloat variant adds to its base, for editors. */
export const afloatDescriptions: Descriptions = {
  ...bootContainersDescriptions,
  config: {
    about: 'A machine: its name, containers, updates, and what else is written at its first boot.',
    fields: {
      include:
        'Files that this one builds on, relative to it; where both say something, this one does. Lists merge by name.',
      hostname:
        'Name of the machine: letters, digits and hyphens, up to 64 characters, with or without a domain.',
      containers: 'Containers that systemd keeps running; each is a service of its name.',
      volumes:
        'Volumes that podman makes; containers name them. One that needs nothing special need not be here.',
      networks:
        'Networks that podman makes; containers name them. One that needs nothing special need not be here.',
      extensions: 'Images that add files to /usr, merged anew at each start of the system.',
      boot_containers:
        'A pipeline of boot2container, instead of an operating system: it becomes a kernel command line.',
      updates: 'Where releases of the operating system come from, and how they are put in place.',
    },
  },
  container: {
    about: 'A container, and the service of the same name that runs it.',
    fields: {
      name: required('Name of the container and of its service: letters, digits, "_", "." and "-".'),
      image: required('Image in full, with its registry, as in registry.example.com/shop:7@sha256:…'),
      command:
        'What to run instead of what the image says: a line that is split at spaces, or a list of words.',
      ports: 'Ports of the machine that lead into the container, as [ADDRESS:]HOST:CONTAINER[/PROTOCOL].',
      volumes:
        'What is mounted: NAME:/PATH[:OPTIONS] for a volume, /HOST/PATH:/PATH[:OPTIONS] for a path of the machine, or an object.',
      environment:
        'Environment variables. The file they are written to may be read by every user of the machine.',
      network: 'bridge (the default), host, none, or the name of a network, which is made.',
      health: 'What shows that it is well. Without it, a container is well as long as it runs.',
      limits: 'What it may use at most.',
      survive: 'Keep running while a soft reboot replaces the operating system. Default: false.',
      restart: oneOf(
        ['always', 'no', 'on-success', 'on-failure', 'on-abnormal', 'on-abort', 'on-watchdog'],
        'When systemd starts it again. Default: always.',
      ),
    },
  },
  health_probe: {
    about: 'A command that podman runs in the container now and then.',
    fields: {
      command: required(
        'What to run: a line for the shell of the image, or a list of words without any. Exit code 0 is well.',
      ),
      interval: 'Time between two probes, as in 30s or 5m. Default: 30s.',
      timeout: 'A probe that takes longer has failed. Default: 30s.',
      retries: 'So many failures in a row make a container unhealthy. Default: 3.',
      start_period: 'Failures so soon after the start do not count. Default: 0s.',
      on_failure: oneOf(
        ['restart', 'none'],
        'restart (default): an unhealthy container is killed, and started again as restart says. none: it is only shown.',
      ),
    },
  },
  limits: {
    about: 'What a container may use at most.',
    fields: {
      memory: 'Memory, as in 512M or 2G, in powers of 1024. What goes beyond is ended by the kernel.',
      cpus: 'Processors, as in 0.5 or 2.',
      pids: 'Processes and threads. Default: 2048.',
      open_files: 'Open files of each process.',
      shm_size: 'Size of /dev/shm, as in 64M. Default: 64M.',
    },
  },
  volume_mount: {
    about: 'A volume or a path of the machine that is mounted in a container.',
    fields: {
      source: required('Name of a volume, or a full path of the machine.'),
      target: required('Where it is in the container: a full path.'),
      read_only: 'Whether the container may only read it. Default: false.',
      options: 'Further options of podman, such as z, U or nocopy.',
    },
  },
  volume: {
    about: 'A volume that podman makes when it is first needed, and then keeps as it is.',
    fields: {
      name: required('Name of the volume: letters, digits, "_", "." and "-".'),
      driver: 'Driver of podman. Default: local.',
      type: 'File system type to mount, as for mount -t; none for a folder that is bound.',
      device:
        'What to mount: a device, a server with its path, a folder of the machine, or a word such as tmpfs.',
      options: 'Mount options, as for mount -o.',
      labels: 'Labels by name.',
    },
  },
  network: {
    about: 'A network that podman makes when it is first needed, and then keeps as it is.',
    fields: {
      name: required('Name of the network: letters, digits, "_", "." and "-".'),
      driver: oneOf(['bridge', 'macvlan', 'ipvlan'], 'How containers are attached. Default: bridge.'),
      subnet: 'Subnets, as in 10.89.0.0/24 or fd00:89::/64. Default: one that is free.',
      gateway: 'Address of the machine in each subnet, in their order. Default: the first.',
      ip_range:
        'What containers get addresses from, for each subnet: a smaller one, or FIRST-LAST. Default: all of it.',
      ipv6: 'IPv6 as well. Default: only with a subnet of IPv6.',
      internal: 'Without a way to other networks. Default: false.',
      dns: 'Addresses of name servers to use instead of those of the machine.',
      disable_dns: 'Whether containers cannot find each other by name. Default: false.',
      options: 'Options of the driver by name, such as mtu, vlan, isolate or parent.',
      labels: 'Labels by name.',
    },
  },
  extension: {
    about: 'A system extension image: a squashfs or EROFS file system with usr/, as systemd-sysext takes it.',
    fields: {
      name: required(
        'Name of the extension; the image has usr/lib/extension-release.d/extension-release.NAME.',
      ),
      url: required('http: or https: URL that it is fetched from at the first boot.'),
      hash: required('What it must have: sha256- or sha512- and hexadecimal digits.'),
    },
  },
  updates: {
    about: 'How the machine is updated. Without this section it takes no updates.',
    fields: {
      server: required('http: or https: URL at which the machine asks for releases.'),
      group: 'What the machine belongs to at the server. Default: stable.',
      channel: 'Channel to take releases from instead of that of the group; only Afloat servers heed it.',
      public_keys:
        'A release must be signed by one of these keys: base64, as afloat key generate prints, or PEM.',
      strategy: oneOf(
        ['auto', 'soft-required', 'reboot'],
        'auto (default): soft reboot where possible, else reboot. soft-required: soft reboot or no update. reboot: always reboot.',
      ),
      kexec: 'Start a new kernel without the firmware where a reboot is needed. Default: false.',
      automatic: 'Install what is found. false: only show it, and wait for a person. Default: true.',
      windows:
        'When the machine may act by itself. Fetching is not bound to them, nor is a person. Default: at any time.',
      settle: 'Time for a new release to become healthy, as in 90s, 2m or 1m30s, at most 24h. Default: 60s.',
      health: 'What must work for a new release to stay; otherwise the machine goes back to the one before.',
    },
  },
  window: {
    about: 'A time that comes again each day or week.',
    fields: {
      start: required(
        'Days and time of day at which it begins, as in 02:00, Mon-Fri 02:00 or Sat,Sun 04:30.',
      ),
      duration: required('How long it lasts, as in 2h or 90m; 15m to 168h.'),
      timezone: 'Time zone of start, as in Europe/Berlin. Default: UTC.',
    },
  },
  health_check: {
    about: 'A unit that must be active for a release to be good.',
    fields: {
      unit: required('Name of the unit with its extension, as in shop.service.'),
      url: 'http: or https: URL that must answer as well.',
    },
  },
}
