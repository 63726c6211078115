import type { S3Alias } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import { dirname } from '../../sys/path.ts'
import type { RunResult, Sys } from '../../sys/sys.ts'

export type RemoteFile = {
  readonly sizeBytes: number
  /** The MD5 of the contents, unless it was stored in parts or encrypted. */
  readonly etag: string
}

/** How files are moved. */
export type TransferOptions = {
  /** Owner, mode and times go with them. */
  readonly preserve: boolean
  /** `alias/path=KEY`: they are stored encrypted with a key that is not. */
  readonly encryptKey?: string
}

/** Where settings of the client are: they hold the credentials, and are in memory. */
const settingsDir = '/run/afloat/s3'
const parallel = 4
const listTimeoutMs = 5 * 60_000
/** A transfer may take long, but not without moving anything. */
const stallMs = 5 * 60_000
const lookMs = 1000
/** The client itself reads and writes some 20 bytes in a second while it waits. */
const leastProgressBytes = 65_536
const longestArgsBytes = 60_000

/** Makes the S3 servers known to the client. Names and secrets are in a file, since arguments are for all to see. */
export function writeS3Settings(
  sys: Sys,
  aliases: readonly S3Alias[],
  reveal: (text: string) => string,
): void {
  const known = aliases.map(({ alias, url, key, secret }) => [
    alias,
    { url, accessKey: reveal(key), secretKey: reveal(secret), api: 'S3v4', path: 'auto' },
  ])
  sys.makeDirs(settingsDir, { mode: 0o700 })
  sys.writeFile(
    `${settingsDir}/config.json`,
    JSON.stringify({ version: '10', aliases: Object.fromEntries(known) }),
    { mode: 0o600 },
  )
}

export function forgetS3Settings(sys: Sys): void {
  sys.remove(settingsDir, { recursive: true })
}

export function s3Program(sys: Sys): string | undefined {
  return ['mcli', 'minio-client'].find((name) => sys.has(name))
}

/** Returns the objects below `url` (`alias/bucket/path`) by the rest of their names; none where there are none. */
export function listRemote(sys: Sys, url: string): Map<string, RemoteFile> {
  const result = sys.run(command(sys, ['ls', '--recursive', `${url}/`]), {
    env: environment,
    timeoutMs: listTimeoutMs,
  })
  if (result.timedOut) throw new S3Failure(`no answer within ${listTimeoutMs / 1000} s`, '')
  assertWorked(result)
  const files = new Map<string, RemoteFile>()
  for (const line of jsonLines(result.stdout)) {
    const { key, size, etag, type } = line
    if (type !== 'file' || typeof key !== 'string' || !isSafeName(key)) continue
    files.set(key, { sizeBytes: Number(size), etag: typeof etag === 'string' ? etag : '' })
  }
  return files
}

/** Copies files below `from` to the same names below `to`; one of the two is a folder. Throws what failed first. */
export function copyFiles(
  sys: Sys,
  from: string,
  to: string,
  names: readonly string[],
  { preserve, encryptKey }: TransferOptions,
): void {
  const flags = [
    ...(preserve ? ['--preserve'] : []),
    ...(encryptKey === undefined ? [] : ['--enc-c', encryptKey]),
  ]
  const commands = batches(names, from).map((batch) => {
    const folder = dirname(`/${batch[0]!}`).slice(1)
    const sources = batch.map((name) => `${from}/${name}`)
    return command(sys, ['cp', ...flags, '--', ...sources, `${to}/${folder === '' ? '' : `${folder}/`}`])
  })
  runAll(sys, commands)
}

/** Removes objects below `url`. That one of them is not there any more is no failure. */
export function removeRemote(sys: Sys, url: string, names: readonly string[]): void {
  const commands = batches(names, url).map((batch) =>
    command(sys, ['rm', '--force', '--', ...batch.map((name) => `${url}/${name}`)]),
  )
  runAll(sys, commands)
}

const environment = { MC_CONFIG_DIR: settingsDir }

function command(sys: Sys, [verb = '', ...args]: readonly string[]): string[] {
  return [s3Program(sys) ?? 'mcli', verb, '--json', ...args]
}

