import { flag, integer, many, manyOrTexts, type ObjectShape, one, text, texts } from '@afloat/ignition'
import { bootContainersField, bootContainersSugar } from './boot-containers-schema.ts'

/** What the afloat variant adds to its base. */
export const afloatSugar: Readonly<Record<string, ObjectShape>> = {
  config: {
    include: { kind: 'words' },
    hostname: text,
    containers: many('container'),
    volumes: many('volume'),
    networks: many('network'),
    extensions: many('extension'),
    updates: one('updates'),
    ...bootContainersField,
  },
  ...bootContainersSugar,
  container: {
    name: text,
    image: text,
    command: { kind: 'words' },
    ports: texts,
    volumes: manyOrTexts('volume_mount'),
    environment: { kind: 'strings' },
    network: text,
    health: one('health_probe'),
    limits: one('limits'),
    survive: flag,
    restart: text,
  },
  health_probe: {
    command: { kind: 'words' },
    interval: text,
    timeout: text,
    retries: integer,
    start_period: text,
    on_failure: text,
  },
  limits: { memory: text, cpus: text, pids: integer, open_files: integer, shm_size: text },
  volume_mount: { source: text, target: text, read_only: flag, options: texts },
  volume: { name: text, driver: text, type: text, device: text, options: texts, labels: { kind: 'strings' } },
  network: {
    name: text,
    driver: text,
    subnet: { kind: 'words' },
    gateway: { kind: 'words' },
    ip_range: { kind: 'words' },
    ipv6: flag,
    internal: flag,
    dns: texts,
    disable_dns: flag,
    options: { kind: 'strings' },
    labels: { kind: 'strings' },
  },
  extension: { name: text, url: text, hash: text },
  updates: {
    server: text,
    group: text,
    channel: text,
    public_keys: texts,
    strategy: text,
    kexec: flag,
    automatic: flag,
    windows: many('window'),
    settle: text,
    health: many('health_check'),
  },
  window: { start: text, duration: text, timezone: text },
  health_check: { unit: text, url: text },
}

export interface Container {
  readonly name: string
  readonly image: string
  /** A string is split like a shell would, without any expansion. */
  readonly command?: string | readonly string[]
  /** `[ADDRESS:]HOST:CONTAINER[/PROTOCOL]` */
  readonly ports?: readonly string[]
  /** `NAME:/PATH[:OPTIONS]` or `/HOST/PATH:/PATH[:OPTIONS]`, or an object that says the same. */
  readonly volumes?: readonly (string | VolumeMount)[]
  readonly environment?: Readonly<Record<string, string>>
  /** `bridge` (the default), `host`, `none`, or a network of that name, which is made. */
  readonly network?: string
  readonly health?: HealthProbe
  readonly limits?: Limits
  /** Keep running while the system beneath is replaced by a soft reboot. */
  readonly survive?: boolean
  /** systemd's `Restart=`; default `always`. */
  readonly restart?: string
}

/** What podman runs in a container, again and again. */
export interface HealthProbe {
  /** A string is run by the shell of the image, a list without any. */
  readonly command?: string | readonly (string | null)[]
  readonly interval?: string
  readonly timeout?: string
  readonly retries?: number
  readonly start_period?: string
  /** `restart` (the default) or `none`. */
  readonly on_failure?: string
}

/** What a container may use at most. */
export interface Limits {
  readonly memory?: string
  readonly cpus?: string
  readonly pids?: number
  readonly open_files?: number
  readonly shm_size?: string
}

export interface VolumeMount {
  readonly source?: string
  readonly target?: string
  readonly read_only?: boolean
  readonly options?: readonly (string | null)[]
}

/** A volume that podman makes. Source: podman-volume-create(1) */
export interface Volume {
  readonly name?: string
  readonly driver?: string
  readonly type?: string
  readonly device?: string
  readonly options?: readonly (string | null)[]
  readonly labels?: Readonly<Record<string, string>>
}

/** A network that podman makes. Source: podman-network-create(1) */
export interface Network {
  readonly name?: string
  readonly driver?: string
  readonly subnet?: Words
  /** The first is that of the first subnet, and so on; likewise `ip_range`. */
  readonly gateway?: Words
  readonly ip_range?: Words
  readonly ipv6?: boolean
  readonly internal?: boolean
  readonly dns?: readonly (string | null)[]
  readonly disable_dns?: boolean
  readonly options?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
}

/** One string, or a list of them, in which an empty item of YAML counts as none. */
export type Words = string | readonly (string | null)[]

/** A system extension image. Source: systemd-sysext(8) */
export interface Extension {
  readonly name?: string
  readonly url?: string
  /** `sha256-` or `sha512-` and hexadecimal digits. */
  readonly hash?: string
}

/** How a machine is updated. */
export interface Updates {
  readonly server?: string
  readonly group?: string
  readonly channel?: string
  readonly public_keys?: readonly (string | null)[]
  readonly strategy?: string
  readonly kexec?: boolean
  readonly automatic?: boolean
  readonly windows?: readonly (Window | null)[]
  readonly settle?: string
  readonly health?: readonly (HealthCheck | null)[]
}

/** When a machine may act by itself. */
export interface Window {
  readonly start?: string
  readonly duration?: string
  readonly timezone?: string
}

export interface HealthCheck {
  readonly unit?: string
  readonly url?: string
}
