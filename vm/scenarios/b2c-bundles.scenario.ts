import assert from 'node:assert/strict'
import { chmod, cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { writeOciImage } from '@afloat/build/oci-image'
import type { B2cMachine } from '../b2c-machine.ts'
import { guestRegistry } from '../registry.ts'
import { B2cLab } from './b2c-lab.ts'
import { type Life, Lives } from './b2c-lives.ts'

const lab = await B2cLab.open()
after(() => lab.close())
const registry = await lab.registry()

/** All that a container can tell of how it was started, a line each; what is another one at each start by a word. */
const probe = `#!/bin/busybox sh
/bin/busybox mkdir -p /tmp/links && PATH=/tmp/links
/bin/busybox --install -s /tmp/links
say() {
  while read -r line; do echo "probe $1: $line"; done
}
each() {
  sed -E 's/[0-9a-f]{64}/ID/g; s/l\\/[A-Z0-9]{26}/LINK/g; s/pipe:.*/PIPE/; s/[0-9]+:[0-9]+ //'
}
for word in "$@"; do echo "$word" | say argument; done
env | sort | say env
cut -d' ' -f4- /proc/self/mountinfo | sed -E 's/(lower|upper|work)dir=[^,]*//g; s/^[^ ]*(userdata|bundle)//' | each | sort | say mount
grep -E '^(Uid|Gid|Groups|Cap|NoNew|Seccomp:|Umask)' /proc/self/status | say status
say limits < /proc/self/limits
say oom < /proc/self/oom_score_adj
each < /proc/self/cgroup | say cgroup
cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/memory.max | say cgroup
find /dev | sort | while read -r node; do stat -c '%n %F %a %u:%g %t:%T' "$node"; done | grep -v pts/ | say dev
for name in hosts resolv.conf hostname; do say $name < /etc/$name; done
each < /run/.containerenv | grep -v name= | say containerenv
find / -xdev | grep -v /tmp/links/ | sort | while read -r path; do stat -c '%N %F %a %u:%g' "$path"; done | say tree
id | say id
pwd | say pwd
for fd in 0 1 2; do readlink /proc/self/fd/$fd; done | each | say fd
hostname | say hostname
ls /proc/self/ns | say ns
for ns in net uts ipc pid cgroup user; do
  [ "$(readlink /proc/self/ns/$ns)" = "$(readlink /proc/1/ns/$ns)" ] && echo $ns
done | say same-ns
[ -e /left ] && echo something was left | say left
echo > /left 2>/dev/null
sysctl -a 2>/dev/null | grep -E 'kernel.(hostname|domainname|shm)' | say sysctl
exit \${CODE:-0}
`

async function pushProbe(): Promise<void> {
  const root = join(lab.dir, 'probe')
  await mkdir(join(root, 'bin'), { recursive: true })
  for (const name of ['etc', 'tmp', 'work']) await mkdir(join(root, name))
  await cp(join(lab.base.inputs.packages.root, 'usr/bin/busybox'), join(root, 'bin/busybox'))
  await symlink('busybox', join(root, 'bin/sh'))
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nsome:x:7:8::/home:/bin/sh\n')
  await writeFile(join(root, 'probe'), probe)
  await chmod(join(root, 'probe'), 0o755)
  const layout = join(lab.dir, 'probe-layout')
  await writeOciImage({ root, command: ['/probe'] }, layout, 'probe')
  await registry.push(`${layout}:probe`, 'probe:1')
}

const said = ({ lines }: Life) => lines.filter((line) => line.startsWith('probe '))
const ways = ({ stages }: Life) =>
  stages.flatMap(({ stage, state, from }) => (stage === 'container' && state === 'done' ? [from] : []))
const run = (options = '', command = '') =>
  `b2c.run="${options} --tls-verify=false ${guestRegistry}/probe:1 ${command}"`

/** What happens, by which words, in which way each container starts, and the status. */
type Step = readonly [what: string, words: readonly string[], ways: readonly string[], status: number]

/** A machine with a disk of its own, that takes one life after the other. */
async function withLives(
  use: (next: (words: readonly string[]) => Promise<Life>) => Promise<void>,
): Promise<void> {
  const lives = await Lives.start()
  lab.onClose(() => lives.stop())
  const options = { disks: [await lab.newDisk()], seed: [], guestForwards: [registry.guestForward] }
  const words = [lives.words, 'b2c.cache_device=auto b2c.pull=missing']
  await lab.withMachine(words, options, (started) => use((words) => lives.next(started, words)))
}

test('a container started from its kept bundle sees what it saw when podman made it', async () => {
  await pushProbe()
  const volumes = '-v /sys/class:/classes:ro -v /tmp:/a'
  const shapes: readonly (readonly string[])[] = [
    [run()],
    [run(`-e A=1 -eSECRET=swordfish ${volumes} -w /tmp`, "/probe 'two words' three")],
    [
      'b2c.privileged=no b2c.cap_add=NET_ADMIN b2c.cap_drop=MKNOD',
      run('-u some --ulimit nofile=99 --memory 99m'),
    ],
    ['b2c.read_only', run('--tmpfs /tmp --hostname other --name known --entrypoint /probe', 'x')],
    [run('-ti')],
  ]
  await withLives(async (next) => {
    for (const shape of shapes) {
      const [made, kept] = [await next(shape), await next(shape)]
      assert.deepEqual([ways(made), ways(kept)], [['podman'], ['bundle']])
      assert.ok(said(made).length > 100)
      assert.deepEqual(said(kept), said(made))
    }
    const search = `sh -c 'for word in hasCommand SECRET swordfish; do busybox grep -rqs $word /a/kept; echo $?; done'`
    // In the second life no bundle is being kept while it searches.
    const searched = [run('-v /run/afloat/cache/bundles:/a', search)]
    await next(searched)
    const { lines } = await next(searched)
    assert.deepEqual(
      lines.filter((line) => /^[012]$/.test(line)),
      ['0', '0', '1'],
    )
  })
})

test('a kept bundle is for what is the same, and gives way to podman when it does not start', async () => {
  const command = (words: string) => run('-e A=1', `sh -c '${words}'`)
  // Its own bundle may be being kept right now.
  const others = 'busybox grep -L /privy /privy/bundles/kept/????????/bundle.json'
  const damage = (words: string) =>
    run('-v /run/afloat/cache:/privy', `sh -c 'for kept in $(${others}); do ${words}; done'`)
  const volume = [run('-v job:/job', `sh -c 'echo >> /job/x'`)]
  const again: Step = ['made again', [command('true'), command('exit 2')], ['podman', 'bundle'], 2]
  const steps: readonly Step[] = [
    ['made', [command('true'), command('exit 3')], ['podman', 'bundle'], 3],
    ['no such program', [run('-e A=1', '/none')], ['podman'], 127],
    ['as before', [command('true')], ['bundle'], 0],
    ['other options', [run('', `sh -c true`)], ['podman'], 0],
    ['another host name', ['b2c.hostname=other', command('true')], ['podman'], 0],
    ['as before', [command('true')], ['bundle'], 0],
    ['cut off', [damage('busybox echo {} > $kept')], [], 0],
    again,
    ['a layer less', [damage('busybox rm -r $(busybox dirname $kept)/layer')], [], 0],
    again,
    ['nonsense', [damage('busybox sed -i s/uts/nil/ $kept')], [], 0],
    again,
    ['a volume that podman fills, as far as it knows', volume, ['podman'], 0],
    ['one in which something is', volume, ['podman'], 0],
    ['and still is', volume, ['bundle'], 0],
    ['power-off', [command('busybox poweroff -f'), 'b2c.on_finish=reboot'], ['bundle'], 130],
  ]
  await withLives(async (next) => {
    for (const [what, words, expected, status] of steps) {
      const life = await next(words)
      assert.deepEqual([what, life.status.status], [what, status])
      // One that does damage may itself have been made anew or not.
      if (expected.length > 0) assert.deepEqual([what, ways(life)], [what, expected])
    }
  })
})

test('a power cut beneath a container from its bundle leaves nothing of it, and the bundle as it was', async () => {
  const disk = await lab.newDisk()
  const options = { disks: [disk], seed: [], guestForwards: [registry.guestForward] }
  const command = (script: string) => run('-v /run/afloat/cache:/cache', `sh -c '${script}'`)
  const boot = <T>(script: string, use: (machine: B2cMachine) => Promise<T>) =>
    lab.withMachine(['b2c.cache_device=auto b2c.pull=missing', command(script)], options, use)
  const ways = async ({ machine, report }: B2cMachine) => {
    await report.waitForStatus()
    await machine.exited
    return (await report.stages()).find(({ stage, state }) => stage === 'container' && state === 'done')?.from
  }
  assert.equal(await boot('true', ways), 'podman')
  await boot('echo much > /left; busybox sync; echo written; busybox sleep 99', async ({ machine }) => {
    await machine.console.expect(/^written$/)
    await machine.cutPower()
  })
  const way = await boot(
    'echo layers $(busybox ls /cache/bundles/layers | busybox wc -l); busybox ls /left',
    async (started) => {
      await started.machine.console.expect(/^layers 1$/)
      await started.machine.console.expect(/\/left: No such file/)
      return await ways(started)
    },
  )
  assert.equal(way, 'bundle')
})
