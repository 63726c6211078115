import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureImage } from '@afloat/build/image'
import { repoDir } from '@afloat/build/paths'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import { readVersion } from '@afloat/build/version'
import { AfloatError } from '@afloat/report'
import { chooseAccel } from '@afloat/vm/accel'
import { type Machine, startMachine } from '@afloat/vm/machine'
import { freePort } from '@afloat/vm/ports'
import type { Registry } from '@afloat/vm/registry'
import { Command } from 'commander'
import { showBoot } from './boot-stages.ts'
import { compileFile } from './compile-file.ts'
import { offerImages } from './example-images.ts'
import { Interrupted, interruptible } from './interrupt.ts'
import { type Progress, progress, type StageTime } from './progress.ts'

/** What the demo has seen; `--json` prints it as it is. */
type DemoFacts = {
  ok: boolean
  image?: { version: string; usrRootHash: string; bytes: number }
  vm?: { accel: string }
  stages: readonly StageTime[]
  container?: { name: string; pid: number }
  http?: { status: number; bodySha256: string }
  error?: { code: string; message: string; hint?: string }
}

const answerTimeoutMs = 300_000

/** `afloat demo`: the main job from nothing, with every claim checked. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Build an image, boot it with examples/web.yaml and fetch the page that its container serves',
    )
    .option('--json', 'print the facts as one JSON object')
    .action(demo)
}

async function demo(options: { json?: true }): Promise<void> {
  const show = progress()
  const facts: DemoFacts = { ok: false, stages: show.stages }
  const held: Held = {}
  try {
    await interruptible(
      (signal) => tellStory(show, facts, held, signal),
      () => release(held),
    )
    facts.ok = true
  } catch (error) {
    facts.error = describe(error)
    process.exitCode = error instanceof Interrupted ? 130 : 1
  } finally {
    await release(held)
  }
  if (options.json) console.log(JSON.stringify(facts))
  else console.log(summary(facts))
}

/** What has to be given back, whatever way the demo ends. */
type Held = { machine?: Machine; registry?: Registry }

async function release(held: Held): Promise<void> {
  await held.machine?.remove()
  await held.registry?.stop()
  delete held.machine
  delete held.registry
}

async function tellStory(show: Progress, facts: DemoFacts, held: Held, signal: AbortSignal): Promise<void> {
  const image = await ensureImage({ version: readVersion(), stage: show.stage })
  const tools = await ensureToolsTree()
  const disk = image.manifest.artefacts.find(({ name }) => name === 'disk.raw')
  const { version, usrRootHash } = image.manifest
  facts.image = { version, usrRootHash, bytes: disk?.bytes ?? 0 }
  const { ignitionJson } = compileFile(join(repoDir, 'examples/web.yaml'), {})
  if (ignitionJson === undefined)
    throw new AfloatError('demo/bad-config', 'Cannot compile "examples/web.yaml"')
  const registry = await show.stage('Container image', () => offerImages(tools, ignitionJson))
  if (registry === undefined)
    throw new AfloatError(
      'demo/bad-config',
      'Cannot find an image of the local registry in "examples/web.yaml"',
    )
  held.registry = registry
  const { accel, reason } = await show.stage('Accelerator', () => chooseAccel('auto', tools))
  facts.vm = { accel }
  if (accel === 'tcg') show.note(`  Software emulation, which is slow: ${reason}`)
  const port = await freePort()
  const machine = await startMachine({
    name: 'demo',
    tools,
    disk: { base: image.diskPath, sizeBytes: 8 * 1024 ** 3 },
    memoryMiB: 2048,
    accel,
    ports: [{ host: port, guest: 80 }],
    guestForwards: [registry.guestForward],
    fwCfg: { 'opt/com.coreos/config': ignitionJson },
  })
  held.machine = machine
  const failed = await showBoot(machine, show)
  if (failed.length > 0)
    throw new AfloatError('demo/units-failed', `Units failed in the machine: ${failed.join(', ')}`)
  const page = await show.stage('First answer', () => fetchPage(port, signal))
  facts.http = { status: page.status, bodySha256: sha256(page.body) }
  facts.container = {
    name: 'web',
    pid: Number(await machine.sh('podman inspect --format "{{.State.Pid}}" web')),
  }
  await checkFacts(facts)
}

/** Asks until the container answers; it may still be starting. */
async function fetchPage(port: number, signal: AbortSignal): Promise<{ status: number; body: Buffer }> {
  const end = Date.now() + answerTimeoutMs
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(10_000) })
      return { status: response.status, body: Buffer.from(await response.arrayBuffer()) }
    } catch (cause) {
      signal.throwIfAborted()
      if (Date.now() > end)
        throw new AfloatError('demo/no-answer', 'Cannot fetch the page: no answer from the container', {
          cause,
        })
      await sleep(200)
    }
  }
}

async function checkFacts({ http, container }: DemoFacts): Promise<void> {
  const expected = sha256(await readFile(join(repoDir, 'examples/web/www/index.html')))
  if (http?.status !== 200 || http.bodySha256 !== expected) {
    throw new AfloatError(
      'demo/wrong-page',
      `Container served another page: status ${http?.status}, SHA-256 ${http?.bodySha256}, expected 200 and ${expected}`,
    )
  }
  if (!(container !== undefined && container.pid > 1)) {
    throw new AfloatError('demo/no-process', `Container has no process: podman says ${container?.pid}`)
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function describe(error: unknown): { code: string; message: string; hint?: string } {
  if (error instanceof Interrupted) return { code: 'demo/interrupted', message: 'Interrupted' }
  if (error instanceof AfloatError) {
    const { code, message, hint } = error
    return hint === undefined ? { code, message } : { code, message, hint }
  }
  return {
    code: 'demo/unexpected',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }
}

function summary(facts: DemoFacts): string {
  const total = facts.stages.reduce((sum, { seconds }) => sum + seconds, 0)
  if (facts.error !== undefined) {
    const hint = facts.error.hint === undefined ? [] : [`hint: ${facts.error.hint}`]
    return ['', `error: ${facts.error.message} (${facts.error.code})`, ...hint].join('\n')
  }
  return [
    '',
    `Afloat ${facts.image?.version}, /usr verified by root hash ${facts.image?.usrRootHash}`,
    `Container "${facts.container?.name}" ran as process ${facts.container?.pid} and answered ${facts.http?.status},`,
    `the page has SHA-256 ${facts.http?.bodySha256}`,
    `Everything took ${total.toFixed(0)} s, under ${facts.vm?.accel === 'kvm' ? 'KVM' : 'software emulation'}`,
    '',
    'Next: ./afloat run examples/web.yaml --port 8080:80',
  ].join('\n')
}
