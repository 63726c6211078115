import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PipelineStatus, StageEvent } from '@afloat/boot2container'
import { FakeSys } from '../sys/fake-sys.ts'
import { ReportSinks } from './report-sinks.ts'
import { redactor } from './secrets/redactor.ts'

const event = (stage: string): StageEvent => ({
  ...{ apiVersion: 'afloat/v1', kind: 'Stage', stage, state: 'done', atMs: 1 },
})
const status: PipelineStatus = {
  ...{
    apiVersion: 'afloat/v1',
    kind: 'PipelineStatus',
    status: 0,
    containers: [],
    action: 'poweroff',
    atMs: 2,
  },
}
const stages = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { stage?: string }).stage ?? 'end')

test('ReportSinks write to a port that the machine was given, asked or not, and what was before first', () => {
  const sys = new FakeSys({ files: { '/sys/class/virtio-ports/vport1p1/name': 'org.afloat.report\n' } })
  const sinks = new ReportSinks(sys, (line) => line)
  sinks.add(event('early'))
  sys.addFile('/dev/vport1p1', '')
  sinks.open([], () => undefined)
  sinks.add(event('late'))
  sinks.end(status)
  assert.deepEqual(stages(sys.readText('/dev/vport1p1')), ['early', 'late', 'end'])
})

test('ReportSinks keep what a port does not take for later, and do not wait for ever', () => {
  const sys = new FakeSys({ files: { '/sys/class/virtio-ports/vport1p1/name': 'org.afloat.report\n' } })
  sys.addFile('/dev/vport1p1', '')
  let isFull = true
  const offer = sys.offer.bind(sys)
  sys.offer = (path, bytes) => (isFull ? 0 : offer(path, bytes))
  const sinks = new ReportSinks(sys, (line) => line)
  sinks.open([], () => undefined)
  sinks.add(event('a'))
  assert.equal(sys.readText('/dev/vport1p1'), '')
  isFull = false
  sinks.add(event('b'))
  assert.deepEqual(stages(sys.readText('/dev/vport1p1')), ['a', 'b'])
  isFull = true
  sinks.end(status)
  assert.ok(sys.uptimeMs() <= 2_100)
})

test('ReportSinks write to a volume and to a URL, and a place that fails keeps nobody from the others', () => {
  const sys = new FakeSys()
  sys.makeDirs('/volume')
  sys.makeDirs('/run/afloat')
  let sent: unknown
  sys.addProgram('curl', (_, { input }) => {
    sent = input
    return { code: 22, stderr: 'curl: (22) 500' }
  })
  const sinks = new ReportSinks(sys, (line) => line.replaceAll('secret', '(hidden)'))
  sinks.add(event('secret'))
  sinks.open(
    [
      { kind: 'volume', volume: 'none', path: 'report' },
      { kind: 'volume', volume: 'gone', path: 'report' },
      { kind: 'volume', volume: 'here', path: 'report' },
      { kind: 'url', url: 'https://h/x?token=t0ken' },
    ],
    (volume) => ({ here: '/volume', gone: '/nowhere' })[volume],
  )
  sinks.end(status)
  assert.deepEqual(stages(sys.readText('/volume/report')), ['(hidden)', 'end'])
  assert.deepEqual(stages(String(sent)), ['(hidden)', 'end'])
  assert.ok(!sys.commands.join('\n').includes('t0ken'))
  assert.equal(sys.logged.length, 2)
  assert.deepEqual(sys.list('/run/afloat'), [])
})

test('ReportSinks hide secrets in what is said, and leave numbers and names of keys as they are', () => {
  const sys = new FakeSys()
  const sinks = new ReportSinks(sys, redactor(['2898', 'message', 'two\nlines "quoted"']))
  sinks.open([{ kind: 'console' }], () => undefined)
  const told = { ...event('volume'), tookMs: 2898 }
  sinks.add({ ...told, message: 'got 2898 and two\nlines "quoted", as JSON two\\nlines \\"quoted\\"' })
  sinks.end({ ...status, containers: [{ index: 2898, image: 'i:2898', exitCode: 0 }] })
  assert.deepEqual(
    sys.printed.map((line) => JSON.parse(line)),
    [
      { ...told, message: 'got (hidden) and (hidden), as JSON (hidden)' },
      { ...status, containers: [{ index: 2898, image: 'i:(hidden)', exitCode: 0 }] },
    ],
  )
})

test('ReportSinks end on volumes before these are stored, and once more when that changes the end', () => {
  const sys = new FakeSys()
  sys.makeDirs('/volume')
  const sinks = new ReportSinks(sys, (line) => line)
  sinks.open([{ kind: 'volume', volume: 'v', path: 'r' }, { kind: 'console' }], () => '/volume')
  for (const pushed of [0, 1]) {
    sinks.add(event('container'))
    sinks.endFiles(status)
    sinks.add(event('volume'))
    sinks.end({ ...status, status: pushed })
  }
  assert.deepEqual(stages(sys.readText('/volume/r')), ['container', 'end', 'container', 'end', 'end'])
  assert.deepEqual(stages(sys.printed.join('\n')), [
    'container',
    'volume',
    'end',
    'container',
    'volume',
    'end',
  ])
})
