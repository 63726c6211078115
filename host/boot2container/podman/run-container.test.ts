import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { machineReporter } from '../reporter.ts'
import { createdFile, goPipe, hooksDir, runningFile, stateFile } from './configure-podman.ts'
import { runContainer } from './run-container.ts'

/** Runs a container whose hooks leave these files. The first `early` times nobody waits at the pipe yet. */
function run(files: readonly string[], early: number): string[] {
  const sys = new FakeSys()
  sys.makeDirs('/run/afloat')
  sys.addProgram('mkfifo', ([path = '']) => void sys.addFile(path, ''))
  sys.addProgram('podman', () => {
    sys.addFile(stateFile, 'state')
    for (const file of files) sys.addFile(file, '')
  })
  let left = early
  sys.fault = (operation) => (operation === 'offer' && left-- > 0 ? 'ENXIO' : undefined)
  const happened: string[] = []
  const say = (what: string) => void happened.push(`${what}${(sys.readText(goPipe) ?? '').length}`)
  const code = runContainer(sys, machineReporter(sys), {
    options: () => [],
    args: ['img'],
    detached: false,
    onCreated: (state) => {
      say(`created by ${state} `)
      return () => say('begun ')
    },
    onRunning: () => {
      say('running ')
      return () => say('kept ')
    },
    repair: () => false,
  })
  assert.equal(code, 0)
  return happened
}

test('runContainer() lets hooks go on one after the other, and does the rest then', () => {
  assert.deepEqual(run([createdFile, runningFile], 0), [
    'created by state 0',
    'begun 1',
    'running 1',
    'kept 0',
  ])
})

test('runContainer() does not do the same again for a hook that comes late to the pipe', () => {
  assert.deepEqual(run([createdFile], 1), ['created by state 0', 'begun 1'])
})

/** Runs a container with a podman that ends like this, each time; `begin` is what happens before. Returns what came of it. */
function end(code: number, stderr = '', begin: (sys: FakeSys) => void = () => {}) {
  const sys = new FakeSys()
  sys.makeDirs('/run/afloat')
  sys.addProgram('mkfifo', ([path = '']) => void sys.addFile(path, ''))
  sys.addProgram('podman', () => {
    begin(sys)
    return { code, stderr }
  })
  const nothing = () => () => {}
  const options = {
    options: () => [],
    args: ['img'],
    detached: false,
    onCreated: nothing,
    onRunning: nothing,
  }
  let tries = 0
  const repair = (kind: string) => ++tries > 0 && kind === 'passing'
  try {
    return [runContainer(sys, machineReporter(sys), { ...options, repair }), tries, '']
  } catch (error) {
    return [0, tries, (error as Error).message]
  }
}

test('runContainer() does not take the end of podman for that of a container', () => {
  assert.deepEqual(end(137), [0, 4, 'Cannot create the container: podman ended with 137'])
  const panic = end(2, 'fatal error: out of memory')
  assert.equal(panic[2], 'Cannot create the container: podman ended with 2: fatal error: out of memory')
  for (const code of [0, 126, 127]) assert.deepEqual(end(code), [code, 0, ''])
  assert.deepEqual(
    end(137, '', (sys) => sys.addFile(createdFile, '')),
    [137, 0, ''],
  )
  // All of its image was not on the medium yet.
  const killed = end(137, '', (sys) => {
    sys.addFile(createdFile, '')
    sys.fault = (operation) => (operation === 'offer' ? 'ENXIO' : undefined)
  })
  assert.deepEqual(killed.slice(0, 2), [0, 4])
})

test('runContainer() has hooks wait for this container alone, and has them ask for that before anything else', () => {
  const turns: string[] = []
  end(137, '', (sys) => {
    const turn = /--annotation=org\.afloat\.turn=(\w+) /.exec(sys.commands.at(-1)!)![1]!
    for (const name of ['created', 'running']) {
      const { hook, when } = JSON.parse(sys.readText(`${hooksDir}/${name}.json`)!)
      assert.deepEqual(when, { annotations: { '^org\\.afloat\\.turn$': `^${turn}$` } })
      assert.ok(hook.args[2].startsWith(`[ -p ${goPipe} ] || `))
    }
    turns.push(turn)
  })
  assert.equal(new Set(turns).size, 5)
})
