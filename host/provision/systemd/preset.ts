import type { Unit } from '@afloat/ignition'

/**
 * Returns the text of the preset file for units that are enabled or disabled; "" when none is.
 * Instances of a template share one line, for only the first line that matches counts.
 * Source: systemd.preset(5)
 */
export function formatPreset(units: readonly Unit[]): string {
  const lines: string[] = []
  const instances = new Map<string, string[]>()
  for (const { name, enabled, mask } of units) {
    if (enabled === undefined || mask === true) continue
    const parts = /^([^@]+@)([^@]+)(\.[a-z]+)$/.exec(name)
    if (parts === null || !enabled) {
      lines.push(`${enabled ? 'enable' : 'disable'} ${name}`)
      continue
    }
    const template = `${parts[1]}${parts[3]}`
    instances.set(template, [...(instances.get(template) ?? []), parts[2]!])
  }
  for (const [template, names] of instances) lines.push(`enable ${template} ${names.join(' ')}`)
  return lines.map((line) => `${line}\n`).join('')
}
