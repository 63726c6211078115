import { encodeBase64 } from '@afloat/ignition'
import { parsePublicKey } from '@afloat/release/public-key'
import type { UpdateWindow } from '@afloat/release/update-window'
import type { Step } from '../../translate/context.ts'
import { addFile } from './expand.ts'
import { parseDuration } from './parse-duration.ts'
import type { Updates, Window } from './schema.ts'

/** `updates` is the file that the update agent and the health gate read. Defaults are written out. */
export const addUpdates: Step = (source, config, context) => {
  const updates = source['updates'] as unknown as Updates | undefined
  if (updates === undefined) return
  const text = `${JSON.stringify(formatUpdates(updates), null, 2)}\n`
  addFile(config, context, { path: '/etc/afloat/update.json', contents: text, from: ['updates'] })
}

function formatUpdates(updates: Updates) {
  const { server, group = 'stable', channel, public_keys: keys = [], windows = [], health = [] } = updates
  return {
    apiVersion: 'afloat/v1',
    kind: 'UpdateConfig',
    server,
    group,
    ...(channel === undefined ? {} : { channel }),
    publicKeys: keys.filter((key) => key !== null).map((key) => encodeBase64(parsePublicKey(key)!)),
    strategy: updates.strategy ?? 'auto',
    kexec: updates.kexec ?? false,
    automatic: updates.automatic ?? true,
    ...(windows.length === 0
      ? {}
      : { windows: windows.filter((window) => window !== null).map(formatWindow) }),
    settleSec: parseDuration(updates.settle ?? '60s'),
    health: health.filter((check) => check !== null),
  }
}

function formatWindow({ start = '', duration = '', timezone = 'UTC' }: Window): UpdateWindow {
  return { start, durationSec: parseDuration(duration)!, timezone }
}
