import type { Path } from '@afloat/report'
import {
  hasSection,
  hasUnitNameForm,
  nameExtension,
  parseUnit,
  templateOf,
  UNIT_TYPES,
} from '@afloat/unitfile'
import type { Dropin, IgnitionConfig, Unit } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import type { Add, Check } from './check.ts'
import { unitProblem } from './unit-syntax.ts'

export const checkUnit: Check<Unit> = (unit, path, add) => {
  const { name = '', contents } = unit
  if (!(UNIT_TYPES as readonly string[]).includes(nameExtension(name)))
    add('error', [...path, 'name'], errors.unitExtension(name, UNIT_TYPES))
  else if (!hasUnitNameForm(name)) add('error', [...path, 'name'], errors.unitName(name))

  if (!contents) return
  const sound = checkContents(unit, path, add)
  if (sound && unit.enabled && !isInstallable(contents))
    add('warning', [...path, 'contents'], errors.unitNotInstalled(name))
}

export const checkDropin: Check<Dropin> = (dropin, path, add) => {
  checkContents(dropin, path, add)
  const { name = '' } = dropin
  if (nameExtension(name) !== 'conf') add('error', [...path, 'name'], errors.dropinExtension(name))
  else if (/[/\x00-\x1f]/.test(name)) add('error', [...path, 'name'], errors.unitName(name))
}

/** Text before the first section is no error: systemd and the reference program skip it. */
function checkContents({ contents = '' }: { contents?: string }, path: Path, add: Add): boolean {
  const theirs = unitProblem(contents)
  const ours = parseUnit(contents).issues.find((issue) => issue.severity === 'error')
  if (theirs !== undefined)
    add('error', [...path, 'contents'], errors.unitSyntax(theirs, ours?.line, ours?.hint))
  else if (ours) add('error', [...path, 'contents'], errors.unitLine(ours.line, ours.message, ours.hint))
  return theirs === undefined
}

function isInstallable(contents: string): boolean {
  const unit = parseUnit(contents)
  return (
    hasSection(unit, 'Install') &&
    unit.sections.some(({ name, entries }) => name === 'Install' && entries.length > 0)
  )
}

/** An enabled instance is installed by the section of its template. */
export const checkInstances: Check<{ readonly units?: readonly Unit[] }> = ({ units = [] }, path, add) => {
  const contents = new Map(units.map((unit) => [unit.name, unit.contents]))
  for (const [index, { name = '', enabled }] of units.entries()) {
    const template = enabled && name.endsWith('.service') ? templateOf(name) : undefined
    const text = template === undefined ? undefined : contents.get(template)
    if (!template || !text) continue
    if (unitProblem(text) !== undefined || isInstallable(text)) continue
    add('warning', [...path, 'units', index, 'contents'], errors.templateNotInstalled(template, name))
  }
}

/** A file may not be written where a unit or drop-in of the same config goes. */
export const checkUnitPaths: Check<IgnitionConfig> = ({ systemd, storage }, path, add) => {
  const written = new Set<string>()
  for (const unit of systemd?.units ?? []) {
    if (unit.contents) written.add(`${UNIT_DIR}/${unit.name}`)
    for (const dropin of unit.dropins ?? [])
      if (dropin.contents) written.add(`${UNIT_DIR}/${unit.name}.d/${dropin.name}`)
  }
  for (const kind of ['files', 'directories', 'links'] as const)
    for (const [index, node] of (storage?.[kind] ?? []).entries())
      if (written.has(node.path))
        add('error', [...path, 'storage', kind, index, 'path'], errors.unitPathConflict(node.path))
}

const UNIT_DIR = '/etc/systemd/system'
