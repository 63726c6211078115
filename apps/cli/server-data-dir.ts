import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { Option } from 'commander'

/** `--data-dir`, the same for the server and for what talks to it. */
export function dataDirOption(): Option {
  return new Option('--data-dir <dir>', "the server's data directory")
    .env('AFLOAT_DATA_DIR')
    .default(defaultDataDir(), 'afloat/server in your state folder')
    .argParser((dir: string) => resolve(dir))
}

function defaultDataDir(): string {
  const state = process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state')
  return resolve(state, 'afloat/server')
}
