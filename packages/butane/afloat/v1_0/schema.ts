import { flag, many, type ObjectShape, text, texts } from '@afloat/ignition'

/** What the afloat variant adds to its base. */
export const afloatSugar: Readonly<Record<string, ObjectShape>> = {
  config: { hostname: text, containers: many('container') },
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
