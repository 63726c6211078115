import { ioError, programMissing } from './errors.ts'
import { lookUp, lookUpParent, type Node, newNode, resolveForWrite, toStat, touch } from './fake-tree.ts'
import { type FakeWatch, fakeWatcher } from './fake-watcher.ts'
import { mustRun } from './must-run.ts'
import { dirname } from './path.ts'
import { shellLine } from './shell-line.ts'
import type {
  AttachedOptions,
  AttachedResult,
  ByteRange,
  ByteStream,
  Job,
  MustRunOptions,
  OpenFile,
  PipeReader,
  RunOptions,
  RunResult,
  StreamOptions,
  Sys,
  Watcher,
} from './sys.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

/** What a fake program does: anything to the fake machine, and its result (exit code 0 and no output by default). */
export type FakeProgram = (
  args: readonly string[],
  options: RunOptions,
  sys: FakeSys,
) => FakeResult | undefined

/** `bytes` is what `openStream` reads, where that is no text. */
export type FakeResult = Partial<RunResult> & { bytes?: Uint8Array }

/** Asked before each change of a file: an error name such as `ENOSPC` makes it fail, and so does throwing. */
export type Fault = (operation: string, path: string) => string | undefined

/** A machine in memory, for tests. It starts with an empty root folder, at uptime 0, and knows no programs. */
export class FakeSys implements Sys {
  /** Every command that was started, as a person would type it. */
  readonly commands: string[] = []
  readonly logged: string[] = []
  readonly printed: string[] = []
  /** What `writeOutput` was given. */
  output = ''
  /** What `readInput` returns, piece by piece; then its end. */
  readonly inputs: Uint8Array[] = []
  /** Paths given to `sync`; "" for everything. */
  readonly synced: string[] = []
  fault: Fault = () => undefined
  readonly #root: Node = newNode('directory', 0o755)
  readonly #programs = new Map<string, FakeProgram>()
  readonly #watched = new Map<string, FakeWatch>()
  #uptimeMs = 0
  #randomCount = 0
  #startedAtMs: number

  constructor(options: { files?: Readonly<Record<string, string>>; nowMs?: number } = {}) {
    this.#startedAtMs = options.nowMs ?? Date.UTC(2026, 0, 1)
    for (const [path, text] of Object.entries(options.files ?? {})) this.addFile(path, text)
  }

  /** Puts the node of a device there, as `8:0`. */
  addDevice(path: string, kind: 'block' | 'character', device: string) {
    this.makeDirs(dirname(path))
    this.#put('make the node', path, { ...newNode(kind, 0o600), device })
  }

  /** Puts a file and its folders there, past `fault`. */
  addFile(
    path: string,
    data: string | Uint8Array,
    attributes: { mode?: number; uid?: number; gid?: number } = {},
  ) {
    const fault = this.fault
    this.fault = () => undefined
    this.makeDirs(dirname(path))
    this.writeFile(path, data, { mode: attributes.mode ?? 0o644 })
    if (attributes.uid !== undefined) this.chown(path, attributes.uid, attributes.gid ?? attributes.uid)
    this.fault = fault
  }

  addProgram(name: string, program: FakeProgram = () => undefined): void {
    this.#programs.set(name, program)
  }

  /** Gives `watch(argv)` its lines; after them the watched program lives on in silence, or ends. */
  addWatch(argv: readonly string[], lines: readonly string[], options: { ends?: boolean } = {}): void {
    this.#watched.set(shellLine(argv), { lines: [...lines], ends: options.ends ?? false })
  }

  readText(path: string, range?: ByteRange): string | undefined {
    const bytes = this.readBytes(path, range)
    return bytes && decodeUtf8(bytes)
  }

