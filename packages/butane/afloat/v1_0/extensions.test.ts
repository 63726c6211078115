import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileConfig } from '../../compile-config.ts'

const HEAD = 'variant: afloat\nversion: 1.0.0\n'
const HASH = `sha256-${'0123456789abcdef'.repeat(4)}`

/** Code, path, place and hint of each finding. */
function entries(text: string): string[] {
  return compileConfig(HEAD + text).report.diagnostics.map(
    ({ severity, code, path, line, column, hint }) =>
      `${severity} ${code.replace('butane/', '')} ${path} ${line}:${column}${hint === undefined ? '' : ` ${hint}`}`,
  )
}

test('an extension is a file that is verified, where systemd-sysext finds it', () => {
  const { ignition, report } = compileConfig(
    `${HEAD}extensions: [{name: tools, url: "https://example.com/tools-1.raw", hash: ${HASH}}]`,
  )
  assert.equal(report.isEmpty, true, JSON.stringify(report.diagnostics))
  assert.deepEqual(ignition!.storage, {
    files: [
      {
        path: '/var/lib/extensions/tools.raw',
        mode: 0o644,
        contents: { source: 'https://example.com/tools-1.raw', verification: { hash: HASH } },
      },
    ],
  })
})

const url = 'url: "http://h/x"'
for (const [text, ...expected] of [
  [
    '{}',
    'error key-missing $.extensions.0.name 3:14 Add name:',
    'error key-missing $.extensions.0.url 3:14 Add url:',
    'error extension-hash-missing $.extensions.0.hash 3:14 Add hash: sha256-… with what sha256sum prints for the image',
  ],
  [
    `{name: a b, ${url}, hash: ${HASH}}`,
    'error extension-name $.extensions.0.name 3:21 Write the name that its extension-release file ends in',
  ],
  [
    `{name: a, url: h/x, hash: ${HASH}}`,
    'error bad-http-url $.extensions.0.url 3:29 Write http:// or https:// in front',
  ],
  [`{name: a, ${url}, hash: ${HASH.slice(7)}}`, `error bad-hash $.extensions.0.hash 3:49 Write ${HASH}`],
  [
    `{name: a, ${url}, hash: "sha256:${HASH.slice(7)}"}`,
    'error bad-hash $.extensions.0.hash 3:49 Write a hyphen after the algorithm',
  ],
  [
    `{name: a, ${url}, hash: sha512-12}`,
    'error bad-hash $.extensions.0.hash 3:49 Write what sha256sum prints',
  ],
  [
    `{name: a, ${url}, hash: ${HASH}}, {name: a, ${url}, hash: ${HASH}}`,
    'error name-twice $.extensions.1.name 3:130 Rename one of the two',
  ],
] as const)
  test(`afloat 1.0.0 reports the extension ${text}`, () =>
    assert.deepEqual(entries(`extensions: [${text}]`), expected))
