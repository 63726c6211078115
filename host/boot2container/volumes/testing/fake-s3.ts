import type { FakeSys } from '../../../sys/fake-sys.ts'
import { basename } from '../../../sys/path.ts'
import { decodeUtf8 } from '../../../sys/utf8.ts'

/** An S3 server with its client and `md5sum`, on a fake machine: `alias/bucket/key` stands for an object. */
export class FakeS3 {
  readonly objects = new Map<string, string>()
  /** What the next commands are answered with, first to last; undefined lets one through. */
  readonly failures: (string | undefined)[] = []

  constructor(sys: FakeSys, client = 'mcli') {
    sys.addProgram(client, ([verb, , ...args], options, at) => {
      if (options.env?.['MC_CONFIG_DIR'] !== '/run/afloat/s3') throw new Error('The client has no settings')
      const failure = this.failures.shift()
      if (failure !== undefined) {
        const error = { message: 'Failed.', cause: { message: failure, error: { Code: failure } } }
        // As the real one does at times: a failure, and 0 all the same.
        return { stdout: `${JSON.stringify({ status: 'error', error })}\nadvice in words\n` }
      }
      const words = args.slice(args.indexOf('--') + 1)
      if (verb === 'ls') return { stdout: this.#list(args.at(-1)!) }
      if (verb === 'rm') for (const url of words) this.objects.delete(url)
      if (verb === 'cp') this.#copy(at, words.slice(0, -1), words.at(-1)!)
      return {}
    })
    sys.addProgram('md5sum', ([, ...paths], _, at) => ({
      stdout: paths.map((path) => `${fakeMd5(at.readText(path) ?? '')}  ${path}\n`).join(''),
    }))
  }

  #list(url: string): string {
    const lines = Array.from(this.objects, ([key, text]) =>
      key.startsWith(url)
        ? `${JSON.stringify({ status: 'success', type: 'file', key: key.slice(url.length), size: text.length, etag: fakeMd5(text) })}\n`
        : '',
    )
    return lines.join('')
  }

  #copy(sys: FakeSys, sources: readonly string[], target: string): void {
    for (const source of sources) {
      const to = target + basename(source)
      if (source.startsWith('/')) this.objects.set(to, sys.readText(source) ?? '')
      else sys.writeFile(to, this.objects.get(source) ?? '')
    }
  }
}

/** As many digits as the real one has, from contents alone. */
export function fakeMd5(text: string): string {
  let sum = 7
  for (const character of text) sum = (sum * 31 + character.codePointAt(0)!) % 4294967291
  return sum.toString(16).padStart(8, '0').repeat(4)
}

/** What a request carried as its standard input. */
export function inputText(input: string | Uint8Array | undefined): string {
  return typeof input === 'string' ? input : decodeUtf8(input ?? new Uint8Array())
}
