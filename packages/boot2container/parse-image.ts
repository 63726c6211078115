export interface ImageReference {
  /** Host and port; empty if the reference names none. */
  readonly registry: string
  readonly path: string
  readonly tag: string
  readonly digest: string
}

/** Reads `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`. Undefined if it is not of that form. Source: OCI distribution spec */
export function parseImage(text: string): ImageReference | undefined {
  const [name = '', digest = '', ...rest] = text.split('@')
  if (text.length > 512 || rest.length > 0) return undefined
  if (text.includes('@') && !/^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/.test(digest)) return undefined
  const parts = /^(.+?)(?::([\w][\w.-]{0,127}))?$/s.exec(name)
  if (!parts) return undefined
  const [, full = '', tag = ''] = parts
  const [first = '', ...others] = full.split('/')
  const hasRegistry = others.length > 0 && /[.:]|^localhost$/.test(first)
  if (
    hasRegistry &&
    !/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]{1,5})?$/.test(first)
  )
    return undefined
  const path = hasRegistry ? others : [first, ...others]
  if (!path.every((part) => /^[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*$/.test(part))) return undefined
  return { registry: hasRegistry ? first : '', path: path.join('/'), tag, digest }
}
