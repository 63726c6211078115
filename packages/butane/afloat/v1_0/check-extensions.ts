import type { Check, ObjectValue } from '@afloat/ignition'
import { butaneErrors as errors } from '../../errors.ts'
import { extensionErrors } from './extension-errors.ts'
import { isHttpUrl } from './is-http-url.ts'
import type { Extension } from './schema.ts'

export const checkExtension: Check<ObjectValue> = (value, path, add) => {
  const { name, url, hash } = value as unknown as Extension
  if (!name) add('error', [...path, 'name'], errors.keyMissing('name', 'of the extension'))
  else if (!NAME.test(name)) add('error', [...path, 'name'], extensionErrors.extensionName(name))

  if (!url) add('error', [...path, 'url'], errors.keyMissing('url', 'of the extension'))
  else if (!isHttpUrl(url)) add('error', [...path, 'url'], errors.badHttpUrl('url', url))

  if (!hash) add('error', [...path, 'hash'], extensionErrors.extensionHashMissing())
  else if (!HASH.test(hash)) add('error', [...path, 'hash'], extensionErrors.badHash(hash))
}

/** It is part of two file names: that of the image, and that of the file in it which says what it goes with. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/

/** Source: Ignition specification, `verification` */
const HASH = /^(sha256-[0-9a-f]{64}|sha512-[0-9a-f]{128})$/
