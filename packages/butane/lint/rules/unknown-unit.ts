import { nearestName } from '@afloat/report'
import { templateOf } from '@afloat/unitfile'
import { isKnownUnit, knownUnits } from '../known/units.ts'
import type { LintInput } from '../lint-input.ts'
import type { Rule } from '../rule.ts'

/** A unit that is enabled and exists nowhere: systemd passes over it without a word. */
export const unknownUnit: Rule = {
  code: 'lint/unknown-unit',
  severity: 'warning',
  looksAt: 'systemd.units that are enabled and have neither contents nor drop-ins',
  *find(input) {
    if (input.isPartial || bringsUnits(input)) return
    const made = madeUnits(input)
    for (const [index, unit] of (input.config.systemd?.units ?? []).entries()) {
      const { name, enabled, contents, dropins = [] } = unit
      if (!enabled || contents || dropins.length > 0 || isKnownUnit(name)) continue
      if (made.has(name) || made.has(templateOf(name) ?? '')) continue
      const nearest = nearestName(name, [...made, ...knownUnits])
      yield {
        at: input.origin(['systemd', 'units', index, 'name']),
        message: `Unit "${name}" is enabled, but nothing here defines it and the image is not known to bring it`,
        hint:
          nearest === undefined ? 'Add contents:, or remove the unit' : `Write ${nearest}, or add contents:`,
      }
    }
  },
}

/** Names of units that the config itself puts on the machine. */
function madeUnits({ config }: LintInput): Set<string> {
  const made = new Set<string>()
  for (const { name, contents } of config.systemd?.units ?? []) if (contents) made.add(name)
  for (const { path } of [...(config.storage?.files ?? []), ...(config.storage?.links ?? [])]) {
    const unit = /^\/(?:etc|run|usr\/lib|usr\/local\/lib|lib)\/systemd\/system\/([^/]+)$/.exec(path)?.[1]
    if (unit !== undefined) made.add(unit)
    const [, name, kind] = /^\/etc\/containers\/systemd\/(?:.*\/)?([^/]+)\.([a-z]+)$/.exec(path) ?? []
    const suffix = QUADLET_SUFFIXES[kind ?? '']
    if (name !== undefined && suffix !== undefined) made.add(`${name}${suffix}.service`)
  }
  return made
}

/** What Quadlet adds to the name of a file for that of its service. Source: podman-systemd.unit(5) */
const QUADLET_SUFFIXES: Readonly<Record<string, string | undefined>> = {
  container: '',
  kube: '',
  volume: '-volume',
  network: '-network',
  image: '-image',
  build: '-build',
  pod: '-pod',
  artifact: '-artifact',
}

/** Extension images and packages that are added later bring units of any name. */
function bringsUnits({ config, source }: LintInput): boolean {
  const nodes = [...(config.storage?.files ?? []), ...(config.storage?.links ?? [])]
  const openshift = source['openshift'] as { extensions?: unknown[] } | undefined
  return (
    (openshift?.extensions ?? []).length > 0 ||
    nodes.some(({ path }) => /^\/(etc|var\/lib|run|opt)\/(extensions|sysupdate|portables)/.test(path)) ||
    nodes.some(({ path }) => /^\/etc\/(sysupdate\.|flatcar\/enabled-sysext)/.test(path))
  )
}
