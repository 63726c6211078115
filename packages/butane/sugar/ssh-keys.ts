import type { Value } from '@afloat/ignition'
import { butaneErrors as errors } from '../errors.ts'
import type { Expand } from '../translate/context.ts'
import { readLocalText } from '../translate/local-files.ts'

/** Adds the keys of `ssh_authorized_keys_local`: one per line that is not empty, comments included. */
export const expandSshKeys: Expand = (source, output, place, context) => {
  const files = source['ssh_authorized_keys_local']
  if (!Array.isArray(files) || files.length === 0) return
  const list = [...place.yaml, 'ssh_authorized_keys_local']
  if (!context.localFiles) {
    context.add('error', list, errors.filesDirMissing())
    return
  }
  const keys: Value[] = Array.isArray(output['sshAuthorizedKeys']) ? output['sshAuthorizedKeys'] : []
  for (const [index, file] of files.entries()) {
    if (typeof file !== 'string') continue
    const from = [...list, index]
    const text = readLocalText(file, from, context)
    for (const line of (text ?? '').split(/\r?\n/)) {
      if (line === '') continue
      context.map.addMade([...place.json, 'sshAuthorizedKeys', keys.length], from)
      keys.push(line)
    }
  }
  output['sshAuthorizedKeys'] = keys
}
