import { type Check, encodeUtf8, isObject, type ObjectValue } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import { butaneErrors as errors } from '../errors.ts'
import type { Context, Step } from '../translate/context.ts'
import { shortestDataUrl } from '../translate/data-url.ts'
import { readLocal } from '../translate/local-files.ts'
import { variantErrors } from '../variant-errors.ts'
import { Nodes } from './nodes.ts'

interface Contents {
  readonly name?: string
  readonly contents?: string
  readonly contents_local?: string
}

interface Quadlet extends Contents {
  readonly rootful?: boolean
  readonly dropins?: readonly (Contents | null)[]
}

/** Source: podman-systemd.unit(5) */
const extension = /\.(container|volume|network|kube|image|build|pod|artifact)$/

export const checkQuadlet: Check<ObjectValue> = (value, path, add) => {
  const { name = '', contents, contents_local } = value as Quadlet
  if (!extension.test(name)) {
    add('error', [...path, 'name'], variantErrors.quadletExtension)
    return
  }
  if (templateOf(name) === undefined) {
    if (contents !== undefined && contents_local !== undefined)
      add('error', [...path, 'contents_local'], errors.severalSources(['contents', 'contents_local']))
    return
  }
  for (const field of ['contents', 'contents_local'])
    if (value[field] !== undefined) add('error', [...path, field], variantErrors.instanceWithContents)
}

/** A quadlet is a file below the folder that podman reads; an instance of a template is a link to the template. */
export const addQuadlets: Step = (source, config, context) => {
  const { systemd } = source
  const quadlets = isObject(systemd) ? (systemd['quadlets'] as (Quadlet | null)[] | undefined) : undefined
  if (!quadlets || quadlets.length === 0) return
  const nodes = new Nodes(config)
  for (const [index, quadlet] of quadlets.entries()) {
    if (!quadlet) continue
    const { name = '', rootful = false, dropins = [] } = quadlet
    const from = ['systemd', 'quadlets', index]
    const path = `/etc/containers/systemd/${rootful ? '' : 'users/'}${name}`
    const template = templateOf(name)
    if (template === undefined) addContents(quadlet, path, from, nodes, context)
    else {
      const link = nodes.add(path, 'links', from, context)
      if (link) link.value['target'] = template
    }
    for (const [at, dropin] of dropins.entries())
      if (dropin)
        addContents(dropin, `${path}.d/${dropin.name ?? ''}`, [...from, 'dropins', at], nodes, context)
  }
}

function addContents(file: Contents, path: string, from: Path, nodes: Nodes, context: Context): void {
  const node = nodes.add(path, 'files', from, context)
  if (!node) return
  const { contents = '', contents_local } = file
  const field = contents_local ? 'contents_local' : 'contents'
  const bytes = contents_local ? readLocal(contents_local, [...from, field], context) : encodeUtf8(contents)
  if (bytes === undefined) return
  const { source, compression } = shortestDataUrl(bytes, context.gzip)
  node.value['mode'] = 0o644
  node.value['contents'] = { source, compression }
  context.map.add([...node.json, 'path'], [...from, 'name'])
  context.map.addMade([...node.json, 'contents', 'source'], [...from, field])
}

/** `a@.container` for `a@b.container`; undefined for what is no instance. */
function templateOf(name: string): string | undefined {
  const [, base, instance, end] = /^([^@]*@)(.*)\.([^.]*)$/.exec(name) ?? []
  return instance === undefined || instance === '' ? undefined : `${base}.${end}`
}
