import { shellLine } from '../../sys/shell-line.ts'
import type { Contents } from '../fetch/contents.ts'
import { stateCommand } from '../systemd/set-unit-state.ts'
import type { Step, StepOf, StepOwner } from './step.ts'

/** Returns a step as the shell line that a person would type for it. Secrets and file contents are left out. */
export function formatStep(step: Step): string {
  switch (step.kind) {
    case 'command':
      return shellLine(step.argv)
    case 'set-password':
      return `${shellLine([step.of === 'user' ? 'chpasswd' : 'chgpasswd', '-e'])} <<< ${step.name}:(hidden)`
    case 'install-keys':
      return `install -D -m 0600 -o ${step.user} ${count(step.keys.length, 'key')} ~${step.user}/.ssh/authorized_keys.d/ignition`
    case 'directory':
      return formatDirectory(step)
    case 'file':
      return formatFile(step)
    case 'link':
      return formatLink(step)
    case 'unmask':
      return shellLine(['rm', '-f', step.path])
    case 'enable-unit':
    case 'disable-unit':
      return shellLine(stateCommand(step))
    case 'check-hostname':
      return 'cat /etc/hostname'
  }
}

function formatDirectory({ path, mode, owner, overwrite }: StepOf<'directory'>): string {
  const make = shellLine(['install', '-d', '-m', octal(mode ?? 0o755), ...ownerOptions(owner), path])
  return overwrite ? `${shellLine(['rm', '-rf', path])}; ${make}` : make
}

function formatFile({ path, mode, owner, contents, append }: StepOf<'file'>): string {
  const lines: string[] = []
  if (contents !== undefined) {
    lines.push(shellLine(['install', '-D', '-m', octal(mode ?? 0o644), ...ownerOptions(owner)]))
    lines[0] += ` ${describe(contents)} ${shellLine([path])}`
  }
  for (const part of append) lines.push(`cat ${describe(part)} >> ${shellLine([path])}`)
  if (contents === undefined) {
    if (append.length === 0) lines.push(shellLine(['touch', path]))
    if (mode !== undefined) lines.push(shellLine(['chmod', octal(mode), path]))
    const { user, group } = owner
    if (user !== undefined || group !== undefined)
      lines.push(shellLine(['chown', `${user ?? ''}:${group ?? ''}`, path]))
  }
  return lines.join('; ')
}

function formatLink({ path, target, hard, overwrite, owner }: StepOf<'link'>): string {
  const make = shellLine(['ln', hard ? '-T' : '-sT', ...(overwrite ? ['-f'] : []), target, path])
  const { user, group } = owner
  if (hard || (user === undefined && group === undefined)) return make
  return `${make}; ${shellLine(['chown', '-h', `${user ?? ''}:${group ?? ''}`, path])}`
}

/** The config's own text is not shown: it may be a private key. */
function describe(contents: Contents): string {
  if (contents.kind === 'staged') return shellLine([contents.path])
  return contents.kind === 'inline' && contents.url === '' ? '/dev/null' : '(config)'
}

function ownerOptions({ user, group }: StepOwner): string[] {
  return [
    ...(user === undefined ? [] : ['-o', String(user)]),
    ...(group === undefined ? [] : ['-g', String(group)]),
  ]
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

function count(number: number, noun: string): string {
  return `(${number} ${noun}${number === 1 ? '' : 's'})`
}
