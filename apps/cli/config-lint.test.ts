import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { repoDir } from '@afloat/build/paths'
import { rules } from '@afloat/butane/lint/rules'
import { type LintArguments, runLint } from './config-lint.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-lint-'))
after(() => rmSync(dir, { recursive: true }))
mkdirSync(join(dir, 'files'))
// Random enough not to be compressed below the limit of any platform that the documentation speaks of.
const noise = Array.from({ length: 40_000 }, (_, index) => (Math.sin(index) * 1e6) & 0xff)
writeFileSync(join(dir, 'files/large'), Uint8Array.from(noise))
writeFileSync(join(dir, 'files/sound.gz'), gzipSync('hello'))
writeFileSync(join(dir, 'files/cut.gz'), gzipSync('hello').subarray(0, 15))

function lint(text: string, options: LintArguments = {}) {
  const path = join(dir, 'a.yaml')
  writeFileSync(path, text)
  let out = ''
  let err = ''
  const exit = runLint(
    path,
    { filesDir: join(dir, 'files'), ...options },
    { out: (more) => (out += more), err: (more) => (err += more) },
  )
  return { exit, out: out.replaceAll(`${dir}/`, ''), err: err.replaceAll(`${dir}/`, '') }
}

function codes(text: string): string[] {
  const { findings } = JSON.parse(lint(text, { json: true }).out) as { findings: { code: string }[] }
  return findings.map(({ code }) => code)
}

const HEAD = 'variant: flatcar\nversion: 1.1.0\n'
const LOOSE = `${HEAD}storage:\n  directories: [{path: /x, mode: 0777}]\n`

test('config lint prints findings with their line, reason and remedy, and fails on errors only', () => {
  assert.deepEqual(lint(LOOSE), {
    exit: 0,
    out: 'a.yaml: 0 errors, 1 warning\n',
    err: `a.yaml:4:34: warning: Mode 0777 lets every user of the machine write "/x" (lint/world-writable)
  4 |   directories: [{path: /x, mode: 0777}]
    |                                  ^^^^
  hint: Write mode: 0755, or 01777 to share it
`,
  })
  assert.equal(lint(LOOSE, { strict: true }).exit, 1)
  assert.equal(
    lint(LOOSE, { rawErrors: true }).err,
    'warning at $.storage.directories.0.mode, line 4 col 34: Mode 0777 lets every user of the machine write "/x"\n',
  )
  assert.equal(lint(`${HEAD}storage: {files: [{path: /usr/x}]}`).exit, 1)
  assert.deepEqual(lint(HEAD), { exit: 0, out: 'a.yaml: nothing found\n', err: '' })
})

test('config lint prints no line that holds a secret, whatever it finds there', () => {
  const file = (fields: string) =>
    `${HEAD}storage:\n  files:\n    - {path: /x, ${fields}} # lint: ignore lint/nothing\n`
  const { err } = lint(file('mode: 0666, contents: {inline: "DB_PASSWORD=correct-horse"}'))
  assert.match(err, /lint\/world-writable.*lint\/readable-secret/s)
  const ignored = lint(
    file('mode: 0666, contents: {inline: "DB_PASSWORD=correct-horse"}').replace('nothing', 'readable-secret'),
  ).err
  assert.match(ignored, /lint\/world-writable/)
  const hashed = lint(`${HEAD}passwd: {users: [{name: a, password_hash: correct-horse}]}\n`).err
  assert.match(hashed, /lint\/weak-password-hash/)
  assert.doesNotMatch(err + ignored + hashed, /correct-horse/)
})

test('config lint --json is one object', () => {
  assert.deepEqual(JSON.parse(lint(LOOSE, { json: true, strict: true }).out), {
    apiVersion: 'afloat/v1',
    kind: 'LintReport',
    file: 'a.yaml',
    ok: false,
    findings: [
      {
        severity: 'warning',
        code: 'lint/world-writable',
        message: 'Mode 0777 lets every user of the machine write "/x"',
        path: '$.storage.directories.0.mode',
        line: 4,
        column: 34,
        hint: 'Write mode: 0755, or 01777 to share it',
        file: 'a.yaml',
      },
    ],
  })
})

test('config lint shows errors of the compiler and nothing else', () => {
  const { exit, out, err } = lint(`${LOOSE}  files: [{path: x}]\n`)
  assert.deepEqual([exit, out], [1, 'a.yaml: 1 error, 0 warnings\n'])
  assert.match(err, /^a\.yaml:5:18: error: /)
  assert.equal(runLint(join(dir, 'missing'), {}, { out: () => {}, err: () => {} }), 1)
})

test('config lint unpacks local files that are said to be packed', () => {
  const packed = (file: string) =>
    codes(`${HEAD}storage: {files: [{path: /x, contents: {local: ${file}, compression: gzip}}]}`)
  assert.deepEqual(packed('sound.gz'), [])
  assert.deepEqual(packed('cut.gz'), ['lint/not-gzip'])
  assert.deepEqual(packed('large'), ['lint/not-gzip', 'lint/user-data-size'].toReversed())
})

test('docs/usage/lint.md and the table of rules agree', () => {
  const document = readFileSync(join(repoDir, 'docs/usage/lint.md'), 'utf8')
  const sections = document.split(/^### /m).slice(1)
  assert.deepEqual(
    sections.map((section) => section.split('\n', 1)[0]),
    rules.map(({ code }) => code),
  )
  for (const [index, { code, severity, looksAt }] of rules.entries()) {
    const section = sections[index]!
    const severityWord = severity === 'error' ? 'Error' : 'Warning'
    assert.ok(section.includes(`\n${severityWord}. Looks at: ${looksAt}.\n`), `${code}: severity and looksAt`)
    const examples = [...section.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => withHead(text))
    assert.equal(examples.length, 2, code)
    assert.deepEqual(new Set(codes(examples[0]!)), new Set([code]), `${code}: the example`)
    assert.deepEqual(codes(examples[1]!), [], `${code}: the remedy`)
  }
})

function withHead(text: string): string {
  return text.includes('containers:\n') ? `variant: afloat\nversion: 1.0.0\n${text}` : `${HEAD}${text}`
}
