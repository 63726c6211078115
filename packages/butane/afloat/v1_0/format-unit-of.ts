import { formatUnit, type UnitEntry } from '@afloat/unitfile'

type Section = { readonly name: string; readonly entries: UnitEntry[] }

/** A Quadlet file with these sections. For `survive`, it has what keeps its unit up through a soft reboot. */
export function formatUnitOf(description: string, survive: boolean, sections: readonly Section[]): string {
  const entries = [
    entry('Description', description),
    entry('Wants', 'network-online.target'),
    entry('After', 'network-online.target'),
    ...(survive ? SURVIVAL : []),
  ]
  const header = 'Written by afloat config compile'
  return formatUnit({ sections: [{ name: 'Unit', entries }, ...sections] }, { header })
}

export function entry(key: string, value: string): UnitEntry {
  return { key, value }
}

const SHUTDOWNS = 'reboot.target kexec.target poweroff.target halt.target rescue.target emergency.target'

/** Source: systemd-soft-reboot.service(8), "Resource pass-through"; systemd.unit(5) */
const SURVIVAL: readonly UnitEntry[] = [
  entry('DefaultDependencies', 'no'),
  entry('IgnoreOnIsolate', 'yes'),
  entry('SurviveFinalKillSignal', 'yes'),
  entry('After', 'basic.target'),
  entry('Conflicts', SHUTDOWNS),
  entry('Before', `shutdown.target ${SHUTDOWNS}`),
]
