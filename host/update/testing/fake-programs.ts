import type { FakeSys } from '../../sys/fake-sys.ts'
import { encodeUtf8 } from '../../sys/utf8.ts'
import { fakeHash, fakeKey, fakeSignature, fakeUnpack } from './fake-release.ts'

/** Gives a fake machine the programs that the agent runs, but curl. */
export function addPrograms(sys: FakeSys, room: { freeBytes: number }): void {
  sys.addProgram('sha256sum', ([first, path = ''], { input }) => {
    const bytes = first === '--' ? sys.readBytes(path) : typeof input === 'string' ? encodeUtf8(input) : input
    return { stdout: `${fakeHash(bytes ?? new Uint8Array())}  -\n` }
  })
  // What frames-job.ts has a shell do.
  sys.addProgram('sh', ([, , , folder = '', limit, packed = '', ...places], { input }) => {
    const unpacked = new Map<string, Uint8Array>()
    for (const name of packed.split(' ').filter((word) => word !== '')) {
      const bytes = fakeUnpack(sys.readBytes(`${folder}/${name}`)!, 512 * Number(limit))
      if (bytes === undefined) return { code: 65 }
      unpacked.set(name.replace(/\.zst$/, ''), bytes)
    }
    const bytesOf = (name: string) => unpacked.get(name) ?? sys.readBytes(`${folder}/${name}`)!
    for (const [, hash, name] of String(input).matchAll(/^(\w+) {2}(\d+)$/gm))
      if (fakeHash(bytesOf(name!)) !== hash) return { code: 65 }
    for (let at = 0; at < places.length; at += 4) {
      const [name = '', target = '', seek] = places.slice(at, at + 3)
      if (target !== '') sys.openForWriting(target).write(bytesOf(name), Number(seek))
    }
    return {}
  })
  sys.addProgram('truncate', ([size = '', path = '']) => {
    sys.writeFile(path, sys.readBytes(path, { length: Number(size.split('=')[1]) })!)
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
