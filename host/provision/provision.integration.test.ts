import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { bundleHostProgram } from '../../build/bundle.ts'

// The real program on real qjs, inside an OS tree that is mounted as PID 1 of the initramfs does it.
// AFLOAT_TEST_ROOT: an OS tree, as built (only usr, with etc in usr/share/afloat/etc) or as mmdebstrap unpacks it.
const tree = process.env['AFLOAT_TEST_ROOT']
const skip =
  tree === undefined
    ? 'AFLOAT_TEST_ROOT is not set: it must name an unpacked OS tree'
    : process.getuid?.() === 0
      ? !existsSync(`${tree}/usr/bin/qjs`) && `"${tree}" is no OS tree: it has no usr/bin/qjs`
      : 'Mounting needs root'

const hash = '$6$afloat$CmQ2xH6wE9uQG0NfEfkXqRm7r5p9WvX8FIXTUREfixtureFIXTUREfixture.0'
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFixture core@example'
const token = 'token-in-the-query'

describe('provision.js', { skip }, () => {
  let program: string
  let server: Server
  let base: string
  let busy = 1

  before(async () => {
    program = await bundleHostProgram('host/provision/main.ts')
    server = createServer((request, response) => {
      const path = request.url ?? ''
      if (path === '/app.gz') response.end(gzipSync(remoteText))
      else if (path.startsWith('/app?') || path === '/app') response.end(remoteText)
      else if (path === '/busy') response.writeHead(busy-- > 0 ? 503 : 200).end('ready')
      else if (path === '/large') response.end(Buffer.alloc(24 * 1024 * 1024, 'x'))
      else response.writeHead(404).end('no')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => server?.close())
  afterEach(() => {
    for (const stop of started.splice(0)) stop()
  })

  it('makes a machine what its config says, and does nothing the second time', async () => {
    const machine = await startMachine(program, { config: fullConfig(base) })
    const before = await machine.snapshot()
    const offline = await machine.provision()
    assert.equal(offline.code, 75, offline.stderr)
    assert.equal(await machine.snapshot(), before, 'a run that needs the network writes nothing')

    const first = await machine.provision('--network-up')
    assert.equal(first.code, 0, `${first.stdout}${first.stderr}`)
    assert.equal(first.stdout, '')
    for (const secret of [hash, token]) assert.ok(!first.stderr.includes(secret), first.stderr)

    assert.match(
      await machine.sh('grep ^core: /etc/passwd'),
      /^core:x:1000:\d+:Core User:\/home\/core:\/bin\/bash$/,
    )
    assert.equal(await machine.sh('id -nG core'), 'core sudo deploy')
    assert.equal(await machine.sh('grep ^deploy: /etc/group'), 'deploy:x:4000:core')
    assert.equal(await machine.sh('grep ^core: /etc/shadow | cut -d: -f2'), hash)
    assert.equal(await machine.sh('grep ^service: /etc/shadow | cut -d: -f2'), '*')
    assert.equal(await machine.sh('grep ^service: /etc/passwd | cut -d: -f7'), '/usr/sbin/nologin')
    assert.equal(
      await machine.sh('cd /home/core; stat -c "%n %a %U:%G" . .ssh .ssh/* .ssh/*/*'),
      [
        '. 700 core:core',
        '.ssh 700 core:core',
        '.ssh/authorized_keys.d 700 core:core',
        '.ssh/authorized_keys.d/ignition 600 core:core',
      ].join('\n'),
    )
    assert.equal(await machine.sh('cat /home/core/.ssh/authorized_keys.d/ignition'), key)
    assert.equal(await machine.sh('cat /root/.ssh/authorized_keys.d/ignition'), key)
    assert.equal(await machine.sh('stat -c "%a %U" /root/.ssh'), '700 root')

    assert.equal(await machine.sh('cat /etc/hostname'), 'node-1')
    assert.equal(await machine.sh('cat /srv/app/remote'), remoteText)
    assert.equal(await machine.sh('cat /srv/app/unpacked'), remoteText)
    assert.equal(await machine.sh('cat /srv/app/inline'), 'packed inline')
    assert.equal(
      await machine.sh(
        'stat -c "%n %a %U:%G" /srv/app /srv/app/* /srv/app/*/* /home/core/.config /home/core/.config/tool',
      ),
      [
        '/srv/app 750 root:deploy',
        '/srv/app/data 755 root:root',
        '/srv/app/inline 644 root:root',
        '/srv/app/remote 710 service:deploy',
        '/srv/app/unpacked 644 root:root',
        '/srv/app/data/deep 755 root:root',
        '/home/core/.config 755 core:core',
        '/home/core/.config/tool 644 core:core',
      ].join('\n'),
    )
    assert.equal(await machine.sh('cat /etc/motd.d/10'), 'first\nsecond\nremote contents')
    assert.equal(await machine.sh('readlink /etc/localtime'), '../usr/share/zoneinfo/Europe/Berlin')
    assert.equal(await machine.sh('stat -c %h /srv/app/data/deep/hard'), '2')

    const wants = '/etc/systemd/system/multi-user.target.wants'
    assert.equal(await machine.sh(`readlink ${wants}/web.service`), '/etc/systemd/system/web.service')
    assert.equal(
      await machine.sh(`readlink ${wants}/worker@1.service`),
      '/etc/systemd/system/worker@.service',
    )
    assert.equal(await machine.sh('readlink /etc/systemd/system/systemd-timesyncd.service'), '/dev/null')
    assert.equal(
      await machine.sh('cat /etc/systemd/system/web.service.d/10-env.conf'),
      '[Service]\nEnvironment=A=b',
    )
    assert.equal(
      await machine.sh('cat /etc/systemd/system-preset/20-ignition.preset'),
      'enable web.service\nenable cache.service\nenable worker@.service 1 2',
    )

    const record = JSON.parse(await machine.sh('cat /var/lib/afloat/provisioned.json'))
    assert.equal(record.version, 1)
    assert.deepEqual(record.source, { channel: 'fw-cfg', place: 'fw_cfg opt/org.flatcar-linux/config' })
    assert.equal(record.configSha256, sha256(JSON.stringify(fullConfig(base))))
    assert.equal(record.hostname, 'node-1')
    assert.equal(
      await machine.sh('cd /var/lib/afloat; stat -c "%n %a" * | grep -v ^etc'),
      'config.ign 600\nprovisioned.json 644',
    )

    const done = await machine.snapshot()
    const second = await machine.provision()
    assert.equal(second.code, 0)
    assert.equal(second.stderr, 'This machine is already provisioned\n')
    assert.equal(await machine.snapshot(), done)
  })

  it('changes accounts and units that the image has', async () => {
    const config = {
      ignition: { version: '3.3.0' },
      passwd: {
        groups: [
          { name: 'audio', passwordHash: hash },
          { name: 'games', shouldExist: false },
          { name: 'video', shouldExist: false },
        ],
        users: [
          { name: 'root', passwordHash: hash, groups: ['audio'], gecos: 'The Root', shell: '/usr/bin/bash' },
          { name: 'games', shouldExist: false },
          { name: 'nobody', passwordHash: '' },
        ],
      },
      systemd: {
        units: [
          { name: 'systemd-timesyncd.service', enabled: true },
          { name: 'systemd-networkd.service', enabled: false },
        ],
      },
    }
    const machine = await startMachine(program, { config })
    const run = await machine.provision()
    assert.equal(run.code, 0, run.stdout + run.stderr)
    assert.ok(!run.stderr.includes(hash), run.stderr)
    assert.equal(await machine.sh('grep ^root: /etc/passwd'), 'root:x:0:0:The Root:/root:/usr/bin/bash')
    assert.equal(await machine.sh('grep ^root: /etc/shadow | cut -d: -f2'), hash)
    assert.equal(await machine.sh('grep ^nobody: /etc/shadow | cut -d: -f2'), '*')
    assert.equal(await machine.sh('id -nG root'), 'root audio')
    assert.equal(await machine.sh('grep ^audio: /etc/gshadow | cut -d: -f2'), hash)
    assert.equal(await machine.sh('cat /etc/passwd /etc/group | grep -cE "^(games|video):" || true'), '0')
    const wants = '/etc/systemd/system/*.wants'
    assert.notEqual(await machine.sh(`ls ${wants}/systemd-timesyncd.service`), '')
    assert.equal(await machine.sh(`ls ${wants} | grep -cx systemd-networkd.service || true`), '0')
  })

  it('waits for a server that is not ready yet', async () => {
    const config = files({ path: '/srv/x', contents: { source: `${base}/busy` } })
    const machine = await startMachine(program, { config })
    const run = await machine.provision('--network-up')
    assert.equal(run.code, 0, run.stdout + run.stderr)
    assert.match(run.stderr, /the server answered HTTP 503; next attempt in 1 s/)
    assert.equal(await machine.sh('cat /srv/x'), 'ready')
  })

  it('takes the defaults of the image without a config', async () => {
    const machine = await startMachine(program, {})
    const run = await machine.provision()
    assert.equal(run.code, 0, run.stdout)
    const record = JSON.parse(await machine.sh('cat /var/lib/afloat/provisioned.json'))
    assert.deepEqual(record.source, { channel: 'none', place: 'defaults of the image' })
  })

  it('fetches the config that the kernel command line names', async () => {
    const config = { ignition: { version: '3.4.0' }, passwd: { users: [{ name: 'ops' }] } }
    const configServer = createServer((_, response) => response.end(JSON.stringify(config)))
    await new Promise<void>((resolve) => configServer.listen(0, '127.0.0.1', resolve))
    const url = `http://user:${token}@127.0.0.1:${(configServer.address() as AddressInfo).port}/c?key=${token}`
    try {
      const machine = await startMachine(program, { cmdline: `quiet ignition.config.url=${url}` })
      assert.equal((await machine.provision()).code, 75)
      const run = await machine.provision('--network-up')
      assert.equal(run.code, 0, run.stdout + run.stderr)
      assert.ok(!run.stderr.includes(token), run.stderr)
      assert.equal(await machine.sh('grep ^ops: /etc/passwd | cut -d: -f6'), '/home/ops')
      assert.equal(await machine.sh('ls /run/afloat'), '')
    } finally {
      configServer.close()
    }
  })

  const failures: readonly {
    name: string
    config: unknown
    code: string
    place?: string
    sizeMb?: number
  }[] = [
    { name: 'an empty config', config: '', code: 'provision/config-empty' },
    { name: 'a config that is YAML', config: 'variant: flatcar\n', code: 'provision/config-invalid' },
    {
      name: 'a hash that differs',
      config: files({
        path: '/srv/x',
        contents: { source: 'BASE/app', verification: { hash: `sha256-${'0'.repeat(64)}` } },
      }),
      code: 'provision/hash-mismatch',
      place: '$.storage.files.0.contents',
    },
    {
      name: 'a source that is not there',
      config: files({ path: '/srv/x', contents: { source: 'BASE/nothing' } }),
      code: 'provision/source-failed',
      place: '$.storage.files.0.contents',
    },
    {
      name: 'a disk that is full',
      config: files({ path: '/srv/x', contents: { source: 'BASE/large' } }),
      code: 'provision/disk-full',
      sizeMb: 16,
    },
    {
      name: 'a path in the read-only /usr',
      config: files({ path: '/usr/bin/x', contents: { source: 'data:,x' } }),
      code: 'sys/read-only',
      place: '$.storage.files.0',
    },
    {
      name: 'a file where a folder is needed',
      config: files({ path: '/etc/passwd/x', contents: { source: 'data:,x' } }),
      code: 'sys/not-a-folder',
      place: '$.storage.files.0',
    },
    {
      name: 'a file that is there already',
      config: files({ path: '/etc/passwd', contents: { source: 'data:,x' } }),
      code: 'provision/file-exists',
    },
    {
      name: 'a unit that is nowhere',
      config: {
        ignition: { version: '3.4.0' },
        systemd: { units: [{ name: 'nope.service', enabled: true }] },
      },
      code: 'provision/unknown-unit',
      place: '$.systemd.units.0.enabled',
    },
    {
      name: 'a group that is nowhere',
      config: {
        ignition: { version: '3.4.0' },
        passwd: { users: [{ name: 'a', groups: ['sudo', 'nope'], passwordHash: hash }] },
      },
      code: 'provision/unknown-group',
      place: '$.passwd.users.0.groups.1',
    },
    {
      name: 'a number that is taken',
      config: {
        ignition: { version: '3.4.0' },
        passwd: { users: [{ name: 'a', uid: 0, passwordHash: hash }] },
      },
      code: 'provision/id-conflict',
      place: '$.passwd.users.0.uid',
    },
    {
      name: 'a program that refuses',
      config: {
        ignition: { version: '3.4.0' },
        passwd: { groups: [{ name: 'a', gid: 0, passwordHash: hash }] },
      },
      code: 'sys/command-failed',
      place: '$.passwd.groups.0',
    },
  ]
  for (const { name, config, code, place, sizeMb } of failures) {
    it(`reports ${name} and leaves no record`, async () => {
      const text = typeof config === 'string' ? config : JSON.stringify(config).replaceAll('BASE', base)
      const machine = await startMachine(program, {
        config: text,
        ...(sizeMb === undefined ? {} : { sizeMb }),
      })
      const run = await machine.provision('--network-up')
      assert.equal(run.code, 1, run.stderr)
      const lines = run.stdout.trimEnd().split('\n')
      assert.equal(lines.length, 1)
      const { error } = JSON.parse(lines[0]!)
      assert.equal(error.code, code, run.stdout)
      if (place !== undefined) assert.ok(error.message.includes(`(${place})`), error.message)
      assert.ok(!(run.stdout + run.stderr).includes(hash), run.stdout + run.stderr)
      assert.equal(await machine.sh('ls /var/lib/afloat | grep -c ^provisioned || true'), '0')
    })
  }
})

const remoteText = 'remote contents'

function files(...list: unknown[]): unknown {
  return { ignition: { version: '3.4.0' }, storage: { files: list } }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function fullConfig(base: string) {
  const packed = (text: string) => `data:;base64,${gzipSync(text).toString('base64')}`
  const service = '[Service]\nExecStart=/usr/bin/true\n[Install]\nWantedBy=multi-user.target\n'
  return {
    ignition: { version: '3.4.0' },
    passwd: {
      groups: [{ name: 'deploy', gid: 4000 }],
      users: [
        {
          name: 'core',
          gecos: 'Core User',
          groups: ['sudo', 'deploy'],
          passwordHash: hash,
          sshAuthorizedKeys: [key],
        },
        { name: 'service', system: true, noCreateHome: true, shell: '/usr/sbin/nologin' },
        { name: 'root', sshAuthorizedKeys: [` ${key}\n`] },
      ],
    },
    storage: {
      directories: [
        { path: '/srv/app/data/deep' },
        { path: '/srv/app', mode: 0o750, group: { name: 'deploy' } },
      ],
      files: [
        {
          path: '/srv/app/remote',
          mode: 0o4710,
          user: { name: 'service' },
          group: { id: 4000 },
          contents: {
            source: `${base}/app?key=${token}`,
            verification: { hash: `sha256-${sha256(remoteText)}` },
          },
        },
        { path: '/srv/app/unpacked', contents: { source: `${base}/app.gz`, compression: 'gzip' } },
        { path: '/srv/app/inline', contents: { source: packed('packed inline'), compression: 'gzip' } },
        { path: '/etc/hostname', overwrite: true, contents: { source: 'data:,node-1%0A' } },
        {
          path: '/etc/motd.d/10',
          contents: { source: 'data:,first%0A' },
          append: [{ source: 'data:,second%0A' }, { source: `${base}/app` }, { source: 'data:,%0A' }],
        },
        { path: '/home/core/.config/tool', contents: { source: 'data:,x' } },
        {
          path: '/etc/containers/systemd/cache.container',
          contents: {
            source: 'data:,%5BContainer%5D%0AImage=x%0A%5BInstall%5D%0AWantedBy=default.target%0A',
          },
        },
      ],
      links: [
        { path: '/etc/localtime', target: '../usr/share/zoneinfo/Europe/Berlin', overwrite: true },
        { path: '/srv/app/data/deep/hard', target: '/srv/app/inline', hard: true },
      ],
    },
    systemd: {
      units: [
        {
          name: 'web.service',
          enabled: true,
          contents: service,
          dropins: [{ name: '10-env.conf', contents: '[Service]\nEnvironment=A=b\n' }],
        },
        { name: 'cache.service', enabled: true },
        { name: 'worker@.service', contents: service },
        { name: 'worker@1.service', enabled: true },
        { name: 'worker@2.service', enabled: true },
        { name: 'systemd-timesyncd.service', mask: true },
      ],
    },
  }
}

type Machine = {
  provision(...args: string[]): Promise<Run>
  /** Runs a line of shell in the machine and returns what it printed, without the last newline. */
  sh(line: string): Promise<string>
  /** Names, kinds, modes, owners and sums of everything that is not /usr. */
  snapshot(): Promise<string>
}

const started: (() => void)[] = []

/** Mounts a machine in a namespace of its own, which a sleeping process holds: all is gone when that ends. */
async function startMachine(
  program: string,
  { config, cmdline = 'quiet', sizeMb = 256 }: { config?: unknown; cmdline?: string; sizeMb?: number },
): Promise<Machine> {
  const holder = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-c', mountScript, 'mount-machine', tree!],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', SIZE: `${sizeMb}m`, CMDLINE: cmdline },
    },
  )
  started.push(() => holder.kill('SIGKILL'))
  await firstOutput(holder)
  const enter = (line: string, input = '') => {
    const argv = [`--target=${holder.pid}`, '--mount', 'chroot', '/mnt/system', 'bash', '-c', line]
    return run('nsenter', argv, input)
  }
  const sh = async (line: string, input?: string) => {
    const { code, stdout, stderr } = await enter(line, input)
    assert.equal(code, 0, `${line}: ${stderr}`)
    return stdout.replace(/\n$/, '')
  }
  await sh('cat > /run/provision.js', program)
  if (config !== undefined) {
    const key = '/sys/firmware/qemu_fw_cfg/by_name/opt/org.flatcar-linux/config'
    await sh(
      `mkdir -p ${key}; cat > ${key}/raw`,
      typeof config === 'string' ? config : JSON.stringify(config),
    )
  }
  return {
    provision: (...args) =>
      enter(`exec qjs --std --no-unhandled-rejection -m /run/provision.js ${args.join(' ')}`),
    sh,
    snapshot: () =>
      sh(
        'find / -xdev -printf "%p %y %m %U:%G %l\\n" | sort; find / -xdev -type f -exec sha256sum {} + | sort; find /etc | sort',
      ),
  }
}

type Run = { code: number | null; stdout: string; stderr: string }

function run(program: string, args: readonly string[], input: string): Promise<Run> {
  const env = { PATH: '/usr/sbin:/usr/bin', HOME: '/root', LC_ALL: 'C' }
  const child = spawn(program, args, { env, stdio: 'pipe' })
  child.stdin.on('error', () => {}) // a program may end before it has read all
  child.stdin.end(input)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

function firstOutput(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout!.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`Mounting the machine ended with exit code ${code}`)))
  })
}