  readBytes(
    path: string,
    { offset = 0, length = Number.POSITIVE_INFINITY }: ByteRange = {},
  ): Uint8Array | undefined {
    const node = lookUp(this.#root, path, { follow: true })
    if (node === undefined) return undefined
    if (node.kind === 'directory') throw ioError(`read "${path}"`, 'EISDIR')
    return node.bytes.slice(offset, offset + length)
  }

  writeFile(path: string, data: string | Uint8Array, options: { mode?: number } = {}): void {
    const node = this.#openForWrite(path, options.mode)
    node.bytes = toBytes(data)
    touch(node)
    if (options.mode !== undefined) node.mode = options.mode
  }

  appendText(path: string, data: string | Uint8Array, options: { mode?: number } = {}): void {
    const node = this.#openForWrite(path, options.mode)
    const added = toBytes(data)
    const bytes = new Uint8Array(node.bytes.length + added.length)
    bytes.set(node.bytes)
    bytes.set(added, node.bytes.length)
    node.bytes = bytes
    touch(node)
  }

  offer(path: string, bytes: Uint8Array): number {
    this.#existing(`write "${path}"`, 'offer', path, true)
    this.appendText(path, bytes)
    return bytes.length
  }

  openPipe(path: string): PipeReader {
    this.#existing(`read "${path}"`, 'open', path, true)
    let position = 0
    return {
      read: () => {
        const bytes = this.readBytes(path, { offset: position }) ?? new Uint8Array()
        position += bytes.length
        return bytes
      },
      close: () => {},
    }
  }

  makeDirs(path: string, options: { mode?: number } = {}): string[] {
    const node = lookUp(this.#root, path, { follow: true })
    if (node?.kind === 'directory') return []
    if (node !== undefined || path === '/') throw ioError(`make the folder "${path}"`, 'ENOTDIR')
    const made = this.makeDirs(dirname(path), options)
    this.#put('make the folder', path, newNode('directory', options.mode ?? 0o755))
    return [...made, path]
  }

  symlink(target: string, path: string): void {
    const node = newNode('symlink', 0o777)
    node.target = target
    this.#put('make the link', path, node)
  }

  link(target: string, path: string): void {
    const node = lookUp(this.#root, target, { follow: false })
    if (node === undefined) throw ioError(`make the link "${path}"`, 'ENOENT')
    if (node.kind === 'directory') throw ioError(`make the link "${path}"`, 'EPERM')
    this.#put('make the link', path, node)
  }

  readLink(path: string): string | undefined {
    const node = lookUp(this.#root, path, { follow: false })
    return node?.kind === 'symlink' ? node.target : undefined
  }

  rename(from: string, to: string): void {
    const action = `rename "${from}" to "${to}"`
    this.#check(action, 'rename', to)
    const source = lookUpParent(this.#root, from)
    const node = source?.folder.entries.get(source.name)
    const target = lookUpParent(this.#root, to)
    if (source === undefined || node === undefined || target === undefined) throw ioError(action, 'ENOENT')
    const over = target.folder.entries.get(target.name)
    if (over === node) return
    if (over?.kind === 'directory' && node.kind !== 'directory') throw ioError(action, 'EISDIR')
    if (over !== undefined && over.kind !== 'directory' && node.kind === 'directory')
      throw ioError(action, 'ENOTDIR')
    if (over !== undefined && over.entries.size > 0) throw ioError(action, 'ENOTEMPTY')
    source.folder.entries.delete(source.name)
    target.folder.entries.set(target.name, node)
  }

  remove(path: string, options: { recursive?: boolean } = {}): void {
    const parent = lookUpParent(this.#root, path)
    const node = parent?.folder.entries.get(parent.name)
    if (parent === undefined || node === undefined) return
    this.#check(`remove "${path}"`, 'remove', path)
    if (node.entries.size > 0 && options.recursive !== true) throw ioError(`remove "${path}"`, 'ENOTEMPTY')
    parent.folder.entries.delete(parent.name)
  }

  list(path: string): string[] | undefined {
    const node = lookUp(this.#root, path, { follow: true })
    return node?.kind === 'directory' ? [...node.entries.keys()].sort() : undefined
  }

  stat(path: string) {
    const node = lookUp(this.#root, path, { follow: true })
    return node && toStat(node)
  }

  lstat(path: string) {
    const node = lookUp(this.#root, path, { follow: false })
    return node && toStat(node)
  }

  version(path: string): string | undefined {
    return lookUp(this.#root, path, { follow: false })?.version.toString()
  }

  exists(path: string): boolean {
    return this.lstat(path) !== undefined
  }

  chmod(path: string, mode: number): void {
    const node = this.#existing(`change the mode of "${path}"`, 'chmod', path, true)
    node.mode = mode
    touch(node)
  }

  chown(path: string, uid: number, gid: number): void {
    const node = this.#existing(`change the owner of "${path}"`, 'chown', path, false)
    Object.assign(node, { uid, gid })
    touch(node)
  }

  sync(path?: string): void {
    this.#check(`write "${path ?? 'everything'}" to the medium`, 'sync', path ?? '')
    this.synced.push(path ?? '')
  }

  openForWriting(path: string): OpenFile {
    const action = `open "${path}" for writing`
    const node = this.#existing(action, 'open', path, true)
    if (node.kind === 'directory') throw ioError(action, 'EISDIR')
    return {
      write: (bytes, offset) => {
        this.#check(`write "${path}" at byte ${offset}`, 'write', path)
        if (node.bytes.length < offset + bytes.length) {
          const longer = new Uint8Array(offset + bytes.length)
          longer.set(node.bytes)
          node.bytes = longer
        }
        node.bytes.set(bytes, offset)
        touch(node)
      },
      close: () => {},
    }
  }

  run(argv: readonly string[], options: RunOptions = {}): RunResult {
    const { bytes: _, ...result } = this.#runFake(argv, options)
    return result
  }

  start(argv: readonly string[], options?: RunOptions): Job {
    const result = this.run(argv, options)
    return { ended: true, wait: () => result, stop: () => {} }
  }

  /** Shows what the program says on standard error, and forgets its output. */
  runAttached(argv: readonly string[], options: AttachedOptions = {}): AttachedResult {
    const { code, stderr } = this.#runFake(argv, options)
    if (stderr !== '') this.log(decodeUtf8(options.rewrite?.(encodeUtf8(stderr)) ?? encodeUtf8(stderr)))
    return { code, stderr, timedOut: options.giveUp?.(this.commands.length) === true }
  }

  openStream(argv: readonly string[], options?: StreamOptions): ByteStream {
    const { code, stdout, stderr, bytes = encodeUtf8(stdout) } = this.#runFake(argv, options)
    let position = 0
    return {
      fill: (target) => {
        const piece = bytes.subarray(position, position + target.length)
        target.set(piece)
        position += piece.length
        return piece.length
      },
      close: () => ({ code, stderr }),
    }
  }

  #runFake(argv: readonly string[], options: RunOptions = {}): RunResult & FakeResult {
    this.commands.push(shellLine(argv))
    const program = this.#programs.get(argv[0] ?? '')
    if (program === undefined) throw programMissing(argv[0] ?? '')
    const result = program(argv.slice(1), options, this)
    for (const line of (result?.stderr ?? '').split('\n')) if (line !== '') options.onStderr?.(line)
    return { code: 0, stdout: '', stderr: '', timedOut: false, ...result }
  }

  mustRun(argv: readonly string[], options?: MustRunOptions): string {
    return mustRun(this, argv, options)
  }

  spawnDetached(argv: readonly string[]): number {
    this.run(argv)
    return this.commands.length
  }

  watch(argv: readonly string[]): Watcher {
    const watched = this.#watched.get(shellLine(argv))
    if (watched === undefined) throw programMissing(argv[0] ?? '')
    this.commands.push(shellLine(argv))
    return fakeWatcher(watched, (durationMs) => this.sleepMs(durationMs))
  }

  has(name: string): boolean {
    return this.#programs.has(name)
  }

  uptimeMs(): number {
    return this.#uptimeMs
  }

  nowMs(): number {
    return this.#startedAtMs + this.#uptimeMs
  }

  sleepMs(durationMs: number): void {
    this.#uptimeMs += durationMs
  }

  log(line: string): void {
    this.logged.push(line)
  }

  print(line: string): void {
    this.printed.push(line)
  }

  writeOutput(data: string | Uint8Array): void {
    this.output += typeof data === 'string' ? data : decodeUtf8(data)
  }

  readInput(maxBytes: number): Uint8Array | undefined {
    const next = this.inputs.shift()
    if (next !== undefined && next.length > maxBytes) this.inputs.unshift(next.slice(maxBytes))
    return next?.slice(0, maxBytes)
  }

  /** The same in every test: 0, 1, 2 …, going on where the last call ended. */
  randomBytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#randomCount++)
  }

  #openForWrite(path: string, mode = 0o644): Node {
    const at = resolveForWrite(this.#root, path)
    const known = lookUp(this.#root, at, { follow: false })
    if (known?.kind === 'directory') throw ioError(`write "${path}"`, 'EISDIR')
    if (known === undefined) {
      const node = newNode('file', mode)
      this.#put('write', at, node)
      return node
    }
    this.#check(`write "${path}"`, 'write', path)
    return known
  }

  #put(verb: string, path: string, node: Node): void {
    const action = `${verb} "${path}"`
    this.#check(action, verb === 'write' ? 'write' : 'make', path)
    const parent = lookUpParent(this.#root, path)
    if (parent === undefined) throw ioError(action, this.#hasFileAbove(path) ? 'ENOTDIR' : 'ENOENT')
    if (parent.folder.entries.has(parent.name)) throw ioError(action, 'EEXIST')
    parent.folder.entries.set(parent.name, node)
  }

  #hasFileAbove(path: string): boolean {
    for (let at = dirname(path); at !== '/'; at = dirname(at)) {
      const node = lookUp(this.#root, at, { follow: true })
      if (node !== undefined) return node.kind !== 'directory'
    }
    return false
  }

  #existing(action: string, operation: string, path: string, follow: boolean): Node {
    this.#check(action, operation, path)
    const node = lookUp(this.#root, path, { follow })
    if (node === undefined) throw ioError(action, 'ENOENT')
    return node
  }

  #check(action: string, operation: string, path: string): void {
    const errno = this.fault(operation, path)
    if (errno !== undefined) throw ioError(action, errno)
  }
}

function toBytes(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? encodeUtf8(data) : data.slice()
}
