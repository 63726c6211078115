import { encodeBase64 } from '@afloat/ignition/base64'
import { afloatAppId, formatResponse, parseRequest, type RequestEvent } from '@afloat/omaha'
import type { FakeResult, FakeSys } from '../../sys/fake-sys.ts'

/** What a server sends for a request of the bundle, where that is not what it should. */
export type Misbehaviour = (answer: { status: number; headers: string[]; body: Uint8Array }) => {
  status?: number
  headers?: string[]
  body?: Uint8Array
  /** How curl ends; 0 by default. */
  code?: number
}

/** An update server at the other end of a fake curl. */
export class FakeServer {
  /** Events as they came, each with the version that told it. */
  readonly events: (RequestEvent & { from: string })[] = []
  /** First byte of each request for a part of the bundle. */
  readonly ranges: string[] = []
  checks = 0
  offer: { version: string; bundle: Uint8Array; sizeBytes?: number } | undefined
  pollIntervalSeconds: number | undefined
  /** curl's exit code for every request; 7 is "connection refused". */
  down: number | undefined
  misbehave: Misbehaviour | undefined
  /** Raw answer to update requests. */
  answer: string | undefined

  install(sys: FakeSys): void {
    sys.addProgram('curl', (_, { input }) => {
      const requests = String(input)
        .split(/^next\n/m)
        .map(readOptions)
      let result: FakeResult = {}
      for (const request of requests) {
        result = this.#curl(sys, request)
        if ((result.code ?? 0) !== 0) break
      }
      return result
    })
  }

  #curl(sys: FakeSys, options: ReadonlyMap<string, string>): FakeResult {
    if (this.down !== undefined) return { code: this.down, stderr: `curl: (${this.down}) no connection` }
    const body = options.get('data-binary')
    const headFile = options.get('dump-header') ?? ''
    if (body !== undefined) return this.#answer(sys, headFile, body.slice(1))
    return this.#sendBundle(sys, headFile, options)
  }

  #answer(sys: FakeSys, headFile: string, file: string): FakeResult {
    sys.addFile(headFile, 'HTTP/1.1 200 OK\r\n\r\n')
    const request = parseRequest(sys.readText(file) ?? '')
    const app = request.apps[0]!
    this.events.push(...app.events.map((event) => ({ ...event, from: app.version })))
    const isCheck = app.updateCheck !== undefined
    if (isCheck) this.checks++
    if (isCheck && this.answer !== undefined) return { stdout: this.answer }
    const poll =
      this.pollIntervalSeconds === undefined ? {} : { pollIntervalSeconds: this.pollIntervalSeconds }
    const offered = this.offer !== undefined && this.offer.version !== app.version ? this.offer : undefined
    const updateCheck =
      offered === undefined
        ? { status: 'noupdate', urls: [], manifests: [], ...poll }
        : { status: 'ok', urls: ['http://server/bundles'], manifests: [manifestOf(offered)], ...poll }
    const app1 = { appId: `{${afloatAppId}}`, status: 'ok', ping: 'ok', events: app.events.map(() => 'ok') }
    const apps = [isCheck ? { ...app1, updateCheck } : app1]
    return { stdout: formatResponse({ protocol: '3.0', server: 'fake', apps }) }
  }

  #sendBundle(sys: FakeSys, headFile: string, options: ReadonlyMap<string, string>): FakeResult {
    const version = /\/([^/]+)\.afloat$/.exec(options.get('url') ?? '')?.[1]
    const whole = this.offer?.version === version ? this.offer?.bundle : undefined
    const [start = 0, end = 0] = (options.get('range') ?? '').split('-').map(Number)
    this.ranges.push(`${start}-`)
    if (whole === undefined) {
      sys.addFile(headFile, 'HTTP/1.1 404 Not Found\r\n\r\n')
      return { code: 22, stderr: 'curl: (22) 404' }
    }
    const last = Math.min(end, whole.length - 1)
    const right = {
      status: 206,
      headers: [`Content-Range: bytes ${start}-${last}/${whole.length}`],
      body: whole.slice(start, last + 1),
    }
    const wrong = this.misbehave?.(right) ?? {}
    const { status, headers, body } = { ...right, ...wrong }
    sys.addFile(headFile, `HTTP/1.1 ${status} X\r\n${headers.join('\r\n')}\r\n\r\n`)
    const ending = {
      code: wrong.code ?? 0,
      stderr: wrong.code === undefined ? '' : `curl: (${wrong.code}) broken`,
    }
    const limit = Number(options.get('max-filesize'))
    const output = options.get('output')
    if (output === undefined) return { ...ending, bytes: body }
    if (body.length > limit) {
      sys.writeFile(output, body.slice(0, limit))
      return { code: 63, stderr: 'curl: (63) Maximum file size exceeded' }
    }
    sys.writeFile(output, body)
    return ending
  }
}

function manifestOf({ version, bundle, sizeBytes = bundle.length }: NonNullable<FakeServer['offer']>) {
  return {
    version,
    packages: [{ name: `${version}.afloat`, sizeBytes, required: true }],
    actions: [{ event: 'postinstall', sha256: encodeBase64(new Uint8Array(32)) }],
  }
}

function readOptions(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^([a-z-]+) = "(.*)"$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
}
