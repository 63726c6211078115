import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'

/** A machine whose root is in memory and whose /usr is that of an OS tree; programs run in it by chroot. */
export type MachineRoot = {
  /** Where its files are, as this process sees them. */
  readonly dir: string
  start(command: string): ChildProcess
  stop(): Promise<void>
}

/**
 * Makes a machine of an OS tree, as built or as mmdebstrap unpacks it. It shares network and processes with this one.
 * The script holds it until its standard input ends, which happens at the latest with this process.
 */
export async function makeMachineRoot(tree: string, sizeMb: number): Promise<MachineRoot> {
  const dir = await mkdtemp('/tmp/afloat-machine-')
  const holder = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-c', mountScript, 'sh', tree, dir, `${sizeMb}m`],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve())
    holder.once('exit', (code) => reject(new Error(`Making the machine ended with exit code ${code}`)))
  })
  const enter = ['--target', String(holder.pid), '--mount', '--', 'chroot', dir]
  return {
    dir: `/proc/${holder.pid}/root${dir}`,
    start: (command) =>
      spawn(
        'nsenter',
        [...enter, '/usr/bin/env', '-i', 'PATH=/usr/sbin:/usr/bin', 'setsid', 'sh', '-c', `exec ${command}`],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      ),
    async stop() {
      const ended = new Promise((resolve) => holder.once('exit', resolve))
      holder.stdin.end()
      await ended
      await rm(dir, { recursive: true, force: true })
    },
  }
}

const mountScript = `set -e
tree=$1 dir=$2 size=$3
mount -t tmpfs -o "size=$size,mode=0755" machine "$dir"
cd "$dir"
mkdir -p dev etc proc run sys tmp usr var/lib machine/esp machine/slots
for d in bin lib lib64 sbin; do ln -s usr/$d $d; done
mount --bind "$tree/usr" usr
mount --rbind /dev dev
mount -t proc proc proc
mount -t tmpfs run run
cp -a "$tree/etc/." etc/ 2>/dev/null || cp -a "$tree/usr/share/afloat/etc/." etc/
echo ready
exec cat > /dev/null`
