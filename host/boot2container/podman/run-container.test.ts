import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { machineReporter } from '../reporter.ts'
import { createdFile, goPipe, runningFile, stateFile } from './configure-podman.ts'
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
    'kept 2',
  ])
})

test('runContainer() does not do the same again for a hook that comes late to the pipe', () => {
  assert.deepEqual(run([createdFile], 1), ['created by state 0', 'begun 1'])
})
