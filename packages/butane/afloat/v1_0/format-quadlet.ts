import { formatUnit, formatWord, formatWords, splitWords, type UnitEntry } from '@afloat/unitfile'
import type { Container } from './schema.ts'

/** The Quadlet file of a container that `checkContainer` has accepted. Source: podman-systemd.unit(5) */
export function formatContainer(container: Container): string {
  const {
    name,
    image,
    command = [],
    ports = [],
    volumes = [],
    environment = {},
    network = 'bridge',
  } = container
  const words = typeof command === 'string' ? (splitWords(command) ?? []) : command
  return formatUnit(
    {
      sections: [
        { name: 'Unit', entries: unitEntries(`Container ${name}`, container.survive ?? false) },
        {
          name: 'Container',
          entries: [
            entry('ContainerName', name),
            entry('Image', image),
            ...(words.length > 0 ? [entry('Exec', formatWords(words))] : []),
            ...ports.map((port) => entry('PublishPort', port)),
            ...volumes.map((volume) => entry('Volume', volume)),
            ...Object.entries(environment).map(([key, value]) =>
              entry('Environment', formatWord(`${key}=${value}`)),
            ),
            ...(network === 'bridge'
              ? []
              : [entry('Network', isBuiltIn(network) ? network : `${network}.network`)]),
          ],
        },
        {
          name: 'Service',
          entries: [
            entry('Restart', container.restart ?? 'always'),
            entry('RestartSec', String(RESTART_SEC)),
            entry('TimeoutStartSec', String(START_TIMEOUT_SEC)),
          ],
        },
        { name: 'Install', entries: [entry('WantedBy', 'multi-user.target')] },
      ],
    },
    { header: 'Written by afloat config compile' },
  )
}

/** The Quadlet file of a network that containers name. */
export function formatNetwork(name: string, survive: boolean): string {
  return formatUnit(
    {
      sections: [
        { name: 'Unit', entries: unitEntries(`Network ${name}`, survive) },
        { name: 'Network', entries: [entry('NetworkName', name)] },
      ],
    },
    { header: 'Written by afloat config compile' },
  )
}

/** Networks that podman has without a Quadlet file. */
export const BUILT_IN: readonly string[] = ['bridge', 'host', 'none']

export function isBuiltIn(network: string): boolean {
  return BUILT_IN.includes(network)
}

const RESTART_SEC = 5
/** Starting includes pulling the image, which takes minutes on a slow line. */
const START_TIMEOUT_SEC = 900

/**
 * For `survive`, the settings that keep a unit up through a soft reboot.
 * Source: systemd-soft-reboot.service(8), "Resource pass-through"; systemd.unit(5)
 */
function unitEntries(description: string, survive: boolean): UnitEntry[] {
  return [
    entry('Description', description),
    entry('Wants', 'network-online.target'),
    entry('After', 'network-online.target'),
    ...(survive ? SURVIVAL : []),
  ]
}

const SHUTDOWNS = 'reboot.target kexec.target poweroff.target halt.target rescue.target emergency.target'

const SURVIVAL: UnitEntry[] = [
  entry('DefaultDependencies', 'no'),
  entry('IgnoreOnIsolate', 'yes'),
  entry('SurviveFinalKillSignal', 'yes'),
  entry('After', 'basic.target'),
  entry('Conflicts', SHUTDOWNS),
  entry('Before', `shutdown.target ${SHUTDOWNS}`),
]

function entry(key: string, value: string): UnitEntry {
  return { key, value }
}
