/** An element to write. Attributes that are undefined are left out. */
export type XmlNode = {
  readonly name: string
  readonly attributes?: Readonly<Record<string, string | number | undefined>>
  readonly children?: readonly XmlNode[]
}

/** A document: prolog and one element. */
export function formatXml(root: XmlNode): string {
  return `${xmlProlog}\n${formatNode(root)}\n`
}

export const xmlProlog = '<?xml version="1.0" encoding="UTF-8"?>'

/** How a boolean is spelled in an attribute; this differs from one to the next. */
export function flag(value: boolean | undefined, yes: string, no: string): string | undefined {
  return value === undefined ? undefined : value ? yes : no
}

function formatNode(node: XmlNode): string {
  let open = `<${node.name}`
  for (const [name, value] of Object.entries(node.attributes ?? {}))
    if (value !== undefined) open += ` ${name}="${escapeText(String(value))}"`
  const children = node.children ?? []
  return children.length === 0 ? `${open}/>` : `${open}>${children.map(formatNode).join('')}</${node.name}>`
}

/** White space other than the blank is written as a reference, or a parser would make a blank of it. */
function escapeText(value: string): string {
  return value
    .replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replaceAll(/[&<>"\t\n\r]/g, (character) => named[character] ?? `&#${character.charCodeAt(0)};`)
}

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
