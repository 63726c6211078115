/**
 * Tells whether two values are equal the way assert.deepStrictEqual of Node means it: same prototype, same own
 * enumerable keys, Object.is for primitives (NaN equals NaN, 0 differs from -0), members of sets and keys of
 * maps compared deeply, cycles followed once.
 */
export function deepEqual(a: unknown, b: unknown, seen: Map<object, object> = new Map()): boolean {
  if (Object.is(a, b)) return true
  if (!isObject(a) || !isObject(b)) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  if (tag(a) !== tag(b) || Array.isArray(a) !== Array.isArray(b)) return false
  if (seen.get(a) === b) return true
  seen.set(a, b)
  const equal = sameContent(a, b, seen) && sameKeys(a, b, seen)
  seen.delete(a)
  return equal
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function tag(value: object): string {
  return Object.prototype.toString.call(value)
}

/** Compares what does not show in the enumerable keys. */
function sameContent(a: object, b: object, seen: Map<object, object>): boolean {
  if (a instanceof Date) return Object.is(a.getTime(), (b as Date).getTime())
  if (a instanceof RegExp) {
    const other = b as RegExp
    return a.source === other.source && a.flags === other.flags && a.lastIndex === other.lastIndex
  }
  if (a instanceof Error) return sameError(a, b as Error, seen)
  if (a instanceof Map) return sameMap(a, b as Map<unknown, unknown>, seen)
  if (a instanceof Set) return sameSet(a, b as Set<unknown>, seen)
  if (a instanceof ArrayBuffer) return deepEqual(new Uint8Array(a), new Uint8Array(b as ArrayBuffer), seen)
  if (a instanceof DataView) return deepEqual(bytes(a), bytes(b as DataView), seen)
  if (Array.isArray(a)) return a.length === (b as unknown[]).length
  if (ArrayBuffer.isView(a)) return sameNumbers(a as Uint8Array, b as Uint8Array)
  if (a instanceof WeakMap || a instanceof WeakSet || a instanceof Promise) return false
  if (isBoxed(a)) return isBoxed(b) && Object.is(a.valueOf(), b.valueOf())
  return true
}

function isBoxed(value: object): boolean {
  return /^\[object (Number|String|Boolean|BigInt|Symbol)\]$/.test(tag(value)) && !isObject(value.valueOf())
}

function bytes(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

function sameNumbers(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

function sameError(a: Error, b: Error, seen: Map<object, object>): boolean {
  return (
    a.message === b.message &&
    a.name === b.name &&
    Object.hasOwn(a, 'cause') === Object.hasOwn(b, 'cause') &&
    deepEqual(a.cause, b.cause, seen) &&
    deepEqual((a as AggregateError).errors, (b as AggregateError).errors, seen)
  )
}

function sameMap(a: Map<unknown, unknown>, b: Map<unknown, unknown>, seen: Map<object, object>): boolean {
  if (a.size !== b.size) return false
  const rest = new Map(b)
  for (const [key, value] of a) {
    const match = rest.has(key)
      ? key
      : [...rest.keys()].find(
          (other) =>
            isObject(other) &&
            !a.has(other) &&
            deepEqual(key, other, seen) &&
            deepEqual(value, rest.get(other), seen),
        )
    if (!rest.has(match) || !deepEqual(value, rest.get(match), seen)) return false
    rest.delete(match)
  }
  return true
}

function sameSet(a: Set<unknown>, b: Set<unknown>, seen: Map<object, object>): boolean {
  if (a.size !== b.size) return false
  const rest = new Set(b)
  for (const member of a) {
    const match = rest.has(member)
      ? member
      : [...rest].find((other) => isObject(other) && !a.has(other) && deepEqual(member, other, seen))
    if (!rest.has(match)) return false
    rest.delete(match)
  }
  return true
}

/** To list the keys of an array of bytes as large as a disk takes half a minute, and nobody gives it others than numbers. */
const largeBytes = 100_000

/** Compares own enumerable keys, symbols included; those of typed arrays are left out, as they are compared already. */
function sameKeys(a: object, b: object, seen: Map<object, object>): boolean {
  if (ArrayBuffer.isView(a) && a.byteLength > largeBytes) return true
  const keys = ownKeys(a)
  if (keys.length !== ownKeys(b).length) return false
  return keys.every(
    (key) =>
      Object.prototype.propertyIsEnumerable.call(b, key) &&
      deepEqual(Reflect.get(a, key), Reflect.get(b, key), seen),
  )
}

function ownKeys(value: object): (string | symbol)[] {
  const keys = Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))
  return ArrayBuffer.isView(value)
    ? keys.filter((key) => typeof key === 'symbol' || !/^\d+$/.test(key))
    : keys
}
