// Stands in for node:assert/strict when tests run on QuickJS.
import { deepEqual as isDeepEqual } from './deep-equal.ts'
import { show } from './show.ts'

export class AssertionError extends Error {
  override readonly name = 'AssertionError'
  readonly code = 'ERR_ASSERTION'
}

type Message = string | Error | undefined
type Expected = RegExp | object | (new (...args: never[]) => unknown) | ((error: unknown) => unknown)

export function ok(value: unknown, message?: Message): asserts value {
  check(Boolean(value), message, () => `Expected a true value, got ${show(value)}`)
}

export function equal(actual: unknown, expected: unknown, message?: Message): void {
  check(Object.is(actual, expected), message, () => different(actual, expected))
}

export function notEqual(actual: unknown, expected: unknown, message?: Message): void {
  check(!Object.is(actual, expected), message, () => `Expected another value than ${show(actual)}`)
}

export function deepEqual(actual: unknown, expected: unknown, message?: Message): void {
  check(isDeepEqual(actual, expected), message, () => different(actual, expected))
}

export function notDeepEqual(actual: unknown, expected: unknown, message?: Message): void {
  check(!isDeepEqual(actual, expected), message, () => `Expected another value than ${show(actual)}`)
}

export function match(actual: string, pattern: RegExp, message?: Message): void {
  check(typeof actual === 'string' && pattern.test(actual), message, () => different(actual, pattern))
}

export function doesNotMatch(actual: string, pattern: RegExp, message?: Message): void {
  check(!pattern.test(actual), message, () => `Expected no match of ${pattern}, got ${show(actual)}`)
}

export function fail(message: Message = 'Failed'): never {
  throw typeof message === 'string' ? new AssertionError(message) : message
}

export function ifError(value: unknown): void {
  if (value !== null && value !== undefined) throw value
}

export function throws(run: () => unknown, expected?: Expected | string, message?: Message): void {
  try {
    run()
  } catch (error) {
    checkError(error, expected, message)
    return
  }
  fail('Expected an exception, got none')
}

export function doesNotThrow(run: () => unknown): void {
  run()
}

export async function rejects(
  run: Promise<unknown> | (() => Promise<unknown>),
  expected?: Expected | string,
  message?: Message,
): Promise<void> {
  try {
    await (typeof run === 'function' ? run() : run)
  } catch (error) {
    return checkError(error, expected, message)
  }
  fail('Expected a rejection, got none')
}

export async function doesNotReject(run: Promise<unknown> | (() => Promise<unknown>)): Promise<void> {
  await (typeof run === 'function' ? run() : run)
}

/** As in Node: a pattern meets the error as text, a class its instances, an object the fields it names. */
function checkError(error: unknown, expected: Expected | string | undefined, message: Message): void {
  if (expected === undefined || typeof expected === 'string') return
  if (expected instanceof RegExp) match(String(error), expected, message)
  else if (typeof expected === 'function') checkByFunction(error, expected, message)
  else checkFields(error, expected, message)
}

function checkByFunction(error: unknown, expected: object, message: Message): void {
  if (isInstance(error, expected)) return
  if (expected === Error || Object.prototype.isPrototypeOf.call(Error, expected)) throw error
  const verdict = (expected as (error: unknown) => unknown)(error)
  check(
    verdict === true,
    message,
    () => `Expected the check of the error to return true, got ${show(verdict)}`,
  )
}

function checkFields(error: unknown, expected: object, message: Message): void {
  const keys: PropertyKey[] = Object.keys(expected)
  for (const key of expected instanceof Error ? [...keys, 'name', 'message'] : keys) {
    const want = Reflect.get(expected, key)
    const got = Reflect.get(Object(error), key)
    if (want instanceof RegExp && typeof got === 'string') match(got, want, message)
    else check(isDeepEqual(got, want), message, () => `${String(key)}: ${different(got, want)}`)
  }
}

function isInstance(error: unknown, type: unknown): boolean {
  return (type as { prototype?: unknown }).prototype !== undefined && error instanceof (type as typeof Error)
}

function check(holds: boolean, message: Message, explain: () => string): void {
  if (holds) return
  fail(message ?? explain())
}

function different(actual: unknown, expected: unknown): string {
  return `Values differ\n  actual:   ${indent(show(actual))}\n  expected: ${indent(show(expected))}`
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n  ')
}

export {
  deepEqual as deepStrictEqual,
  equal as strictEqual,
  notDeepEqual as notDeepStrictEqual,
  notEqual as notStrictEqual,
}

const functions = {
  AssertionError,
  ok,
  equal,
  notEqual,
  deepEqual,
  notDeepEqual,
  match,
  doesNotMatch,
  fail,
  ifError,
  throws,
  doesNotThrow,
  rejects,
  doesNotReject,
  strictEqual: equal,
  notStrictEqual: notEqual,
  deepStrictEqual: deepEqual,
  notDeepStrictEqual: notDeepEqual,
}

const assert: typeof ok & typeof functions & { strict?: unknown } = Object.assign(
  (value: unknown, message?: Message): asserts value => ok(value, message),
  functions,
)
assert.strict = assert

export { assert as strict }
export default assert
