import { type Descriptions, oneOf, required } from '../../schema/description.ts'

/** What the afloat variant adds to its base, for editors. */
export const afloatDescriptions: Descriptions = {
  config: {
    about: 'A machine: its name, containers, updates, and what else is written at its first boot.',
    fields: {
      hostname:
        'Name of the machine: letters, digits and hyphens, up to 64 characters, with or without a domain.',
      containers: 'Containers that systemd keeps running; each is a service of its name.',
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
        'What is mounted: NAME:/PATH[:OPTIONS] for a volume, /HOST/PATH:/PATH[:OPTIONS] for a path of the machine.',
      environment:
        'Environment variables. The file they are written to may be read by every user of the machine.',
      network: 'bridge (the default), host, none, or the name of a network, which is made.',
      survive: 'Keep running while a soft reboot replaces the operating system. Default: false.',
      restart: oneOf(
        ['always', 'no', 'on-success', 'on-failure', 'on-abnormal', 'on-abort', 'on-watchdog'],
        'When systemd starts it again. Default: always.',
      ),
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
      settle: 'Time for a new release to become healthy, as in 90s, 2m or 1m30s, at most 24h. Default: 60s.',
      health: 'What must work for a new release to stay; otherwise the machine goes back to the one before.',
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
