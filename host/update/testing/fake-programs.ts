import type { FakeSys } from '../../sys/fake-sys.ts'
import { encodeUtf8 } from '../../sys/utf8.ts'
import { fakeHash, fakeKey, fakeSignature } from './fake-release.ts'

/** Gives a fake machine the programs that the agent runs, but curl. */
export function addPrograms(sys: FakeSys, room: { freeBytes: number }): void {
  sys.addProgram('sha256sum', ([first, path = ''], { input }) => {
    const bytes = first === '--' ? sys.readBytes(path) : typeof input === 'string' ? encodeUtf8(input) : input
    return { stdout: `${fakeHash(bytes ?? new Uint8Array())}  -\n` }
  })
  // What frame-job.ts has a shell do.
  sys.addProgram('sh', ([, , , source = '', , offset, stored, limit, hash, target = '', seek]) => {
    const packed =
      sys.readBytes(source, { offset: Number(offset), length: Number(stored) }) ?? new Uint8Array()
    const bytes = new Uint8Array(Number(limit) || packed.length)
    if (packed.length > bytes.length) return { code: 65 }
    bytes.set(packed)
    if (fakeHash(bytes) !== hash) return { code: 65 }
    if (target !== '') sys.openForWriting(target).write(bytes, Number(seek))
    return {}
  })
  sys.addProgram('openssl', (args) => {
    const fileOf = (option: string) => sys.readBytes(args[args.indexOf(option) + 1] ?? '') ?? new Uint8Array()
    const right = fakeSignature(fileOf('-in'), fakeKey)
    return { code: fakeHash(fileOf('-sigfile')) === fakeHash(right) ? 0 : 1 }
  })
  sys.addProgram('stat', () => ({ stdout: `${Math.floor(room.freeBytes / 4096)} 4096\n` }))
  sys.addProgram('sync', (args) => {
    for (const path of args.slice(1)) sys.sync(path)
    return {}
  })
  sys.addProgram('systemctl')
  sys.addProgram('systemd-run')
}
