import { decodeBase64 } from '@afloat/ignition/base64'
import { listMounts } from '../../sys/mounts.ts'
import { dirname } from '../../sys/path.ts'
import type { RunResult, Sys } from '../../sys/sys.ts'
import { volumeErrors as errors } from './errors.ts'

/** A key that the kernel was given, to be taken away again. */
export type OpenKey = {
  /** Of the volume. */
  readonly name: string
  readonly folder: string
  readonly id: string
}

export type EncryptionRequest = {
  /** Of the volume, for messages. */
  readonly name: string
  /** All that is encrypted is below; it need not be there. */
  readonly folder: string
  /** 32 to 64 bytes as base64. */
  readonly key?: string
  /** Empty the folder if it has another key, or none. */
  readonly reset: boolean
  /** Path of a file in it that does not count as contents. */
  readonly bookkeeping: string
}

const helper = '/usr/lib/afloat/fscrypt'
const leastKeyBytes = 32
const mostKeyBytes = 64
/** What has just ended may hold files for a moment; 0.6 s in all. */
const busyTries = 6
const firstPauseMs = 20

// Numbers of Linux: what the helper ends with.
const noPackage = 65
const unsupported = new Set([22, 25, 38, 95])

/**
 * Makes or opens an encrypted folder; does nothing to one that is not encrypted and is not to be. What the kernel was
 * given is added to `keys` at once. Throws `b2c/volume-key-invalid`, `-locked`, `-wrong-key`, `-not-encrypted` and
 * `b2c/encryption-unsupported`; then nothing in the folder was changed.
 */
export function openEncrypted(sys: Sys, request: EncryptionRequest, keys: OpenKey[]): void {
  const { name, folder, key, reset } = request
  sys.makeDirs(folder)
  const current = readPolicy(sys, folder)
  if (key === undefined) {
    if (current !== undefined) throw errors.locked(name)
    return
  }
  const bytes = decodeBase64(key, { ignoreSpace: true })
  if (bytes === undefined || bytes.length < leastKeyBytes || bytes.length > mostKeyBytes)
    throw errors.keyInvalid(name)
  const id = addKey(sys, request, bytes)
  keys.push({ name, folder, id })
  if (current === id) return
  if (current !== undefined && !reset) throw errors.wrongKey(name)
  if (current === undefined && !reset && hasFiles(sys, folder, request.bookkeeping))
    throw errors.notEncrypted(name)
  sys.remove(folder, { recursive: true })
  sys.makeDirs(folder)
  const result = sys.run([helper, 'set-policy', folder, id])
  if (result.code !== 0) throw errors.encryptionUnsupported(name, reason(result))
}

/**
 * Takes a key away from the kernel: nobody can read the folder any more. False if files of it are still open. Any folder
 * of the file system will do but the encrypted one, which would be open itself.
 */
export function removeKey(sys: Sys, { folder, id }: OpenKey): boolean {
  for (let left = busyTries, pauseMs = firstPauseMs; ; left--, pauseMs *= 2) {
    if (!sys.run([helper, 'remove-key', dirname(folder), id]).stdout.includes('busy')) return true
    if (left <= 1) return false
    sys.sleepMs(pauseMs)
  }
}

function hasFiles(sys: Sys, folder: string, ignored: string): boolean {
  return (sys.list(folder) ?? []).some((name) => {
    const path = `${folder}/${name}`
    return path !== ignored && (sys.lstat(path)?.kind !== 'directory' || hasFiles(sys, path, ignored))
  })
}

function readPolicy(sys: Sys, folder: string): string | undefined {
  // Without the helper nothing can be encrypted here, and what is encrypted stays closed.
  if (!sys.exists(helper)) return undefined
  const { code, stdout } = sys.run([helper, 'get-policy', folder])
  return code === 0 ? stdout.trim() : undefined
}

function addKey(sys: Sys, { name, folder }: EncryptionRequest, key: Uint8Array): string {
  if (!sys.exists(helper)) throw errors.encryptionUnsupported(name, 'this initramfs has no fscrypt')
  const add = () => sys.run([helper, 'add-key', folder], { input: key })
  let result = add()
  // Caches of before, and file systems that others made, may lack the feature; ext4 gains it while it is mounted.
  if (unsupported.has(result.code) && allowEncryption(sys, folder)) result = add()
  if (result.code !== 0) throw errors.encryptionUnsupported(name, reason(result))
  return result.stdout.trim()
}

function allowEncryption(sys: Sys, folder: string): boolean {
  const mounted = listMounts(sys)
    .filter(({ target }) => folder === target || folder.startsWith(target === '/' ? '/' : `${target}/`))
    .sort((a, b) => b.target.length - a.target.length || b.id - a.id)[0]
  if (mounted?.type !== 'ext4' || !sys.has('tune2fs')) return false
  return sys.run(['tune2fs', '-O', 'encrypt', mounted.source]).code === 0
}

function reason({ code }: RunResult): string {
  if (unsupported.has(code)) return 'its file system cannot encrypt'
  return code === noPackage ? 'the kernel has no AES-XTS' : `the kernel answered with error ${code}`
}
