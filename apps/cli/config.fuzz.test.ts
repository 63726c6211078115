import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { repoDir } from '@afloat/build/paths'
import { isSoak, type SeededRandom, seededRandom } from '@afloat/build/testkit/seed'
import { variants } from '@afloat/butane'
import { formatIgnition, ownFindings, parseIgnition } from '@afloat/ignition'
import { compileText } from './compile-file.ts'

const corpus = join(repoDir, 'packages/butane/corpus')
const texts = readdirSync(corpus, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => readFileSync(join(corpus, name, 'input.bu'), 'utf8'))
  .concat(
    readFileSync(join(repoDir, 'examples/web.yaml'), 'utf8'),
    // What only other variants have.
    `variant: openshift
version: 4.17.0
metadata:
  name: a
  labels: {machineconfiguration.openshift.io/role: worker}
boot_device:
  layout: x86_64
  luks:
    tang:
      - {url: "http://t.test", thumbprint: x}
      - ~
  mirror:
    devices: [/dev/a, ~, /dev/b]
grub:
  users:
    - {name: root, password_hash: x}
openshift:
  kernel_arguments: [a]
  extensions: [b]
systemd:
  quadlets:
    - {name: a.container, contents: "[Container]", dropins: [~, {name: b.conf}]}
`,
  )
const runs = isSoak() ? 100_000 : 1500
/** Far above what the slowest takes, and far below what a person waits: a hang, not a slow machine. */
const slowestMs = 10_000

test('no text that is made from configs by chance breaks the compiler', (t) => {
  const random = seededRandom().fork('config fuzz')
  let compiled = 0
  let slowest = { ms: 0, text: '' }
  for (let run = 0; run < runs; run++) {
    const text = damage(withHeader(random.pick(texts), random), random)
    const start = performance.now()
    const { ignition, report } = attempt(text)
    const ms = performance.now() - start
    if (ms > slowest.ms) slowest = { ms, text }
    assert.equal(ignition === undefined, report.hasErrors, text)
    if (ignition === undefined) continue
    compiled++
    // What was compiled is a config, and says the same when it is read again.
    const written = formatIgnition(ignition)
    const read = parseIgnition(written, { applied: false })
    // Configs for other systems are not held to what is only ours.
    const errors = read.report.diagnostics.filter(
      ({ severity, code }) => severity === 'error' && !ownFindings.has(code),
    )
    assert.deepEqual(errors, [], text)
    if (read.config !== undefined) assert.equal(formatIgnition(read.config), written, text)
  }
  t.diagnostic(`${runs} texts, ${compiled} compiled, slowest ${slowest.ms.toFixed(0)} ms`)
  assert.ok(compiled > runs / 50, 'too few of the texts are configs')
  assert.ok(slowest.ms < slowestMs, `${slowest.ms} ms for:\n${slowest.text}`)
})

function attempt(text: string) {
  try {
    return compileText(text, { filesDir: undefined })
  } catch (error) {
    throw new Error(`The compiler threw for:\n${text}`, { cause: error })
  }
}

/** The same for any variant and version: what one has, another must refuse without falling over. */
function withHeader(text: string, random: SeededRandom): string {
  if (random.ratio() < 0.3) return text
  const { name, version } = random.pick(variants)
  return text.replace(/^variant:.*$/m, `variant: ${name}`).replace(/^version:.*$/m, `version: ${version}`)
}

const pieces = [
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ': ',
  '- ',
  '&a ',
  '*a',
  '!!binary ',
  '!var x',
  '<<: *a',
  '|\n',
  '#',
  '\t',
  '\u2028',
  '😀',
  '~',
  '0x',
  '1e9',
  '-1',
  '9999999999999999999',
]

/** Changes lines and characters of a text here and there; one in ten stays as it is. */
function damage(text: string, random: SeededRandom): string {
  let lines = text.split('\n')
  const changes = random.ratio() < 0.1 ? 0 : random.int(1, 4)
  for (let change = 0; change < changes; change++) {
    if (lines.length === 0) lines = ['']
    const at = random.int(0, lines.length - 1)
    const line = lines[at]!
    const place = random.int(0, line.length)
    const edits: (() => string[])[] = [
      () => lines.toSpliced(at, 1),
      () => lines.toSpliced(at, 0, random.pick(lines)),
      () => lines.toSpliced(at, 1, `  ${line}`),
      () => lines.toSpliced(at, 1, line.slice(2)),
      () => lines.toSpliced(at, 1, line.slice(0, place) + random.pick(pieces) + line.slice(place)),
      () => lines.toSpliced(at, 1, line.slice(0, place) + line.slice(place + random.int(1, 6))),
      () => lines.toSpliced(at, 0, ...random.pick(texts).split('\n').slice(2)),
      () => lines.toSpliced(at, 1, line.replace(/:.*/, `: ${random.pick(pieces)}`)),
    ]
    lines = random.pick(edits)()
  }
  return lines.join('\n')
}
