import { AfloatError } from '@afloat/report'
import { dirname } from '../path.ts'
import { replaceFile } from '../replace-file.ts'
import type { Sys } from '../sys.ts'
import { encodeUtf8 } from '../utf8.ts'

/** One promise of `Sys`. `check` returns what must equal `expected`; `dir` is an empty folder of its own. */
export type Promised = { name: string; check: (sys: Sys, dir: string) => unknown; expected: unknown }

/** What every implementation of the file tree keeps: checked on the fake and on real QuickJS. */
export const filePromises: readonly Promised[] = [
  {
    name: 'writes and reads text of any language',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/a`, 'añ€😀\0\n')
      return [sys.readText(`${dir}/a`), sys.stat(`${dir}/a`)?.size]
    },
    expected: ['añ€😀\0\n', 12],
  },
  {
    name: 'reads ranges in bytes',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/a`, '0123456789')
      const bytes = sys.readBytes(`${dir}/a`, { offset: 8, length: 9 })
      return [
        sys.readText(`${dir}/a`, { offset: 2, length: 3 }),
        [...bytes!],
        sys.readText(`${dir}/a`, { offset: 99 }),
      ]
    },
    expected: ['234', [0x38, 0x39], ''],
  },
  {
    name: 'replaces bad UTF-8',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/a`, Uint8Array.of(0x41, 0xff, 0x42))
      return sys.readText(`${dir}/a`)
    },
    expected: 'A\ufffdB',
  },
  {
    name: 'answers undefined for what is not there',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/file`, '')
      const paths = [`${dir}/no`, `${dir}/no/deeper`, `${dir}/file/below`]
      return paths.map((path) =>
        [
          sys.readText(path),
          sys.readBytes(path),
          sys.readLink(path),
          sys.list(path),
          sys.stat(path),
          sys.lstat(path),
        ].every((answer) => answer === undefined),
      )
    },
    expected: [true, true, true],
  },
  {
    name: 'gives files and folders the mode asked for, whatever was there',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/plain`, '')
      sys.writeFile(`${dir}/secret`, '', { mode: 0o644 })
      sys.writeFile(`${dir}/secret`, 'x', { mode: 0o600 })
      sys.writeFile(`${dir}/suid`, 'x', { mode: 0o4755 })
      sys.makeDirs(`${dir}/a/b`, { mode: 0o1777 })
      return ['plain', 'secret', 'suid', 'a', 'a/b'].map((name) => sys.stat(`${dir}/${name}`)?.mode)
    },
    expected: [0o644, 0o600, 0o4755, 0o1777, 0o1777],
  },
  {
    name: 'appends',
    check: (sys, dir) => {
      sys.appendText(`${dir}/a`, 'one ')
      sys.appendText(`${dir}/a`, encodeUtf8('two'))
      return sys.readText(`${dir}/a`)
    },
    expected: 'one two',
  },
  {
    name: 'offers bytes to what is there',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/a`, '')
      return [sys.offer(`${dir}/a`, encodeUtf8('añ')), sys.readText(`${dir}/a`)]
    },
    expected: [3, 'añ'],
  },
  {
    name: 'returns the folders it made, topmost first',
    check: (sys, dir) => {
      const names = (paths: string[]) => paths.map((path) => path.slice(dir.length))
      return [
        names(sys.makeDirs(`${dir}/a/b`)),
        names(sys.makeDirs(`${dir}/a/b/c`)),
        sys.makeDirs(`${dir}/a`),
      ]
    },
    expected: [['/a', '/a/b'], ['/a/b/c'], []],
  },
  {
    name: 'tells links from what they point to',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/file`, 'text')
      sys.symlink('file', `${dir}/link`)
      sys.symlink('nowhere', `${dir}/dangling`)
      return [
        sys.readText(`${dir}/link`),
        sys.readLink(`${dir}/link`),
        sys.readLink(`${dir}/file`) ?? null,
        sys.lstat(`${dir}/link`)?.kind,
        sys.stat(`${dir}/link`)?.kind,
        sys.exists(`${dir}/dangling`),
        sys.stat(`${dir}/dangling`) ?? null,
      ]
    },
    expected: ['text', 'file', null, 'symlink', 'file', true, null],
  },
  {
    name: 'tells by its version that a file was changed, replaced or given another mode',
    check: (sys, dir) => {
      const path = `${dir}/a`
      const versions: (string | undefined)[] = [sys.version(path)]
      const steps = [
        () => sys.writeFile(path, 'one'),
        () => {},
        () => sys.writeFile(path, 'two'),
        () => sys.chmod(path, 0o600),
        () => sys.writeFile(`${dir}/b`, 'two'),
        () => sys.rename(`${dir}/b`, path),
      ]
      for (const step of steps) {
        sys.sleepMs(20)
        step()
        versions.push(sys.version(path))
      }
      return versions.map((version) => versions.indexOf(version))
    },
    expected: [0, 1, 1, 3, 4, 4, 6],
  },
  {
    name: 'writes through a link',
    check: (sys, dir) => {
      sys.makeDirs(`${dir}/sub`)
      sys.symlink('sub/new', `${dir}/link`)
      sys.writeFile(`${dir}/link`, 'text')
      return [sys.readText(`${dir}/sub/new`), sys.lstat(`${dir}/link`)?.kind]
    },
    expected: ['text', 'symlink'],
  },
  {
    name: 'makes a second name of a file',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/a`, 'one')
      sys.link(`${dir}/a`, `${dir}/b`)
      sys.writeFile(`${dir}/a`, 'two')
      return sys.readText(`${dir}/b`)
    },
    expected: 'two',
  },
  {
    name: 'changes mode and owner',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/a`, '')
      sys.symlink('a', `${dir}/link`)
      sys.chown(`${dir}/a`, 12, 34)
      sys.chown(`${dir}/link`, 56, 78)
      sys.chmod(`${dir}/a`, 0o2750)
      const link = sys.lstat(`${dir}/link`)
      return [sys.stat(`${dir}/a`), link?.uid, link?.gid]
    },
    expected: [{ kind: 'file', mode: 0o2750, uid: 12, gid: 34, size: 0 }, 56, 78],
  },
  {
    name: 'renames over a file',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/a`, 'new')
      sys.writeFile(`${dir}/b`, 'old')
      sys.rename(`${dir}/a`, `${dir}/b`)
      return [sys.list(dir), sys.readText(`${dir}/b`)]
    },
    expected: [['b'], 'new'],
  },
  {
    name: 'removes files, links and trees, and is content with nothing',
    check: (sys, dir) => {
      sys.makeDirs(`${dir}/tree/deep`)
      sys.writeFile(`${dir}/tree/deep/file`, '')
      sys.writeFile(`${dir}/kept`, '')
      sys.symlink('../kept', `${dir}/tree/link`)
      sys.symlink(dir, `${dir}/tree/up`)
      sys.remove(`${dir}/tree`, { recursive: true })
      sys.remove(`${dir}/nothing`)
      return sys.list(dir)
    },
    expected: ['kept'],
  },
  {
    name: 'writes in place, also past the end',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/a`, '0123456789')
      const file = sys.openForWriting(`${dir}/a`, { exclusive: true })
      file.write(encodeUtf8('ab'), 8)
      file.write(encodeUtf8('xyzw').subarray(1, 3), 2)
      file.write(encodeUtf8('end'), 11)
      file.close()
      return sys.readText(`${dir}/a`)
    },
    expected: '01yz4567ab\0end',
  },
  {
    name: 'gives other random bytes each time',
    check: (sys) => {
      const [a, b] = [sys.randomBytes(16), sys.randomBytes(16)]
      return [a.length, b.length, a.some((byte, index) => byte !== b[index])]
    },
    expected: [16, 16, true],
  },
  {
    name: 'replaces a file whole',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/a`, 'old', { mode: 0o600 })
      replaceFile(sys, `${dir}/a`, 'new')
      return [sys.list(dir), sys.readText(`${dir}/a`), sys.stat(`${dir}/a`)?.mode]
    },
    expected: [['a'], 'new', 0o644],
  },
  ...(
    [
      ['reading a folder', 'sys/io-failed', 'EISDIR', (sys, dir) => sys.readText(dir)],
      ['reading the bytes of a folder', 'sys/io-failed', 'EISDIR', (sys, dir) => sys.readBytes(dir)],
      ['writing to a folder', 'sys/io-failed', 'EISDIR', (sys, dir) => sys.writeFile(dir, '')],
      ['writing without a folder', 'sys/io-failed', 'ENOENT', (sys, dir) => sys.writeFile(`${dir}/no/a`, '')],
      [
        'writing below a file',
        'sys/not-a-folder',
        'ENOTDIR',
        (sys, dir) => sys.writeFile(`${file(sys, dir)}/a`, ''),
      ],
      [
        'making folders below a file',
        'sys/not-a-folder',
        'ENOTDIR',
        (sys, dir) => sys.makeDirs(`${file(sys, dir)}/a/b`),
      ],
      ['a folder where a file is', 'sys/not-a-folder', 'ENOTDIR', (sys, dir) => sys.makeDirs(file(sys, dir))],
      ['a link where a file is', 'sys/io-failed', 'EEXIST', (sys, dir) => sys.symlink('x', file(sys, dir))],
      [
        'opening nothing for writing',
        'sys/io-failed',
        'ENOENT',
        (sys, dir) => sys.openForWriting(`${dir}/a`),
      ],
      ['opening a folder for writing', 'sys/io-failed', 'EISDIR', (sys, dir) => sys.openForWriting(dir)],
      [
        'offering to nothing',
        'sys/io-failed',
        'ENOENT',
        (sys, dir) => sys.offer(`${dir}/a`, encodeUtf8('a')),
      ],
      ['reading a pipe that is not there', 'sys/io-failed', 'ENOENT', (sys, dir) => sys.openPipe(`${dir}/a`)],
      ['renaming nothing', 'sys/io-failed', 'ENOENT', (sys, dir) => sys.rename(`${dir}/a`, `${dir}/b`)],
      [
        'removing a full folder',
        'sys/io-failed',
        'ENOTEMPTY',
        (sys, dir) => sys.remove(dirname(file(sys, dir))),
      ],
    ] satisfies [string, string, string, (sys: Sys, dir: string) => unknown][]
  ).map(([what, code, errno, run]) => ({
    name: `refuses ${what} with ${code}`,
    check: (sys: Sys, dir: string) => codeOf(() => run(sys, dir)),
    expected: [code, errno],
  })),
]

function file(sys: Sys, dir: string): string {
  sys.writeFile(`${dir}/file`, '')
  return `${dir}/file`
}

/** Returns code and error name of what `run` throws. */
export function codeOf(run: () => unknown): unknown {
  try {
    return ['no error', run()]
  } catch (error) {
    return error instanceof AfloatError ? [error.code, error.details['errno']] : [String(error)]
  }
}
