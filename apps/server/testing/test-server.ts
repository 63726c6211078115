import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afloatAppId, formatRequest, type OmahaResponse, parseResponse, type RequestApp } from '@afloat/omaha'
import type { Hono } from 'hono'
import { ensureToken } from '../api/token.ts'
import { createApp } from '../app.ts'
import { baseUrlOf } from '../base-url.ts'
import { prepareStore } from '../bundles/store-bundle.ts'
import { type Database, openDatabase } from '../database/open.ts'

/** The server without a socket, in a directory of its own, with a clock that stands still. */
export class TestServer implements AsyncDisposable {
  readonly app: Hono
  readonly db: Database
  readonly dir: string
  readonly token: string
  readonly log: string[] = []
  now = new Date('2026-11-20T12:00:00Z')

  private constructor(dir: string, db: Database, token: string, pollIntervalSeconds: number | undefined) {
    this.dir = dir
    this.db = db
    this.token = token
    this.app = createApp({
      db,
      dataDir: dir,
      token,
      pollIntervalSeconds,
      now: () => this.now,
      log: (line) => this.log.push(line),
      baseUrl: baseUrlOf(undefined),
    })
  }

  static async start(options: { pollIntervalSeconds?: number } = {}): Promise<TestServer> {
    const dir = await mkdtemp(join(tmpdir(), 'afloat-server-'))
    await prepareStore(dir)
    return new TestServer(dir, await openDatabase(dir), await ensureToken(dir), options.pollIntervalSeconds)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.db.destroy()
    await rm(this.dir, { recursive: true })
  }

  async post(xml: string | Uint8Array<ArrayBuffer>, path = '/v1/update/'): Promise<Response> {
    return await this.app.request(path, {
      method: 'POST',
      body: xml,
      headers: { 'Content-Type': 'text/xml' },
    })
  }

  /** Asks as a machine: what is not given is that of an ordinary one in group "stable". */
  async ask(...apps: Partial<RequestApp>[]): Promise<OmahaResponse> {
    const whole = apps.map((app) => ({
      appId: afloatAppId,
      version: '1.0.0',
      track: 'stable',
      board: 'amd64-usr',
      machineId: 'machine-1',
      events: [],
      ...app,
    }))
    const response = await this.post(formatRequest({ protocol: '3.0', apps: whole }))
    return parseResponse(await response.text())
  }

  /** A request with the token. */
  async api(path: string, init: RequestInit = {}): Promise<Response> {
    return await this.app.request(path, { ...init, headers: { Authorization: `Bearer ${this.token}` } })
  }
}
