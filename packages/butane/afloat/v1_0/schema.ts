import { flag, many, type ObjectShape, one, text, texts } from '@afloat/ignition'

/** What the afloat variant adds to its base. */
export const afloatSugar: Readonly<Record<string, ObjectShape>> = {
  config: { hostname: text, containers: many('container'), updates: one('updates') },
  container: {
    name: text,
    image: text,
    command: { kind: 'words' },
    ports: texts,
    volumes: texts,
    environment: { kind: 'strings' },
    network: text,
    survive: flag,
    restart: text,
  },
  updates: {
    server: text,
    group: text,
    channel: text,
    public_keys: texts,
    strategy: text,
    kexec: flag,
    automatic: flag,
    settle: text,
    health: many('health_check'),
  },
  health_check: { unit: text, url: text },
}

export interface Container {
  readonly name: string
  readonly image: string
  /** A string is split like a shell would, without any expansion. */
  readonly command?: string | readonly string[]
  /** `[ADDRESS:]HOST:CONTAINER[/PROTOCOL]` */
  readonly ports?: readonly string[]
  /** `NAME:/PATH[:OPTIONS]` or `/HOST/PATH:/PATH[:OPTIONS]` */
  readonly volumes?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** `bridge` (the default), `host`, `none`, or a network of that name, which is made. */
  readonly network?: string
  /** Keep running while the system beneath is replaced by a soft reboot. */
  readonly survive?: boolean
  /** systemd's `Restart=`; default `always`. */
  readonly restart?: string
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
  readonly settle?: string
  readonly health?: readonly (HealthCheck | null)[]
}

export interface HealthCheck {
  readonly unit?: string
  readonly url?: string
}
