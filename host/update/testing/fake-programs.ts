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
  sys.addProgram('sh', ([, , , folder = '', ...runs], { input }) => {
    const bytesOf = (name: string) => sys.readBytes(`${folder}/${name}`)!
    for (const [, hash, name] of String(input).matchAll(/^(\w+) {2}(\d+)$/gm))
      if (fakeHash(bytesOf(name!)) !== hash) return { code: 65 }
    for (let at = 0; at < runs.length; at += 6) {
      const [names = '', program = '', target = '', seek] = runs.slice(at, at + 4)
      let place = Number(seek)
      for (const name of target === '' ? [] : names.split(' ')) {
        const bytes = program.startsWith('zstd') ? fakeUnpack(bytesOf(name)) : bytesOf(name)
        if (bytes === undefined) return { code: 65 }
        sys.openForWriting(target).write(bytes, place)
        place += bytes.length
      }
    }
    return {}
  })
  sys.addProgram('mkfifo', (paths) => {
    for (const path of paths) sys.addFile(path, '')
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