/** Names of one folder each, and no more of them than fit into a command. */
function batches(names: readonly string[], base: string): string[][] {
  const made: string[][] = []
  const open = new Map<string, { names: string[]; leftBytes: number }>()
  for (const name of names) {
    const folder = dirname(`/${name}`)
    const bytes = 3 * (base.length + name.length + 2)
    let batch = open.get(folder)
    if (batch === undefined || batch.leftBytes < bytes) {
      batch = { names: [], leftBytes: longestArgsBytes }
      open.set(folder, batch)
      made.push(batch.names)
    }
    batch.names.push(name)
    batch.leftBytes -= bytes
  }
  return made
}

/** Runs all of them, also after one that failed. */
function runAll(sys: Sys, commands: readonly string[][]): void {
  const failures: unknown[] = []
  for (let at = 0; at < commands.length; at += parallel) {
    const jobs = commands
      .slice(at, at + parallel)
      .map((argv) => sys.start(argv, { env: environment, giveUp: stallWatch(sys) }))
    for (const job of jobs) {
      try {
        assertWorked(job.wait())
      } catch (error) {
        failures.push(error)
      }
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** Returns whether a program has moved next to nothing for too long. Source: proc_pid_io(5) */
function stallWatch(sys: Sys): (pid: number) => boolean {
  let progressMs = sys.uptimeMs()
  let progressBytes = 0
  let lookedMs = 0
  return (pid) => {
    const nowMs = sys.uptimeMs()
    if (nowMs - lookedMs < lookMs) return false
    lookedMs = nowMs
    const counts = (sys.readText(`/proc/${pid}/io`) ?? '').matchAll(/^[rw]char: (\d+)$/gm)
    const movedBytes = Array.from(counts, ([, count]) => Number(count)).reduce((a, b) => a + b, 0)
    if (movedBytes - progressBytes >= leastProgressBytes) {
      progressBytes = movedBytes
      progressMs = nowMs
    }
    return nowMs - progressMs > stallMs
  }
}

/** The client ends with 0 after some failures, and tells of all in its output. */
function assertWorked(result: RunResult): void {
  if (result.timedOut) throw new S3Failure(`nothing was moved for ${stallMs / 1000} s`, '')
  const failures = [...jsonLines(result.stdout), ...jsonLines(result.stderr)]
    .filter(({ status }) => status === 'error')
    .map(({ error }) => readFailure(error))
    .filter(({ text }) => !/^Object does not exist/.test(text))
  const first = failures[0]
  if (first !== undefined) throw new S3Failure(first.text, first.code)
  if (result.code !== 0 && !result.stdout.includes('Object does not exist')) {
    throw new S3Failure(result.stderr.trim().split('\n').at(-1) || `exit code ${result.code}`, '')
  }
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const lastingCodes = new Set([
  'NoSuchBucket',
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidBucketName',
  'AllAccessDisabled',
])

/** What the client said; whether another try makes sense is in `mayPass`. */
export class S3Failure extends AfloatError {
  readonly mayPass: boolean

  constructor(text: string, s3Code: string) {
    super('b2c/s3-failed', text)
    this.mayPass = !lastingCodes.has(s3Code)
  }
}

function readFailure(error: unknown): { text: string; code: string } {
  const { message, cause } = error as {
    message?: string
    cause?: { message?: string; error?: { Code?: string } }
  }
  const text = cause?.message || message || 'unknown failure'
  return {
    // What the client says when it may see that an object is there, and not what it is.
    text: /guess the type of copy/.test(text) ? 'an object that is there cannot be read' : text,
    code: cause?.error?.Code ?? '',
  }
}

function jsonLines(text: string): Record<string, unknown>[] {
  const values: Record<string, unknown>[] = []
  for (const line of text.split('\n')) {
    if (!line.startsWith('{')) continue
    try {
      values.push(JSON.parse(line) as Record<string, unknown>)
    } catch {
      // Not all that it prints is JSON, such as advice on a new version.
    }
  }
  return values
}

/** A name that becomes a path below a folder, and stays there. */
function isSafeName(name: string): boolean {
  return !name.includes('\0') && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}