// Passwords and users of a tree whose maintainer scripts have not run are made as the image builder does it.
// sleep's standard input is a pipe from the test: the holder ends with the test, whatever happens to that.
const mountScript = `set -e
tree=$1 m=/mnt/system
mount -t tmpfs -o "size=$SIZE,mode=0755" machine /mnt
mkdir -p $m
cd $m
mkdir -p dev etc home mnt opt proc run srv sys usr var/lib/afloat/etc/upper var/lib/afloat/etc/work
mkdir -m 1777 tmp; mkdir -m 0700 root
for d in bin lib lib64 sbin; do ln -s usr/$d $d; done
mount --bind "$tree/usr" usr; mount -o remount,bind,ro usr
lower=$tree/usr/share/afloat/etc
test -d "$lower" || lower=$tree/etc
mount -t overlay -o "lowerdir=$lower,upperdir=var/lib/afloat/etc/upper,workdir=var/lib/afloat/etc/work" overlay etc
mount -t tmpfs run run
for d in dev proc sys; do mount --rbind /$d $d; done
mount -t tmpfs firmware sys/firmware
mkdir -p sys/firmware/qemu_fw_cfg
printf '%s\\n' "$CMDLINE" > run/cmdline
mount --bind run/cmdline proc/cmdline
if ! test -e etc/passwd; then
  for f in passwd group; do sed -E 's/^([^:]+):[*]:/\\1:x:/' usr/share/base-passwd/$f.master > etc/$f; done
  chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin systemd-sysusers 2> run/sysusers.log
fi
echo ready
exec cat > /dev/null`
