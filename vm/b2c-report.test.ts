import assert from 'node:assert/strict'
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { B2cReport } from './b2c-report.ts'

const dir = await mkdtemp(join(tmpdir(), 'afloat-report-'))
after(() => rm(dir, { recursive: true }))
let count = 0

async function open(lines: readonly object[] = []) {
  const path = join(dir, `${++count}`)
  await writeFile(path, '')
  const add = async (...more: object[]) =>
    await appendFile(path, more.map((line) => `${JSON.stringify(line)}\n`).join(''))
  await add(...lines)
  const exited = Promise.withResolvers<void>()
  return { path, add, end: exited.resolve, report: new B2cReport(path, exited.promise) }
}

const stage = (name: string, state: string, subject?: string) => ({
  kind: 'Stage',
  stage: name,
  state,
  subject,
})
const status = (code: number) => ({ kind: 'PipelineStatus', status: code })

test('B2cReport tells stages from statuses, and leaves out a line that is not whole', async () => {
  const { path, report } = await open([stage('cache', 'done'), status(0), status(3)])
  await appendFile(path, '{"kind":"Sta')
  assert.deepEqual(
    (await report.stages()).map((event) => event.stage),
    ['cache'],
  )
  assert.equal((await report.status())?.status, 3)
})

test('waitForStage() waits for the subject it was asked for', async () => {
  const { report, add } = await open([stage('volume', 'done', 'a')])
  const waiting = report.waitForStage('volume', 'done', { subject: 'b' })
  await add(stage('volume', 'failed', 'b'), stage('volume', 'done', 'b'))
  assert.equal((await waiting).subject, 'b')
})

test('waitForStatus() waits for that of a number', async () => {
  const { report, add } = await open([status(1)])
  assert.equal((await report.waitForStatus()).status, 1)
  const waiting = report.waitForStatus({ number: 2 })
  await add(status(2))
  assert.equal((await waiting).status, 2)
})

test('B2cReport reads what a machine wrote right before it ended, and then gives up', async () => {
  const { report, add, end } = await open()
  await add(status(7))
  end()
  assert.equal((await report.waitForStatus()).status, 7)
  await assert.rejects(report.waitForStage('cache', 'done'), {
    code: 'vm/no-report',
    message: 'Cannot read "cache" done from the report of the machine: the machine ended before',
  })
})

test('B2cReport gives up when the time is over', async () => {
  const { report } = await open()
  await assert.rejects(report.waitForStatus({ timeoutMs: 20 }), {
    message: 'Cannot read the status of the pipeline from the report of the machine: none within 0.02 s',
  })
})
