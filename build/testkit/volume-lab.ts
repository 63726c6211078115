import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { after, afterEach, before, beforeEach } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Volume } from '@afloat/boot2container'
import type { Answer } from '../../host/boot2container/volumes/testing/steps.ts'
import type { ToolsTree } from '../tools-tree.ts'
import { type S3Server, startS3Server } from './s3-server.ts'
import { ensureServersTree } from './servers-tree.ts'
import { prepareSandboxes, type Sandbox, startSandbox } from './volume-sandbox.ts'

/** Where a sandbox has the volume `data`. */
export const folder = '/run/afloat/volumes/data/_data'

/** The answer to a step that went well. */
export const fine = { said: [], output: '' }

export const plain: Volume = {
  name: 'data',
  pullOn: [],
  pushOn: [],
  expiration: 'never',
  overwrite: false,
  remove: false,
  exclude: [],
  preserve: false,
  resetFscryptKey: false,
}

/**
 * What the tests of a file work with: real QuickJS, the real S3 client against a real server, and fscrypt of this computer's
 * kernel on an ext4 of its own. Make one per file, outside of tests: each test gets a new sandbox and a new bucket.
 */
export class VolumeLab {
  #tree!: ToolsTree
  #dir!: string
  #count = 0
  s3!: S3Server
  box!: Sandbox
  bucket!: string

  constructor() {
    before(async () => {
      this.#tree = await ensureServersTree()
      this.s3 = await startS3Server(this.#tree)
    })
    after(async () => await this.s3?.stop())
    beforeEach(async () => {
      this.#dir = await mkdtemp('/tmp/afloat-volumes-')
      await prepareSandboxes(this.#tree, this.#dir)
      this.restart()
      this.bucket = `bucket-${++this.#count}`
      await this.s3.makeBucket(this.bucket)
    })
    afterEach(async () => {
      await this.box.kill()
      await rm(this.#dir, { recursive: true, force: true })
    })
  }

  /** Starts a new sandbox, on what is left of the one before. */
  restart(): void {
    this.box = startSandbox(this.#tree, this.#dir)
  }

  /** The volume `data`, mirrored with the bucket. */
  mirrored(volume: Partial<Volume> = {}): Volume {
    const url = `store/${this.bucket}/path`
    return { ...plain, pullFrom: url, pushTo: url, overwrite: true, remove: true, ...volume }
  }

  async open(...volumes: Volume[]): Promise<Answer> {
    return await this.openFrom(this.s3.port, ...volumes)
  }

  /** Opens volumes with an S3 server at another port. */
  async openFrom(port: number, ...volumes: Volume[]): Promise<Answer> {
    const s3Aliases = [
      { alias: 'store', url: `http://127.0.0.1:${port}`, key: 'user', secret: 'pass@w:rd/1' },
    ]
    return await this.box.step({ open: { volumes, s3Aliases }, cacheDir: '/mnt' })
  }

  /** Waits until the bucket holds what is expected; fails with what it holds. */
  async bucketBecomes(expected: Record<string, string>, withinMs = 5000): Promise<number> {
    const startMs = Date.now()
    for (;;) {
      const found: Record<string, string | undefined> = {}
      for (const key of await this.s3.list(this.bucket))
        found[key.replace(/^path\//, '')] = await this.s3.get(this.bucket, key)
      try {
        assert.deepEqual(found, expected)
        return Date.now() - startMs
      } catch (error) {
        if (Date.now() - startMs > withinMs) throw error
      }
      await sleep(50)
    }
  }
}
