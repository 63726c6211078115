import type { Path } from '@afloat/report'
import { parseUnit, unitValue, unitValues } from '@afloat/unitfile'
import { hostPathOf } from '../afloat/v1_0/check-volumes.ts'
import type { Container, Volume } from '../afloat/v1_0/schema.ts'
import { volumeText } from '../afloat/v1_0/volume-text.ts'
import type { LintInput } from './lint-input.ts'

/** What runs containers: an entry of `containers`, or a Quadlet file. */
export interface LintContainer {
  /** For messages: `container "web"` or the path of the Quadlet file. */
  readonly title: string
  readonly images: readonly Setting[]
  readonly ports: readonly Setting[]
  readonly volumes: readonly Setting[]
  readonly survives: boolean
}

/** A value and where it stands in the YAML file. */
export interface Setting {
  readonly text: string
  readonly at: Path
}

export function listContainers(input: LintInput): LintContainer[] {
  return [...containersOfFile(input), ...containersOfQuadlets(input)]
}

function containersOfFile({ source }: LintInput): LintContainer[] {
  const containers = (source['containers'] ?? []) as unknown as (Container | null)[]
  const volumes = (source['volumes'] ?? []) as (Volume | null)[]
  return containers.flatMap((container, index) => {
    if (!container) return []
    const at: Path = ['containers', index]
    const settings = <T>(field: string, items: readonly (T | null)[] = [], textOf: (item: T) => string) =>
      items.flatMap((value, item) => (value ? [{ text: textOf(value), at: [...at, field, item] }] : []))
    return [
      {
        title: `container "${container.name}"`,
        images: [{ text: container.image, at: [...at, 'image'] }],
        ports: settings('ports', container.ports, String),
        volumes: settings('volumes', container.volumes, (volume) => hostVolume(volumeText(volume), volumes)),
        survives: container.survive ?? false,
      },
    ]
  })
}

/** A volume that is described as a path of the machine is one. */
function hostVolume(text: string, volumes: readonly (Volume | null)[]): string {
  const [name] = text.split(':')
  const described = volumes.find((volume) => volume?.name === name)
  const path = described ? hostPathOf(described) : undefined
  return path === undefined ? text : `${path}${text.slice(name?.length)}`
}

/** Source: podman-systemd.unit(5) */
function containersOfQuadlets({ texts }: LintInput): LintContainer[] {
  return texts.flatMap(({ path, text, at }) => {
    const section = SECTIONS[/^\/etc\/containers\/systemd\/.*\.([a-z]+)$/.exec(path)?.[1] ?? '']
    // Those that `containers` has made are known by their source.
    if (section === undefined || at[0] === 'containers') return []
    const unit = parseUnit(text)
    const values = (key: string) => unitValues(unit, section, key).map((value) => ({ text: value, at }))
    const image = unitValue(unit, section, 'Image')
    const survival = unitValue(unit, 'Unit', 'SurviveFinalKillSignal') ?? ''
    return [
      {
        title: `"${path}"`,
        images: image === undefined ? [] : [{ text: image, at }],
        ports: values('PublishPort'),
        volumes: values('Volume'),
        survives: /^(1|yes|true|on|y|t)$/i.test(survival),
      },
    ]
  })
}

/** The section that says what runs, by extension. */
const SECTIONS: Readonly<Record<string, string | undefined>> = {
  container: 'Container',
  pod: 'Pod',
  kube: 'Kube',
  image: 'Image',
}
