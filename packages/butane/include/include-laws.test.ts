import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatIgnition } from '@afloat/ignition'
import fc from 'fast-check'
import { compileConfig } from '../compile-config.ts'
import { includedTexts } from './included-texts.ts'

type Value = string | number | boolean | Value[] | Fields
interface Fields {
  [key: string]: Value
}

const HEAD = { variant: 'afloat', version: '1.0.0' }
const FILES = 3

const word = fc.constantFrom('a', 'b', 'c', 'd')
const words = fc.uniqueArray(word, { maxLength: 4 })

/** Entries with unique names and any of the fields. */
const entries = (key: string, name: fc.Arbitrary<string>, fields: Record<string, fc.Arbitrary<Value>>) =>
  fc.uniqueArray(fc.record({ [key]: name, ...fields }, { requiredKeys: [key] }), {
    maxLength: 4,
    selector: (entry) => entry[key],
  })

const wholes = fc.record({
  hostname: word,
  containers: entries('name', word, {
    volumes: words.map((names) => names.map((name) => `${name}:/${name}`)),
    environment: fc.dictionary(word, word, { noNullPrototype: true }),
    survive: fc.boolean(),
    restart: fc.constantFrom('no', 'always'),
  }),
  passwd: fc.record({
    users: entries('name', word, { uid: fc.nat(9), shell: word, groups: words, ssh_authorized_keys: words }),
  }),
  storage: fc.record({
    files: entries(
      'path',
      word.map((name) => `/${name}`),
      { mode: fc.nat(0o777), contents: fc.record({ inline: word }) },
    ),
  }),
  systemd: fc.record({
    units: entries(
      'name',
      word.map((name) => `${name}.service`),
      {
        enabled: fc.boolean(),
        contents: fc.constant('[Install]\nWantedBy=a.target'),
        dropins: entries(
          'name',
          word.map((name) => `${name}.conf`),
          { contents: fc.constant('[Unit]') },
        ),
      },
    ),
  }),
}) as fc.Arbitrary<Fields>

/** Deals what a config says out to files. What is in a list appears in the order of the files, as merging will have it. */
class Dealer {
  readonly #draw: () => number

  constructor(draw: () => number) {
    this.#draw = draw
  }

  deal(value: Fields, file: number): Fields[] {
    const parts: Fields[] = Array.from({ length: FILES }, () => ({}))
    for (const [key, inner] of Object.entries(value))
      for (const [at, part] of this.#parts(key, inner, file).entries())
        if (part !== undefined && !isEmpty(part)) parts[at]![key] = part
    return parts
  }

  #parts(key: string, value: Value, first: number): (Value | undefined)[] {
    if (Array.isArray(value)) return this.#list(value, first)
    if (key === 'environment') return this.#inOrder(Object.entries(value), first).map(Object.fromEntries)
    if (typeof value === 'object') return this.deal(value, first)
    const at = this.#from(first)
    return Array.from({ length: FILES }, (_, index) => (index === at ? value : undefined))
  }

  #list(items: readonly Value[], first: number): Value[][] {
    const lists: Value[][] = Array.from({ length: FILES }, () => [])
    for (const [at, group] of this.#inOrder(items, first).entries())
      for (const item of group) {
        if (typeof item !== 'object' || Array.isArray(item)) {
          lists[at]!.push(item)
          continue
        }
        const name = 'path' in item ? 'path' : 'name'
        const { [name]: called, ...fields } = item
        for (const [index, part] of this.deal(fields, at).entries())
          if (index === at || Object.keys(part).length > 0) lists[index]!.push({ [name]: called!, ...part })
      }
    return lists
  }

  #inOrder<T>(items: readonly T[], first: number): T[][] {
    const groups: T[][] = Array.from({ length: FILES }, () => [])
    let at = first
    for (const item of items) {
      at = this.#from(at)
      groups[at]!.push(item)
    }
    return groups
  }

  #from(first: number): number {
    return first + (this.#draw() % (FILES - first))
  }
}

function isEmpty(value: Value): boolean {
  return typeof value === 'object' && Object.keys(value).length === 0
}

const cuts = fc.array(fc.nat(FILES), { minLength: 40, maxLength: 40 })

/** As files, the last of which includes the others: side by side, or each the one before. */
function textsOf(
  whole: Fields,
  draws: readonly number[],
  isChain: boolean,
): { main: string; others: Record<string, string> } {
  let next = 0
  const parts = new Dealer(() => draws[next++ % draws.length]!).deal(whole, 0)
  const others: Record<string, string> = {}
  const names = parts.map((_, at) => `lib/${at}.yaml`).slice(0, -1)
  for (const [at, name] of names.entries())
    others[name] = textOf(parts[at]!, isChain && at > 0 ? [`${at - 1}.yaml`] : [])
  const main = textOf({ ...HEAD, ...parts.at(-1)! }, isChain ? names.slice(-1) : names)
  return { main, others }
}

/** JSON is YAML; with a line for each value. */
function textOf(value: Fields, include: string[]): string {
  return JSON.stringify(include.length === 0 ? value : { ...value, include }, null, 1)
}

function compile({ main, others }: ReturnType<typeof textsOf>) {
  return compileConfig(main, { fileName: 'main', includes: includedTexts(others, 'main') })
}

const withImages = (whole: Fields): Fields => ({
  ...whole,
  containers: (whole['containers'] as Fields[]).map((container) => ({ ...container, image: 'r.test/a:1' })),
})

test('a config that is split into files means what the whole one does', () => {
  fc.assert(
    fc.property(wholes, cuts, fc.boolean(), (plain, draws, isChain) => {
      const whole = withImages(plain)
      const texts = textsOf(whole, draws, isChain)
      const expected = compileConfig(textOf({ ...HEAD, ...whole }, [])).ignition
      const { ignition } = compile(texts)
      assert.ok(expected && ignition)
      assert.equal(formatIgnition(ignition), formatIgnition(expected), JSON.stringify(texts))
    }),
  )
})

test('a mistake anywhere is placed in the file and line that has it', () => {
  fc.assert(
    fc.property(wholes, cuts, fc.boolean(), fc.nat(), fc.boolean(), (plain, draws, isChain, pick, isKey) => {
      const whole = withImages(plain)
      const containers = whole['containers'] as Fields[]
      if (containers.length === 0) return
      const wrong = isKey ? { 'wrong here': 1 } : { image: 'wrong here' }
      Object.assign(containers[pick % containers.length]!, wrong)
      const texts = textsOf(whole, draws, isChain)
      const places = Object.entries({ ...texts.others, main: texts.main }).flatMap(([file, text]) =>
        text.split('\n').flatMap((line, at) => (line.includes('wrong here') ? [`${file}:${at + 1}`] : [])),
      )
      const { report } = compile(texts)
      const errors = report.diagnostics.filter(({ severity }) => severity === 'error')
      assert.deepEqual(
        errors.map(({ file, line }) => `${file}:${line}`),
        places,
      )
    }),
  )
})
