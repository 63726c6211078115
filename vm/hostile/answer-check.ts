import { formatResponse, type OmahaRequest, type ResponseApp } from '@afloat/omaha'
import type { HostileBehaviour } from './behaviours.ts'
import type { BentBundle } from './bent-bundle.ts'

export const bundleName = 'bundle.afloat'

export type CheckAnswer = { readonly status: number; readonly body: Iterable<string> }

/** What a hostile server answers to an Omaha request. */
export function answerCheck(
  request: OmahaRequest,
  { behaviour, bundle, baseUrl }: { behaviour: HostileBehaviour; bundle: BentBundle; baseUrl: string },
): CheckAnswer {
  const good = formatResponse({
    protocol: '3.0',
    server: 'hostile',
    daystartSeconds: 0,
    apps: request.apps.map((app) => ({
      appId: app.appId,
      status: behaviour === 'refused-check' ? 'error-internal' : 'ok',
      ...(app.ping === undefined ? {} : { ping: 'ok' }),
      ...(app.updateCheck === undefined ? {} : { updateCheck: offer(behaviour, bundle, baseUrl) }),
      events: app.events.map(() => 'ok'),
    })),
  })
  // Reports of events are taken: it is the checks that it is hostile to.
  const asks = request.apps.some((app) => app.updateCheck !== undefined)
  return asks ? bend(good, behaviour) : { status: 200, body: [good] }
}

function offer(
  behaviour: HostileBehaviour,
  bundle: BentBundle,
  baseUrl: string,
): NonNullable<ResponseApp['updateCheck']> {
  if (behaviour === 'refused-check') return { status: 'error-internal', urls: [], manifests: [] }
  const digest = behaviour === 'wrong-digest' ? 'ab'.repeat(32) : bundle.sha256
  const lie = { 'size-too-small': 0.5, 'size-too-large': 10 }[behaviour as string] ?? 1
  return {
    status: 'ok',
    urls: [behaviour === 'file-url' ? 'file:///etc/' : `${baseUrl}/bundles/`],
    manifests: [
      {
        version: behaviour === 'replayed-version' ? '99.0.0' : bundle.version,
        packages: [
          {
            name: bundleName,
            sha1: '',
            sha256: digest,
            sizeBytes: Math.floor(bundle.sizeBytes * lie),
            required: true,
          },
        ],
        actions: [
          {
            event: 'postinstall',
            sha256: Buffer.from(digest, 'hex').toString('base64'),
            disablePayloadBackoff: true,
          },
        ],
      },
    ],
  }
}

function bend(good: string, behaviour: HostileBehaviour): CheckAnswer {
  const ok = (body: CheckAnswer['body']): CheckAnswer => ({ status: 200, body })
  switch (behaviour) {
    case 'malformed-xml':
      return ok([good.slice(0, good.indexOf('<manifest') + 12)])
    case 'huge-xml':
      return ok(huge(good))
    case 'endless-xml':
      return ok(endless(good))
    case 'slow-xml':
      return ok(good)
    case 'entity-bomb':
      return ok([bomb(good)])
    case 'empty-answer':
      return ok([])
    case 'html-answer':
      return ok([
        '<!DOCTYPE html><html><head><title>Log in</title></head><body>Accept the terms</body></html>',
      ])
    case 'answer-500':
      return { status: 500, body: ['no'] }
    default:
      return ok([good])
  }
}

/** 100 MB that any reader would take if it had the room. */
function* huge(good: string): Iterable<string> {
  const at = good.indexOf('<app')
  yield good.slice(0, at)
  const filler = '<filler a="0123456789"/>'.repeat(43_691) // 1 MiB
  for (let i = 0; i < 100; i++) yield filler
  yield good.slice(at)
}

function* endless(good: string): Iterable<string> {
  yield good.slice(0, good.indexOf('<app'))
  for (;;) yield ' '.repeat(65_536)
}

function bomb(good: string): string {
  const lines = ['<!DOCTYPE bomb [<!ENTITY a0 "afloat">']
  for (let level = 1; level <= 12; level++)
    lines.push(`<!ENTITY a${level} "${`&a${level - 1};`.repeat(10)}">`)
  return good
    .replace('<response', `${lines.join('\n')}]>\n<response`)
    .replace('server="hostile"', 'server="&a12;"')
}
