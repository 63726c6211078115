import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendBytes } from '@afloat/server/bundles/send-bytes'
import { type Context, Hono } from 'hono'
import type { NetbootFile } from '../files.ts'
import { describeIdentity, type Identity, parseMac, parseUuid } from '../identity.ts'
import type { Log, Protocol } from '../log.ts'
import { bootOf } from '../machines/machine-set.ts'
import { bootScript, chainScript, refusalScript } from '../script/scripts.ts'
import type { ServedSite } from '../site.ts'

export type AppOptions = {
  readonly site: ServedSite
  readonly ipxe: ReadonlyMap<string, NetbootFile>
  /** Where a machine that asked at this URL reaches the server without TLS, if it can; no slash at the end. */
  readonly plainUrl: (asked: string) => string
  readonly log: Log
}

/** What the socket server adds; tests of the app alone have none. */
type Bindings = { readonly incoming?: IncomingMessage; readonly outgoing?: ServerResponse }
type Asked = Context<{ Bindings: Bindings }>

export type App = Hono<{ Bindings: Bindings }>

/** All that is answered over HTTP. Files are looked up by name, so no path leads anywhere else. */
export function createApp(options: AppOptions): App {
  const { site, log } = options
  const app = new Hono<{ Bindings: Bindings }>()
  // the name by which the server was asked goes into scripts
  app.use(async (context, next) => {
    if (!/^[a-z0-9.:[\]-]+$/i.test(new URL(context.req.url).host)) return context.text('Bad host\n', 400)
    return await next()
  })
  app.get('/healthz', (context) => context.text('ok\n'))
  app.get('/boot.ipxe', (context) => {
    const { mac, uuid } = context.req.query()
    return script(
      context,
      mac === undefined && uuid === undefined ? chainScript('') : answer(options, context),
    )
  })
  app.get('/files/:name', (context) =>
    send(log, context, site.current.images.files.get(context.req.param('name'))),
  )
  app.get('/args/:name', (context) => send(log, context, site.extraArgs(context.req.param('name'))))
  app.get('/ipxe/:name', (context) => send(log, context, options.ipxe.get(context.req.param('name'))))
  app.notFound((context) => notFound(log, context))
  app.onError((error, context) => {
    log({ event: 'failed', address: addressOf(context), file: context.req.path, error })
    return context.text('Server has failed; its log says why\n', 500)
  })
  return app
}

/** The script of the machine that asks. */
function answer(options: AppOptions, context: Asked): string {
  const { site, log } = options
  const query = context.req.query()
  const identity: Identity = dropUndefined({
    mac: parseMac(query['mac'] ?? ''),
    uuid: parseUuid(query['uuid'] ?? ''),
  })
  const { images, machines } = site.current
  const boot = bootOf(machines, identity)
  const address = addressOf(context)
  const who = describeIdentity(identity)
  if (boot === undefined) {
    log({ event: 'unknown', address, who })
    return refusalScript(identity)
  }
  const { machine, profile, extra = '', packs } = boot
  const initrds = [images.initramfs, ...packs.map((name) => images.packs.get(name)!)]
  const more = site.extraArgsOf(boot, options.plainUrl(context.req.url))
  const cmdline = more === undefined ? boot.cmdline : `${boot.cmdline} ${more}`
  const files = [images.kernel, ...initrds]
  const names = dropUndefined({ machine, profile })
  log({
    event: 'boot',
    address,
    who,
    ...names,
    files,
    cmdlineBytes: Buffer.byteLength(cmdline),
    extraBytes: Buffer.byteLength(extra),
  })
  return bootScript({ identity, ...names, kernel: images.kernel, initrds, cmdline })
}

function script(context: Asked, text: string): Response {
  return context.text(text, 200, { 'Cache-Control': 'no-store' })
}

async function send(log: Log, context: Asked, file: NetbootFile | undefined): Promise<Response> {
  if (file === undefined) return notFound(log, context)
  const opened = await file.open()
  let isTaken = false
  const response = sendBytes(context, {
    sizeBytes: opened.sizeBytes,
    etag: opened.etag,
    cacheControl: 'no-cache', // may be kept, and must be asked about
    stream(first, last) {
      isTaken = true
      logTransfer(log, context, file.name, last - first + 1)
      return opened.stream(first, last)
    },
  })
  if (!isTaken) await opened[Symbol.asyncDispose]()
  return response
}

function logTransfer(log: Log, context: Asked, file: string, bytes: number): void {
  const startedAt = performance.now()
  const { outgoing } = context.env ?? {}
  const by: Protocol = new URL(context.req.url).protocol === 'https:' ? 'https' : 'http'
  const address = addressOf(context)
  outgoing?.once('close', () => {
    const tookMs = Math.round(performance.now() - startedAt)
    if (outgoing.writableFinished) log({ event: 'sent', by, address, file, bytes, tookMs })
    else log({ event: 'broken', by, address, file })
  })
}

function notFound(log: Log, context: Asked): Response {
  log({
    event: 'refused',
    address: addressOf(context),
    file: context.req.path,
    reason: 'there is no such file',
  })
  return context.text('There is no such file\n', 404)
}

function addressOf(context: Asked): string {
  return context.env?.incoming?.socket.remoteAddress ?? 'nowhere'
}

function dropUndefined<T extends Record<string, string | undefined>>(
  values: T,
): { [Key in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: string
  }
}
