import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bootOf } from './machine-set.ts'
import { parseMachines } from './parse-machines.ts'

const parse = (text: string) => parseMachines(text, { fileName: 'm.yaml', packs: ['s3', 'nfs'] })

function wrong(text: string): string[] {
  const { machines, report } = parse(text)
  assert.equal(machines, undefined)
  return report.diagnostics.map(
    ({ file, line, column, code, message }) => `${file}:${line}:${column}: ${code} ${message}`,
  )
}

const good = `
profiles:
  - name: ci
    cmdline: console=ttyS0 b2c.run=registry.example/ci
    packs: [s3]
  - name: rescue
    cmdline: |
      rescue
      b2c.run=r.example/a
machines:
  - name: board-1
    mac: [52-54-00-12-34-56, "525400123457"]
    profile: ci
    cmdline: b2c.hostname=board-1
    packs: [nfs, s3]
  - uuid: 0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0
    cmdline: quiet b2c.run=r.example/a
default: rescue
`

test('parseMachines() finds a machine by any MAC address, by its UUID, or as one of the others', () => {
  const { machines, report } = parse(good)
  assert.ok(machines !== undefined && report.isEmpty)
  const board = {
    machine: 'board-1',
    profile: 'ci',
    cmdline: 'console=ttyS0 b2c.run=registry.example/ci b2c.hostname=board-1',
    packs: ['s3', 'nfs'],
  }
  const uuid = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'
  assert.deepEqual(bootOf(machines, { mac: '52:54:00:12:34:56' }), board)
  assert.deepEqual(bootOf(machines, { mac: '52:54:00:12:34:57' }), board)
  assert.equal(bootOf(machines, { mac: '52:54:00:12:34:56', uuid })?.cmdline, 'quiet b2c.run=r.example/a')
  assert.deepEqual(bootOf(machines, {}), {
    profile: 'rescue',
    cmdline: 'rescue b2c.run=r.example/a',
    packs: [],
  })
  assert.equal(bootOf(parse(good.replace('default: rescue', '')).machines!, {}), undefined)
})

test('parseMachines() says where a command line is wrong, in a list, a plain and a quoted value', () => {
  const profile = (cmdline: string) => wrong(`profiles:\n  - name: a\n    cmdline: ${cmdline}\ndefault: a\n`)
  const [plain] = profile('b2c.run=r.example/a b2c.rum=x')
  assert.match(plain!, /^m\.yaml:3:34: .*b2c\.rum/)
  assert.match(profile('"b2c.run=r.example/a b2c.rum=x"')[0]!, /^m\.yaml:3:35: /)
  assert.match(profile('[b2c.run=r.example/a, b2c.rum=x]')[0]!, /^m\.yaml:3:36: /)
})

test('parseMachines() tells a mistake of a profile once, however many machines have it', () => {
  const machine = (at: number) => `  - {mac: "52:54:00:00:00:0${at}", profile: a}\n`
  const found = wrong(
    `profiles:\n  - {name: a, cmdline: b2c.run=r.example/a b2c.rum=x}\nmachines:\n${machine(1)}${machine(2)}default: a\n`,
  )
  assert.equal(found.length, 1)
})

test('parseMachines() refuses what is wrong with the list itself', () => {
  const table: readonly (readonly [text: string, found: RegExp])[] = [
    ['machines:\n  - mac: 52:54:00\n', /^m\.yaml:2:10: .*bad-mac/m],
    ['machines:\n  - uuid: 52:54\n', /^m\.yaml:2:11: .*bad-uuid/m],
    ['machines:\n  - name: x\n', /^m\.yaml:2:5: .*nobody/m],
    ['machines:\n  - mac: 525400123456\n  - mac: 52:54:00:12:34:56\n', /^m\.yaml:3:10: .*twice/m],
    ['profiles:\n  - {name: a}\n  - {name: a}\n', /^m\.yaml:3:12: .*twice/m],
    ['profiles:\n  - {name: "a && shell"}\n', /^m\.yaml:2:12: .*bad-name/m],
    ['profiles:\n  - {cmdline: a}\n', /^m\.yaml:2:5: .*missing/m],
    ['profiles:\n  - {name: ci}\ndefault: cl\n', /^m\.yaml:3:10: .*unknown-profile/m],
    ['profiles:\n  - {name: ci, packs: [s4]}\n', /^m\.yaml:2:24: .*unknown-pack/m],
    ['profiles:\n  - {name: a, cmdline: "a\\tb"}\n', /^m\.yaml:2:24: .*bad-cmdline/m],
    ['machines:\n  - {mac: [~], cmdline: [~]}\n', /^m\.yaml:2:12: .*bad-mac/m],
    ['profiels: []\n', /^m\.yaml:1:1: .*unknown-key/m],
    ['profiles: [\n', /bad-yaml/],
    ['[]', /wrong-type/],
  ]
  for (const [text, expected] of table) assert.match(wrong(text).join('\n'), expected, text)
})

test('parseMachines() moves parameters out of a command line that is too long or not for iPXE, and only those', () => {
  const boot = (cmdline: string) =>
    bootOf(
      parse(`profiles:\n  - name: a\n    cmdline: '${cmdline.replaceAll("'", "''")}'\ndefault: a\n`)
        .machines!,
      {},
    )
  const long = `b2c.run="alpine echo ${'x'.repeat(3000)}"`
  assert.deepEqual(
    boot(`quiet b2c.report=console b2c.iface=eth0,dhcp ${long} b2c.pipefail "b2c.run_post=alpine true"`),
    {
      profile: 'a',
      cmdline: 'quiet b2c.report=console b2c.iface=eth0,dhcp',
      extra: `${long}\nb2c.pipefail\n"b2c.run_post=alpine true"\n`,
      packs: [],
    },
  )
  const braces = `b2c.run="alpine sh -c 'echo $${'{HOME}'}'"`
  assert.equal(boot(`quiet ${braces}`)?.extra, `${braces}\n`)
})

test('parseMachines() refuses a command line of the kernel that is too long, and one that iPXE would change', () => {
  const cmdline = (text: string) => wrong(`profiles:\n  - name: a\n    cmdline: ${text}\ndefault: a\n`)[0]!
  assert.match(cmdline('x'.repeat(2048)), /too-long/)
  assert.match(cmdline(`a=$${'{x}'} b2c.run=r.example/a`), /^m\.yaml:3:16: .*bad-cmdline/)
})

test('parseMachines() shows a file without its secrets, or not at all where it cannot tell where they are', () => {
  const shown = (cmdline: string) => parse(`profiles:\n  - {name: a, cmdline: ${cmdline}}\n`).shown
  const secret = 'b2c.minio=a,https://s3.example,key,geheim'
  assert.match(shown(`"quiet ${secret}"`)!, /quiet b2c\.minio=a,https:\/\/s3\.example,\*{3},\*{6}"/)
  assert.equal(shown(`"qu\\u0069et ${secret}"`), undefined)
  assert.equal(parse(good).shown, good)
})
