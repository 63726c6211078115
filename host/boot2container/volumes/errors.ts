import { AfloatError } from '@afloat/report'

const q = (text: string): string => JSON.stringify(text)

function make(code: string, message: string, hint: string): AfloatError {
  return new AfloatError(`b2c/${code}`, message, { hint })
}

/** Everything that can go wrong with volumes. Keys are never part of a message. */
export const volumeErrors = {
  // encryption
  keyInvalid: (name: string) =>
    make(
      'volume-key-invalid',
      `Cannot open volume ${q(name)}: its fscrypt_key is not base64 of 32 to 64 bytes`,
      'Make one: head -c 64 /dev/urandom | base64 -w 0',
    ),
  locked: (name: string) =>
    make(
      'volume-locked',
      `Cannot open volume ${q(name)}: it is encrypted, and no key was given`,
      'Add fscrypt_key=… to its b2c.volume',
    ),
  wrongKey: (name: string) =>
    make(
      'volume-wrong-key',
      `Cannot open volume ${q(name)}: it was encrypted with another key; nothing was changed`,
      'Give its own key, or add fscrypt_reset_key to empty it and to use the new one',
    ),
  notEncrypted: (name: string) =>
    make(
      'volume-not-encrypted',
      `Cannot encrypt volume ${q(name)}: it holds files that are not encrypted; nothing was changed`,
      'Add fscrypt_reset_key to empty it, or choose another name',
    ),
  encryptionUnsupported: (name: string, why: string) =>
    make(
      'encryption-unsupported',
      `Cannot encrypt volume ${q(name)}: ${why}`,
      'Keep it on a cache of ext4 (b2c.cache_device), and boot with the fscrypt pack',
    ),

  // mirroring
  noClient: (name: string) =>
    make(
      's3-missing',
      `Cannot mirror volume ${q(name)}: there is no S3 client`,
      'Boot with the s3 pack as well',
    ),
  unknownAlias: (name: string, alias: string) =>
    make(
      's3-unknown-alias',
      `Cannot mirror volume ${q(name)}: there is no S3 server ${q(alias)}`,
      `Add b2c.minio=${alias},URL,KEY,SECRET`,
    ),
  pullFailed: (name: string, url: string, why: string) =>
    make(
      'volume-pull-failed',
      `Cannot fetch volume ${q(name)} from ${q(url)}: ${why}`,
      'Check the address, the credentials and encrypt_key, and that the bucket exists',
    ),
  pushFailed: (name: string, url: string, why: string, kept: boolean) =>
    make(
      'volume-push-failed',
      `Cannot store volume ${q(name)} at ${q(url)}: ${why}`,
      kept
        ? 'Its files are kept, and are stored when a job with this volume runs here again'
        : 'Give the machine a cache (b2c.cache_device) to keep what could not be stored',
    ),
  badName: (name: string) =>
    make(
      'volume-bad-name',
      `Cannot make volume ${q(name)}: it is no name of a folder`,
      'Choose another name',
    ),
}

/** What is said when something is not as asked for, but goes on. */
export const volumeWarnings = {
  keptFiles: (count: number, url: string) => ({
    code: 'b2c/volume-not-overwritten',
    message: `${count} changed ${count === 1 ? 'file was' : 'files were'} not stored at ${q(url)}: older ones are there`,
    hint: 'Add overwrite to the volume to replace them',
  }),
  watcherFailing: (why: string) => ({
    code: 'b2c/volume-behind',
    message: `Changes cannot be mirrored at the moment: ${why}`,
  }),
  watcherEnded: () => ({
    code: 'b2c/volume-watch-ended',
    message: 'The program that mirrors changes has ended; it is started again',
  }),
  keyBusy: () => ({
    code: 'b2c/volume-key-busy',
    message: 'The key was removed, but files of the volume are still open',
    hint: 'Stop what uses the volume before the pipeline ends',
  }),
  notStored: () => ({
    code: 'b2c/volume-not-stored',
    message: 'An expired volume is kept: not everything on it could be stored',
    hint: 'Run a job with the same volume here once its S3 server answers',
  }),
}
