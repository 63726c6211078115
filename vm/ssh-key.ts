import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ToolsTree } from '@afloat/build/tools-tree'

export type SshKey = { readonly privatePath: string; readonly publicLine: string }

/** Makes an ed25519 key for one machine in its folder. */
export async function makeSshKey(tools: ToolsTree, dir: string): Promise<SshKey> {
  const path = join(dir, 'ssh-key')
  await tools.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'afloat', '-f', path])
  return { privatePath: path, publicLine: (await readFile(`${path}.pub`, 'utf8')).trim() }
}

/** The command that opens a session in a machine, or runs one command there. */
export function sshArgv(key: string, port: number, command: readonly string[] = [], user = 'root'): string[] {
  return [
    ...['ssh', '-F', '/dev/null', '-i', key, '-p', String(port), '-l', user],
    // a machine is new at each start, and so are its host keys; nobody else can listen on the loopback port
    ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'],
    ...['-o', 'IdentitiesOnly=yes', '-o', 'ConnectTimeout=30'],
    ...['127.0.0.1', ...command],
  ]
}
