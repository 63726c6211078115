import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundleHostProgram } from '@afloat/build/bundle'
import { ensureParts } from '@afloat/build/release-parts'
import type { Machine } from '../machine.ts'
import type { DiskImage } from '../qemu-args.ts'
import type { Lab } from './lab.ts'

/** What goes wrong in the faulty release; in the good one nothing does. `none`: nothing there either. */
export type Fault = 'none' | 'probe' | 'unit' | 'hang' | 'crash'

/** Names the fault, on the machine. */
const faultPath = '/var/lib/fault'
const program = '/var/lib/try-release.js'

const isFault = (fault: Fault): string => `[ -e /usr/share/faulty ] && [ "$(cat ${faultPath})" = ${fault} ]`

/** Units that a machine's configuration brings along, in YAML; they behave until the faulty release runs them. */
export const faultUnits = `
systemd:
  units:
    # it knows nothing of these trials, and would clear away what is left of them
    - name: afloat-update.service
      mask: true
    - name: needed.service
      enabled: true
      contents: |
        [Service]
        ExecStart=/bin/sh -c 'if ${isFault('unit')}; then echo No oars on board; exit 7; fi; exec sleep infinity'
        [Install]
        WantedBy=multi-user.target
    - name: answers.socket
      enabled: true
      contents: |
        [Socket]
        ListenStream=127.0.0.1:8090
        Accept=yes
        [Install]
        WantedBy=sockets.target
    - name: answers@.service
      contents: |
        [Service]
        StandardInput=socket
        StandardError=journal
        ExecStart=/bin/sh -c 'read -r line; s=200; if ${isFault('probe')}; then s=500; fi; printf "HTTP/1.0 $$s x\\\\r\\\\nContent-Length: 0\\\\r\\\\n\\\\r\\\\n"; cat >/dev/null'
`

/** What must work, as provisioning writes it; a machine that asks no server. */
export const healthConfig = JSON.stringify({
  apiVersion: 'afloat/v1',
  kind: 'UpdateConfig',
  server: 'http://127.0.0.1:1/v1/update/',
  group: 'stable',
  publicKeys: [],
  automatic: false,
  health: [{ unit: 'needed.service' }, { unit: 'answers.socket', url: 'http://127.0.0.1:8090/' }],
})

/** Units of the faulty release's own. */
const overlay: Readonly<Record<string, string>> = {
  'usr/share/faulty': '',
  'usr/lib/systemd/system/fault-hang.service': `[Service]
Type=oneshot
TimeoutStartSec=infinity
ExecStart=/bin/sh -c 'if ${isFault('hang')}; then exec sleep infinity; fi'
`,
  'usr/lib/systemd/system/fault-crash.service': `[Unit]
DefaultDependencies=no
After=local-fs.target
[Service]
ExecStart=/bin/sh -c 'if ${isFault('crash')}; then kill -SEGV 1; fi'
`,
  'usr/lib/systemd/system/multi-user.target.d/fault.conf': '[Unit]\nWants=fault-hang.service\n',
  'usr/lib/systemd/system/sysinit.target.d/fault.conf': '[Unit]\nWants=fault-crash.service\n',
}

type Part = { readonly offset: number; readonly bytes: number }

/** A release on a disk of its own, for a machine to copy into its other slot. */
export class FaultyRelease {
  readonly version: string
  readonly rootHash: string
  readonly disk: DiskImage
  readonly #parts: { readonly usr: Part; readonly verity: Part; readonly uki: Part }

  private constructor(
    of: { version: string; rootHash: string; disk: DiskImage },
    parts: { usr: Part; verity: Part; uki: Part },
  ) {
    this.version = of.version
    this.rootHash = of.rootHash
    this.disk = of.disk
    this.#parts = parts
  }

  /** Builds it. `files` are more of it by path, programs all of them. */
  static async build(
    lab: Lab,
    version: string,
    files: Readonly<Record<string, string>> = {},
  ): Promise<FaultyRelease> {
    const dir = join(lab.dir, `overlay-${version}`)
    for (const [path, text] of Object.entries({ ...overlay, ...files })) {
      await mkdir(dirname(join(dir, path)), { recursive: true })
      await writeFile(join(dir, path), text, { mode: path in files ? 0o755 : 0o644 })
    }
    const { usr, boot } = await ensureParts({ version, overlay: dir }, (_, run) => run())
    const path = join(lab.dir, `release-${version}.raw`)
    const [first = noPart, second = noPart, third = noPart] = await pack(path, [
      usr.erofs,
      usr.verity,
      boot.uki,
    ])
    const of = { version, rootHash: usr.rootHash, disk: { path, format: 'raw' } as const }
    return new FaultyRelease(of, { usr: first, verity: second, uki: third })
  }

  /** Writes it to the other slot of a machine that has its disk as the second one. */
  async writeTo(machine: Machine): Promise<void> {
    await machine.copyIn(Buffer.from(await bundleHostProgram('host/health/testing/try-release.ts')), program)
    await this.#order(machine, { action: 'write', settleSec: 0 })
  }

  /** Orders the machine to change to it; returns when going down has begun, or with "arm" would have. */
  async tryOn(
    machine: Machine,
    order: { action: 'soft-reboot' | 'arm' | 'reboot'; fault: Fault; settleSec: number },
  ): Promise<void> {
    await machine.sh(`echo ${order.fault} >${faultPath}; sync`)
    await this.#order(machine, order).catch((error: unknown) => {
      // going down may be quicker than the answer
      if ((error as { code?: unknown }).code !== 'vm/exec-interrupted') throw error
    })
  }

  async #order(machine: Machine, order: { action: string; settleSec: number }): Promise<void> {
    const { version, rootHash } = this
    const json = JSON.stringify({ ...order, version, rootHash, source: '/dev/vdb', ...this.#parts })
    await machine.sh(`qjs --std --no-unhandled-rejection -m ${program} '${json}'`, { timeoutMs: 180_000 })
  }
}

const noPart: Part = { offset: 0, bytes: 0 }
const alignBytes = 1024 ** 2

/** Puts files one after the other into a new one; returns where each is. */
async function pack(path: string, files: readonly string[]): Promise<Part[]> {
  const target = await open(path, 'w')
  const parts: Part[] = []
  let offset = 0
  try {
    for (const file of files) {
      const bytes = await readFile(file)
      await target.write(bytes, 0, bytes.length, offset)
      parts.push({ offset, bytes: bytes.length })
      offset = Math.ceil((offset + bytes.length) / alignBytes) * alignBytes
    }
    await target.truncate(offset)
  } finally {
    await target.close()
  }
  return parts
}
