/** A systemd unit file: sections in file order, a name may occur twice. */
export interface UnitFile {
  readonly sections: readonly UnitSection[]
}

export interface UnitSection {
  readonly name: string
  readonly entries: readonly UnitEntry[]
}

export interface UnitEntry {
  readonly key: string
  /** Without surrounding white space; continued lines are joined by one space. */
  readonly value: string
}

/**
 * All values of a setting that may be given repeatedly. An empty one resets: only what follows it counts.
 * Source: systemd.syntax(7), systemd.unit(5)
 */
export function unitValues(unit: UnitFile, section: string, key: string): string[] {
  const values = allEntries(unit, section)
    .filter((entry) => entry.key === key)
    .map((entry) => entry.value)
  return values.slice(values.lastIndexOf('') + 1)
}

/** The value of a setting that is given once: the last one wins. Undefined if absent or reset. */
export function unitValue(unit: UnitFile, section: string, key: string): string | undefined {
  return unitValues(unit, section, key).at(-1)
}

export function hasSection(unit: UnitFile, section: string): boolean {
  return unit.sections.some(({ name }) => name === section)
}

function allEntries(unit: UnitFile, section: string): UnitEntry[] {
  return unit.sections.filter(({ name }) => name === section).flatMap(({ entries }) => entries)
}
