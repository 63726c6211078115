import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { ToolsTree } from '../tools-tree.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'

const startTimeoutMs = 30_000

/** Offers a folder as `/export` by NFS 4 on a port of the loopback address, to everybody. Needs no support of the kernel. */
export async function startNfsServer(
  tree: ToolsTree,
  { folder, work, port }: { folder: string; work: string; port: number },
): Promise<ServerProcess> {
  const config = join(work, 'ganesha.conf')
  await mkdir(join(work, 'recovery'), { recursive: true })
  await writeFile(
    config,
    `NFS_CORE_PARAM { NFS_Port = ${port}; Protocols = 4; Bind_addr = 127.0.0.1; Enable_NLM = false; Enable_RQUOTA = false;
  allow_set_io_flusher_fail = true; }
NFSv4 { Graceless = true; RecoveryBackend = fs; RecoveryRoot = ${join(work, 'recovery')}; }
EXPORT { Export_Id = 1; Path = ${folder}; Pseudo = /export; Access_Type = RW; Squash = none; SecType = sys;
  Protocols = 4; FSAL { Name = VFS; } }
`,
  )
  // It looks for mounts where no package puts them.
  const script = 'ln -sf /proc/self/mounts /etc/mtab; exec ganesha.nfsd -F "$@"'
  const options = ['-f', config, '-L', join(work, 'log'), '-p', join(work, 'pid')]
  const command = ['sh', '-c', script, 'sh', ...options]
  return await startServerProcess(tree, command, {
    name: `NFS server, whose log is ${join(work, 'log')},`,
    timeoutMs: startTimeoutMs,
    answers: () => answers(port),
  })
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const connected = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false)
  socket.destroy()
  return connected
}
