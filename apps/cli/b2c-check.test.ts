import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { signArguments } from '@afloat/build/sign-arguments'
import { type CheckArguments, runCheck } from './b2c-check.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-b2c-check-'))
after(() => rmSync(dir, { recursive: true }))

function check(args: readonly string[], options: CheckArguments = {}) {
  let out = ''
  let err = ''
  const exit = runCheck(args, options, { out: (text) => (out += text), err: (text) => (err += text) })
  return { exit, out, err: err.replaceAll(`${dir}/`, '') }
}

function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}

test('b2c check tells what will happen, in order', () => {
  const cmdline = [
    'b2c.run_post="r.example/post -x" b2c.run="-e A=geheim r.example/one" b2c.run="r.example/two b" b2c.pipefail',
    'b2c.run_service=r.example/service b2c.iface=eth0,address=10.0.0.2/24,gateway=10.0.0.1,nameserver=1.1.1.1,route=10.9.0.0/16:10.0.0.7',
    'b2c.ntp_peer=auto b2c.cache_device=auto b2c.cache_limit=10G b2c.swap=512M b2c.filesystem=f,src=/dev/vdb,type=ext4',
    'b2c.volume=job,filesystem=f,mirror=m/b,pull_on=pipeline_start,push_on=changes,expiration=pipeline_end,fscrypt_key=secret:k',
    'b2c.minio=m,http://h,k,secret:k b2c.secret=k,from=fw_cfg:opt/k b2c.poweroff_delay=3 b2c.report=virtio b2c.insmods=a.ko',
    'b2c.extra_args_url=https://u:geheim@h/a b2c.pull=missing b2c.hostname=h',
  ].join(' ')
  const { exit, out, err } = check([cmdline])
  assert.deepEqual([exit, err], [0, ''])
  assert.equal(
    out,
    `packs       the initramfs needs https, s3, modules
report      report to virtio port org.afloat.report
modules     load a.ko
network     be called h
            eth0: 10.0.0.2/24, gateway 10.0.0.1, 10.9.0.0/16 by 10.0.0.7, name server 1.1.1.1
clock       set the clock from pool.ntp.org
arguments   fetch extra arguments from https://…@h/a, do not check any signature
filesystem  f: /dev/vdb, ext4
secret      k: from fw_cfg opt/k
cache       the partition labelled B2C_CACHE, else the first empty disk; none that holds data, images at most 10G
swap        512M on the cache
volume      job: on f, encrypted, pulled from m/b at pipeline_start, pushed to m/b at changes
service     in the background: r.example/service
container   0: r.example/one; images are pulled where none is cached
            1: r.example/two b
            stop at the first that fails
post        whatever came of it: r.example/post -x
cleanup     job: removed
finish      after 3 s, power off
`,
  )
})

test('b2c check marks what is wrong, and shows no secret', () => {
  const { exit, err } = check(['b2c.run=r.example/a', 'b2c.minio=m,http://h,key,geheim', 'b2c.pipefial'])
  assert.equal(exit, 1)
  assert.equal(
    err,
    `
command line:1:46: warning: Secret of the S3 alias stands on the command line, where every container and log can read it (b2c/secret-in-clear)
  1 | b2c.run=r.example/a b2c.minio=m,http://h,***,****** b2c.pipefial
    |                                              ^^^^^^
  hint: Write secret:NAME and add b2c.secret=NAME,from=fw_cfg:…, smbios:…, file:… or https://…

command line:1:53: error: Unknown parameter "b2c.pipefial" (b2c/unknown-parameter)
  1 | b2c.run=r.example/a b2c.minio=m,http://h,***,****** b2c.pipefial
    |                                                     ^^^^^^^^^^^^
  hint: Write b2c.pipefail
`,
  )
})

test('b2c check puts back the quotes that a shell took away', () => {
  assert.match(check(['b2c.run=r.example/a b c', 'b2c.pipefail']).out, /0: r\.example\/a b c;/)
  assert.match(check(['b2c.run=r.example/a b2c.hostname=h']).out, /be called h\n/)
  assert.match(check(['quiet b2c.run="r.example/a b"']).out, /0: r\.example\/a b;/)
})

test('b2c check reads files, and checks the signature of extra arguments', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x } = publicKey.export({ format: 'jwk' }) as { x: string }
  const key = Buffer.from(x, 'base64url').toString('base64')
  const cmdline = file('cmdline', `b2c.extra_args_url=http://h/ b2c.extra_args_key=${key}\n`)
  const signed = signArguments('b2c.run=r.example/a\n', privateKey)

  assert.deepEqual(check([], { file: cmdline, extraArgs: file('signed', signed) }).exit, 0)
  const forged = check([], { file: cmdline, extraArgs: file('forged', signed.replace('/a', '/b')) })
  assert.equal(forged.exit, 1)
  assert.match(forged.err, /^\nforged: error: Extra arguments are not signed .* \(b2c\/bad-signature\)\n/)
  const wrong = check([], { file: cmdline, extraArgs: file('wrong', 'b2c.run=r.example/a\nb2c.pul=never\n') })
  assert.match(wrong.err, /\nwrong:2:1: error: Unknown parameter "b2c\.pul"/)
})

test('b2c check takes another limit', () => {
  assert.equal(check(['b2c.run=r.example/a'], { limit: 19 }).exit, 0)
  assert.match(
    check(['b2c.run=r.example/a'], { limit: 18 }).err,
    /Command line has 19 bytes: the kernel takes 18/,
  )
})

test('b2c check prints one JSON object', () => {
  const { exit, out, err } = check(['b2c.run=r.example/a', 'b2c.swap=1G'], { json: true })
  assert.deepEqual([exit, err], [1, ''])
  const { findings, steps, ...rest } = JSON.parse(out)
  assert.deepEqual(rest, { apiVersion: 'afloat/v1', kind: 'PipelineCheck', ok: false })
  assert.deepEqual(steps[0], { stage: 'network', text: 'be called boot2container' })
  assert.deepEqual(findings, [
    {
      severity: 'error',
      code: 'b2c/swap-without-cache',
      message: 'Swap needs a cache to be on: there is none',
      path: '$',
      line: 1,
      column: 21,
      hint: 'Add b2c.cache_device=auto, or leave b2c.swap out',
      file: 'command line',
    },
  ])
})

test('b2c check exits with 2 when there is nothing to check', () => {
  assert.equal(check([]).exit, 2)
  assert.equal(check(['b2c.run=a'], { file: 'x' }).exit, 2)
  const { exit, err } = check([], { file: join(dir, 'none') })
  assert.equal(exit, 2)
  assert.match(err, /^Cannot read "none": /)
})
