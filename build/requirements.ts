import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { AfloatError } from '@afloat/report'
import { runProgram } from './run-program.ts'

/** What looking for a program and installing it takes from the machine. */
export type Machine = {
  isRoot: boolean
  has(program: string): boolean
  run(argv: readonly string[]): Promise<unknown>
  say(line: string): void
}

/**
 * Makes sure that the one program which building needs from the machine is there: mmdebstrap.
 * As root on a machine with apt-get it is installed; elsewhere this throws `tool/missing`.
 */
export async function ensureRequirements(machine: Machine = thisMachine()): Promise<void> {
  if (machine.has('mmdebstrap')) return
  if (!machine.has('apt-get')) {
    throw new AfloatError('tool/missing', 'Cannot unpack Debian packages: program "mmdebstrap" is missing', {
      hint: 'Install mmdebstrap with the package manager of this machine, or build on Debian or Ubuntu',
    })
  }
  if (!machine.isRoot) {
    throw new AfloatError('tool/missing', 'Cannot unpack Debian packages: program "mmdebstrap" is missing', {
      hint: `Run "sudo apt-get install ${packages.join(' ')}"`,
    })
  }
  machine.say(`Installing ${packages.join(' and ')}`)
  await install(machine)
  if (!machine.has('mmdebstrap')) {
    throw new AfloatError('tool/missing', 'Cannot find "mmdebstrap" after installing it', {
      hint: 'Check that /usr/bin is on PATH',
    })
  }
}

// The keyring is what mmdebstrap checks Debian's signatures with; a machine with Ubuntu does not have it.
const packages = ['mmdebstrap', 'debian-archive-keyring']

/** Tries with the package lists that are there, and fetches new ones only if that fails. */
async function install(machine: Machine): Promise<void> {
  const aptGet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=120']
  const argv = [...aptGet, 'install', '-y', '--no-install-recommends', ...packages]
  try {
    await machine.run(argv)
  } catch {
    await machine.run([...aptGet, 'update'])
    await machine.run(argv)
  }
}

function thisMachine(): Machine {
  return {
    isRoot: process.getuid?.() === 0,
    has: (program) =>
      (process.env['PATH'] ?? '').split(delimiter).some((dir) => isExecutable(join(dir, program))),
    run: (argv) => runProgram(argv, { hint: 'Check the network and the package sources in /etc/apt' }),
    say: (line) => console.error(line),
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
