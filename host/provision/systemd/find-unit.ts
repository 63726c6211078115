import { templateOf } from '@afloat/unitfile'
import type { Sys } from '../../sys/sys.ts'
import { findQuadlet } from './quadlet.ts'

/** Where units are looked for, the most important first. Source: systemd.unit(5), "Unit File Load Path" */
const unitDirs = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
]

/** Where a unit comes from: a file, or a quadlet that becomes one at boot. */
export type FoundUnit = { kind: 'unit' | 'quadlet'; path: string }

/** Returns where a unit, or the template of an instance, comes from; undefined when nothing makes it. */
export function findUnit(sys: Sys, name: string): FoundUnit | undefined {
  const template = templateOf(name)
  for (const candidate of template === undefined ? [name] : [name, template]) {
    for (const dir of unitDirs) {
      const path = `${dir}/${candidate}`
      if (sys.exists(path)) return { kind: 'unit', path }
    }
    const path = findQuadlet(sys, candidate)
    if (path !== undefined) return { kind: 'quadlet', path }
  }
  return undefined
}
