import type { ChildProcess } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cacheDir } from '@afloat/build/cache'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { AfloatError } from '@afloat/report'
import { freePort, type GuestForward } from './ports.ts'

/** Where machines find the registry of the computer they run on; the same whatever port it has there. */
export const guestRegistry = '10.0.2.100:5000'

const startTimeoutMs = 15_000

/** A container registry on this computer's loopback address, without encryption or password. */
export type Registry = {
  readonly port: number
  /** For startMachine(): makes it reachable at `guestRegistry`. */
  readonly guestForward: GuestForward
  /** Stores an image, from an OCI layout folder or an OCI archive, under a name such as "web:1"; signed with `signature`. */
  push(source: string, name: string, signature?: ImageSignature): Promise<void>
  /** Returns the digest that a name stands for. */
  digest(name: string): Promise<string>
  stop(): Promise<void>
}

/** How an image is signed: with a key as `skopeo generate-sigstore-key` makes it. */
export type ImageSignature = {
  readonly keyPath: string
  readonly passphrasePath: string
  /** Registry, name and tag as machines write them. */
  readonly identity: string
}

/** The folder for images that every `afloat run` offers to its machine. */
export function registryDir(): string {
  return join(cacheDir(), 'registry')
}

/** Starts Debian's docker-registry with its storage in `dir`; throws `vm/registry-failed`. */
export async function startRegistry(tools: ToolsTree, dir: string): Promise<Registry> {
  await mkdir(dir, { recursive: true })
  const port = await freePort()
  const child = tools.spawn([...serve, configOf(dir, port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // Ctrl-C is for us to handle
  })
  const ended = Promise.withResolvers<void>()
  let log = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    log = `${log}${chunk}`.slice(-4096)
  })
  child.on('error', () => ended.resolve())
  child.on('close', () => ended.resolve())
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended.promise
  }
  try {
    await waitForAnswer(child, port, () => log)
  } catch (error) {
    await stop()
    throw error
  }
  const remote = (name: string): string => `docker://127.0.0.1:${port}/${name}`
  const [address, guestPort] = guestRegistry.split(':')
  return {
    port,
    guestForward: { address: address!, port: Number(guestPort), hostPort: port },
    stop,
    async push(source, name, signature) {
      const kind = /\.tar$/.test(source) ? 'oci-archive' : 'oci'
      const signing = signature === undefined ? [] : await signOptions(dir, signature)
      const copy = [...signing, '--quiet', '--dest-tls-verify=false', `${kind}:${source}`, remote(name)]
      await tools.run([...skopeo, 'copy', ...copy])
    },
    async digest(name) {
      const args = ['inspect', '--tls-verify=false', '--format', '{{.Digest}}', remote(name)]
      return (await tools.run([...skopeo, ...args])).trim()
    },
  }
}

/** A here-document is a pipe, which can be opened by name; what Node gives as standard input is a socket. */
const serve = ['sh', '-c', 'exec docker-registry serve /dev/stdin <<END\n$1\nEND', 'sh']

/** Options of `skopeo copy`; signatures are stored beside the image only where a file says so. */
async function signOptions(
  dir: string,
  { keyPath, passphrasePath, identity }: ImageSignature,
): Promise<string[]> {
  const settings = join(dir, 'registries.d')
  await mkdir(settings, { recursive: true })
  await writeFile(join(settings, 'default.yaml'), 'default-docker:\n  use-sigstore-attachments: true\n')
  return [
    `--registries.d=${settings}`,
    `--sign-by-sigstore-private-key=${keyPath}`,
    `--sign-passphrase-file=${passphrasePath}`,
    `--sign-identity=${identity}`,
  ]
}

const skopeo = ['skopeo', '--insecure-policy', '--tmpdir', '/tmp']

function configOf(dir: string, port: number): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: dir }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
  })
}

async function waitForAnswer(child: ChildProcess, port: number, log: () => string): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const ok = await fetch(`http://127.0.0.1:${port}/v2/`).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    await sleep(50)
  }
  throw new AfloatError(
    'vm/registry-failed',
    `Cannot start the container registry: ${log().trim() || 'no answer'}`,
  )
}
