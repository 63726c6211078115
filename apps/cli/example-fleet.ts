import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cacheDir } from '@afloat/build/cache'
import { ensureDevelopmentKey } from '@afloat/build/keys'
import { type BuiltRelease, ensureRelease } from '@afloat/build/release'
import type { StageRunner } from '@afloat/build/release-parts'
import type { ReleaseVariant } from '@afloat/build/variant'
import { formatIgnition } from '@afloat/ignition'
import { AfloatError } from '@afloat/report'
import { packagePath } from '@afloat/server/bundles/package-path'
import { fetchInstances, publishRelease } from '@afloat/server/publish-release'
import { type RunningServer, startServer } from '@afloat/server/start'
import type { GuestForward } from '@afloat/vm/ports'
import { type Document, parseDocument } from 'yaml'
import { compileText } from './compile-file.ts'
import { formatReport } from './config-report.ts'

/** Where machines find the server of the computer they run on; the same whatever port it has there. */
const guestServer = { address: '10.0.2.100', port: 8080 }

/** For startMachine(): makes the server that `afloat server` starts reachable at the address that the examples name. */
export const localServer: GuestForward = { ...guestServer, hostPort: 8080 }

/** A fleet server on this computer's loopback address, with an empty database, for demo, bench and scenarios. */
export class ExampleFleet implements AsyncDisposable {
  readonly server: RunningServer
  readonly #dir: string

  private constructor(server: RunningServer, dir: string) {
    this.server = server
    this.#dir = dir
  }

  static async start(): Promise<ExampleFleet> {
    const dir = await mkdtemp(join(cacheDir(), 'fleet-'))
    try {
      return new ExampleFleet(await startServer({ dataDir: dir, port: 0 }), dir)
    } catch (error) {
      await rm(dir, { recursive: true, force: true })
      throw error
    }
  }

  /** For startMachine(): makes the server reachable at the address that the examples name. */
  get guestForward(): GuestForward {
    return { ...guestServer, hostPort: this.server.port }
  }

  /**
   * Builds what is missing of a release, and offers it to all machines of the channel "stable". `url` is where
   * they fetch it.
   */
  async publish(variant: ReleaseVariant, stage: StageRunner): Promise<BuiltRelease & { url: string }> {
    const release = await ensureRelease({ ...variant, stage })
    const { path } = release
    const { sha256 } = await stage('Publish', () =>
      publishRelease(this.server, { file: path, channel: 'stable' }),
    )
    const { directory, name } = packagePath({ sha256, file_name: basename(path) })
    return { ...release, url: `http://${guestServer.address}:${guestServer.port}${directory}${name}` }
  }

  /** What machines have reported. */
  instances() {
    return fetchInstances(this.server)
  }

  async stop(): Promise<void> {
    await this.server.stop()
    await rm(this.#dir, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/**
 * Compiles a configuration with this computer's development key as the one that its updates are signed with, as its
 * owner would have written. `change` may edit it before; every scalar is a string there. Throws `config/invalid`.
 */
export async function compileExample(
  path: string,
  change: (config: Document) => void = () => {},
): Promise<string> {
  // Without types, so that what is not touched is written as it was read: 0644 is no number.
  const config = parseDocument(await readFile(path, 'utf8'), { schema: 'failsafe' })
  const { publicKey } = await ensureDevelopmentKey()
  if (config.has('updates')) config.setIn(['updates', 'public_keys'], [publicKey.text])
  change(config)
  const text = config.toString()
  const { ignition, report, texts } = compileText(text, {
    fileName: path,
    filesDir: undefined,
    applied: true,
  })
  if (ignition !== undefined && !report.hasErrors) return formatIgnition(ignition)
  throw new AfloatError('config/invalid', `Cannot compile "${path}":\n${formatReport(report, texts)}`)
}
