import { hasSection, parseUnit } from '@afloat/unitfile'
import type { Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'
import type { StepOf } from '../plan/step.ts'
import { type FoundUnit, findUnit } from './find-unit.ts'

type StateStep = StepOf<'enable-unit'> | StepOf<'disable-unit'>

/**
 * Enables or disables a unit for the next boot, without a running systemd.
 * Enabling one that exists nowhere fails with `provision/unknown-unit`: a preset alone would say nothing.
 */
export function setUnitState(sys: Sys, step: StateStep): void {
  const found = findUnit(sys, step.name)
  if (found === undefined) {
    if (step.kind === 'enable-unit') throw errors.unknownUnit(step.name)
    sys.log(`Unit "${step.name}" does not exist, so it needs no disabling`)
    return
  }
  // The generator enables a quadlet at every boot, by its [Install] section; systemctl does not know it yet.
  if (found.kind === 'unit') sys.mustRun(stateCommand(step))
  else sys.log(`Unit "${step.name}" is made at boot from ${found.path}: its [Install] section decides`)
  if (step.kind === 'enable-unit') warnOfNoInstall(sys, step.name, found)
}

/** Returns the command that `setUnitState()` runs. */
export function stateCommand({ kind, name }: StateStep): string[] {
  const verb = kind === 'enable-unit' ? 'enable' : 'disable'
  // Such as -.mount.
  return ['systemctl', '--root=/', verb, ...(name.startsWith('-') ? ['--'] : []), name]
}

function warnOfNoInstall(sys: Sys, name: string, { path }: FoundUnit): void {
  const texts = [path, ...(sys.list(`${path}.d`) ?? []).map((file) => `${path}.d/${file}`)]
  const isInstalled = texts.some((file) => hasSection(parseUnit(sys.readText(file) ?? ''), 'Install'))
  if (!isInstalled)
    sys.log(`Warning: unit "${name}" is enabled, but has no [Install] section: nothing starts it`)
}
