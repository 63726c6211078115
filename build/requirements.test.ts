import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ensureRequirements, type Machine } from './requirements.ts'

/** A machine with the given programs. `failures` is how often apt-get fails before it works. */
function fakeMachine(programs: string[], options: { isRoot: boolean; failures?: number }) {
  const log: string[] = []
  let failures = options.failures ?? 0
  const machine: Machine = {
    isRoot: options.isRoot,
    has: (program) => programs.includes(program),
    say: (line) => log.push(line),
    async run(argv) {
      const verb = argv.find((word) => word === 'install' || word === 'update')!
      log.push(`apt-get ${verb}`)
      if (verb === 'install' && failures-- > 0) throw new Error('Unable to locate package')
      if (verb === 'install') programs.push('mmdebstrap')
    },
  }
  return { machine, log }
}

test('ensureRequirements() does nothing when mmdebstrap is there', async () => {
  const { machine, log } = fakeMachine(['mmdebstrap'], { isRoot: false })
  await ensureRequirements(machine)
  assert.deepEqual(log, [])
})

test('ensureRequirements() installs mmdebstrap as root', async () => {
  const { machine, log } = fakeMachine(['apt-get'], { isRoot: true })
  await ensureRequirements(machine)
  assert.deepEqual(log, ['Installing mmdebstrap and debian-archive-keyring', 'apt-get install'])
})

test('ensureRequirements() fetches package lists when the package is not in them', async () => {
  const { machine, log } = fakeMachine(['apt-get'], { isRoot: true, failures: 1 })
  await ensureRequirements(machine)
  assert.deepEqual(log.slice(1), ['apt-get install', 'apt-get update', 'apt-get install'])
})

test('ensureRequirements() passes on why apt-get failed', async () => {
  const { machine } = fakeMachine(['apt-get'], { isRoot: true, failures: 2 })
  await assert.rejects(ensureRequirements(machine), { message: 'Unable to locate package' })
})

test('ensureRequirements() tells another user what to install', async () => {
  await assert.rejects(ensureRequirements(fakeMachine(['apt-get'], { isRoot: false }).machine), {
    code: 'tool/missing',
    message: 'Cannot unpack Debian packages: program "mmdebstrap" is missing',
    hint: 'Run "sudo apt-get install mmdebstrap debian-archive-keyring"',
  })
})

test('ensureRequirements() tells what to do without apt', async () => {
  await assert.rejects(ensureRequirements(fakeMachine([], { isRoot: true }).machine), {
    code: 'tool/missing',
    hint: 'Install mmdebstrap with the package manager of this machine, or build on Debian or Ubuntu',
  })
})
