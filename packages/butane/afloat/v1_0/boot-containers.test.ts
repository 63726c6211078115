import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCmdline, parsePipeline } from '@afloat/boot2container'
import { compileConfig } from '../../compile-config.ts'

const HEAD = 'variant: afloat\nversion: 1.0.0\n'

function cmdline(yaml: string): string {
  const { pipeline, report } = compileConfig(HEAD + yaml, { target: 'b2c' })
  assert.deepEqual(report.diagnostics, [])
  const { cmdline, issues } = formatCmdline(pipeline!.config)
  assert.deepEqual(issues, [])
  assert.deepEqual(parsePipeline(cmdline).config, pipeline!.config)
  return cmdline
}

/** What is said, with its place below the two lines of the header. */
function said(yaml: string, target: 'ignition' | 'b2c' | 'either' = 'b2c'): string[] {
  const { pipeline, ignition, report } = compileConfig(HEAD + yaml, { target })
  assert.equal(pipeline === undefined && ignition === undefined, report.hasErrors)
  return report.diagnostics.map(
    ({ line, column, severity, message, hint }) =>
      `${line - 2}:${column} ${severity}: ${message}${hint === undefined ? '' : ` > ${hint}`}`,
  )
}

test('boot_containers becomes the parameters of a command line', () => {
  assert.equal(
    cmdline(`
hostname: runner-7
boot_containers:
  run_service:
    - {image: r.test/service}
  run:
    - image: r.test/build:3
      options: -ti -v job:/job -e 'A=b c'
      command: [sh, -c, "make test > '/job/log'"]
    - {image: r.test/second, command: "x 'y z'"}
    -
  run_post:
    - {image: r.test/post}
  pipefail: true
  pull: missing
  privileged: false
  cap_add: [net_admin, SYS_TIME]
  cap_drop: [KILL]
  read_only: true
  require: [signature]
  image_key: [ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=]
  cache_device: auto
  cache_limit: 10G
  swap: 512M
  filesystem:
    - {name: data, src: LABEL=data, type: ext4, opts: [noatime, ro]}
  volume:
    - name: job
      filesystem: data
      mirror: site/jobs/7
      pull_on: [pipeline_start, container_start]
      push_on: [changes]
      expiration: pipeline_end
      overwrite: true
      remove: false
      exclude: ["*.tmp", core]
      encrypt_key: k
      preserve: true
      fscrypt_key: secret:disk
      fscrypt_reset_key: true
  minio:
    - {alias: site, url: "https://s3.test", key: k, secret: "secret:s3"}
  iface:
    - {name: eth0, address: [10.0.0.2/24], gateway: 10.0.0.1, route: ["10.9.0.0/16:10.0.0.9"], nameserver: [1.1.1.1], forward: true}
    - {name: eth1, dhcp: true}
  ntp_peer: auto
  extra_args_url: https://h.test/x
  insmods: [a.ko, b.ko]
  keymap: de
  poweroff_delay: 5
  shutdown_cmd: sync; poweroff -f
  on_finish: poweroff
  report: [console, virtio]
  secret:
    - {name: s3, from: "fw_cfg:opt/s3"}
    - {name: disk, from: smbios:disk}
`),
    [
      'b2c.report=console b2c.report=virtio b2c.hostname=runner-7',
      'b2c.iface=eth0,address=10.0.0.2/24,gateway=10.0.0.1,route=10.9.0.0/16:10.0.0.9,nameserver=1.1.1.1,forward',
      'b2c.iface=eth1,dhcp b2c.ntp_peer=pool.ntp.org b2c.extra_args_url=https://h.test/x b2c.insmods=a.ko,b.ko b2c.keymap=de',
      'b2c.secret=s3,from=fw_cfg:opt/s3 b2c.secret=disk,from=smbios:disk',
      'b2c.filesystem=data,src=LABEL=data,type=ext4,opts=noatime|ro b2c.cache_device=auto b2c.cache_limit=10G b2c.swap=512M',
      'b2c.minio=site,https://s3.test,k,secret:s3',
      'b2c.volume=job,filesystem=data,mirror=site/jobs/7,pull_on=pipeline_start|container_start,push_on=changes,expiration=pipeline_end,overwrite,exclude=*.tmp,exclude=core,encrypt_key=k,preserve,fscrypt_key=secret:disk,fscrypt_reset_key',
      'b2c.pull=missing b2c.privileged=no b2c.cap_add=NET_ADMIN,SYS_TIME b2c.cap_drop=KILL b2c.read_only b2c.require=signature',
      'b2c.image_key=MCowBQYDK2VwAyEAABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=',
      "b2c.run_service=r.test/service b2c.run=\"-ti -v job:/job -e 'A=b c' r.test/build:3 sh -c $'make test > \\'/job/log\\''\"",
      'b2c.run="r.test/second x \'y z\'" b2c.run_post=r.test/post b2c.pipefail b2c.poweroff_delay=5',
      'b2c.shutdown_cmd="sync; poweroff -f"',
    ].join(' '),
  )
  assert.equal(
    cmdline(
      'boot_containers: {run: [{image: r.test/a}], pipefail: false, privileged: true, read_only: false}',
    ),
    'b2c.run=r.test/a',
  )
})

