/** Writes a value out for a failure report, on one line while it is short. */
export function show(value: unknown, seen: readonly object[] = []): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'function') return `[function ${value.name}]`
  if (typeof value !== 'object' || value === null) return String(value)
  if (seen.includes(value)) return '[circular]'
  const inside = [...seen, value]
  if (value instanceof Error) return `${value.name}: ${value.message}${fields(value, inside)}`
  if (value instanceof Date || value instanceof RegExp) return String(value)
  if (value instanceof Map)
    return `Map ${list('{', value, ([k, v]) => `${show(k, inside)} => ${show(v, inside)}`, '}')}`
  if (value instanceof Set) return `Set ${list('{', value, (v) => show(v, inside), '}')}`
  if (Array.isArray(value)) return list('[', value, (v) => show(v, inside), ']')
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return `${value.constructor.name} ${list('[', value as Uint8Array, String, ']')}`
  }
  const name = value.constructor?.name ?? 'null-prototype'
  return `${name === 'Object' ? '' : `${name} `}${fields(value, inside) || '{}'}`
}

function fields(value: object, seen: readonly object[]): string {
  const keys = Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))
  if (keys.length === 0) return ''
  return list('{ ', keys, (key) => `${String(key)}: ${show(Reflect.get(value, key), seen)}`, ' }')
}

const maxItems = 200

function list<T>(open: string, items: Iterable<T>, format: (item: T) => string, close: string): string {
  const all = [...items]
  const parts = all.slice(0, maxItems).map(format)
  if (all.length > maxItems) parts.push(`… ${all.length - maxItems} more`)
  const line = `${open}${parts.join(', ')}${close}`
  if (line.length <= 100) return line
  return `${open.trim()}\n${parts.map((part) => `  ${part.replaceAll('\n', '\n  ')}`).join(',\n')}\n${close.trim()}`
}