test('boot_containers are checked, with places in the YAML and keys as they are there', () => {
  assert.deepEqual(
    said(`boot_containers:
  run:
    - image: r.test/App
    - options: [-t, --tyy]
      image: r.test/a
    - {image: r.test/a, command: echo hi && true}
  swap: 1G
  cap_add: [NET_ADMIN, NET_ADMN]
  volume: [{name: a, pull_on: [changes, never]}]
`),
    [
      '3:14 error: Cannot read image "r.test/App": expected [HOST[:PORT]/]NAME[:TAG][@sha256:DIGEST] with a name in lower case > Write r.test/app',
      '4:21 error: podman create has no option "--tyy": the image cannot be told > Write --tty',
      '6:34 warning: "&&" reaches the container as it is: no shell reads the arguments > Have a shell in the container read it: sh -c \'…\'',
      '7:9 error: Swap needs a cache to be on: there is none > Add cache_device=auto, or leave swap out',
      '8:24 error: Unknown capability "NET_ADMN" > Write NET_ADMIN',
      '8:24 warning: cap_add has no effect: containers are privileged > Add privileged=no',
      '9:12 warning: Volume is in memory and not mirrored: what is on it is gone with the machine > Add cache_device=auto, filesystem= or mirror=; or expiration=pipeline_end if that is meant',
      '9:32 warning: pull_on has no effect: the volume has no mirror > Add mirror=ALIAS/BUCKET/PATH',
      '9:41 error: Unknown value "never" of pull_on: expected pipeline_start, container_start, container_end, pipeline_end, changes',
    ],
  )
})

test('boot_containers lack nothing that they need', () => {
  assert.deepEqual(
    said(`boot_containers:
  run: [{command: x}, {image: r.test/a, options: "-e 'a"}]
  minio: [{alias: a, url: "https://h.test"}]
  secret: [{name: a}]
`),
    [
      '2:9 error: Image of the container is missing > Add image:',
      `2:50 error: Cannot split options: a quote is not closed > Write a list of words`,
      '3:11 error: "key" is missing > Add key:',
      '3:11 error: "secret" is missing > Add secret:',
      '4:12 error: "from" is missing > Add from:',
    ],
  )
  assert.deepEqual(said('boot_containers: {}\n'), [
    '1:18 error: No container to run: the machine would stop at once > Add run="IMAGE COMMAND"',
  ])
})

test('a file is for one of the two, and says so', () => {
  const wantsTarget =
    'error: boot_containers becomes a kernel command line, not Ignition > Compile it with: afloat config compile --target b2c'
  assert.deepEqual(said('boot_containers: {run: [{image: r.test/a}]}\n', 'ignition'), [`1:18 ${wantsTarget}`])
  assert.deepEqual(said('hostname: a\n'), [
    '-1:1 error: File has no boot_containers: there is no command line to make of it > Add boot_containers:, or compile it without --target b2c',
  ])
  assert.deepEqual(
    said(
      'boot_containers: {run: [{image: r.test/a}]}\ncontainers: [{name: a, image: r.test/a}]\nstorage: {}\n',
    ),
    [
      '2:13 error: "containers" is for an operating system, and a machine that runs boot_containers has none > Put it into a file of its own',
    ],
  )
  assert.deepEqual(said('hostname: a\n', 'either'), [])
  assert.deepEqual(said('boot_containers: {run: [{image: r.test/a}]}\n', 'either'), [])
})
