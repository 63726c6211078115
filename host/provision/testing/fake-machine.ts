import { AfloatError } from '@afloat/report'
import { FakeSys } from '../../sys/fake-sys.ts'
import type { RunOptions } from '../../sys/sys.ts'
import { decodeUtf8 } from '../../sys/utf8.ts'
import { parseGroup, parsePasswd } from '../passwd/accounts.ts'

export type FakeAnswer = { status: number; body?: string } | { curlCode: number; stderr?: string }

/** A machine with the programs that provisioning uses, each doing the least that its callers rely on. */
export class FakeMachine extends FakeSys {
  /** What the network answers, by URL: the first answer of a list is given once, the last for ever. */
  readonly answers = new Map<string, FakeAnswer[]>()
  /** The SHA-256 that `sha256sum` finds, by contents; others get one made of their length. */
  readonly sums = new Map<string, string>()

  constructor(
    options: { config?: unknown; cmdline?: string; files?: Readonly<Record<string, string>> } = {},
  ) {
    super({ files: { ...baseFiles, ...options.files } })
    this.makeDirs('/home')
    this.makeDirs('/root', { mode: 0o700 })
    this.makeDirs('/sys/firmware/qemu_fw_cfg/by_name')
    this.addFile('/proc/cmdline', `${options.cmdline ?? 'quiet'}\n`)
    if (options.config !== undefined) {
      const text = typeof options.config === 'string' ? options.config : JSON.stringify(options.config)
      this.addFile(configInFirmware, text)
    }
    addPrograms(this)
  }

  answer(url: string, ...answers: FakeAnswer[]): void {
    this.answers.set(url, answers)
  }

  get record(): Record<string, unknown> | undefined {
    const text = this.readText('/var/lib/afloat/provisioned.json')
    return text === undefined ? undefined : JSON.parse(text)
  }
}

export const configInFirmware = '/sys/firmware/qemu_fw_cfg/by_name/opt/org.flatcar-linux/config/raw'

/** Returns `{code, message}` of what a function throws. */
export function failureOf(run: () => unknown): { code: string; message: string } {
  try {
    run()
  } catch (error) {
    if (error instanceof AfloatError) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('Expected a failure, got none')
}

const baseFiles = {
  '/etc/passwd':
    'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  '/etc/group': 'root:x:0:\nsudo:x:27:\nnogroup:x:65534:\n',
  '/etc/shadow': '',
  '/etc/skel/.profile': '',
  '/etc/os-release': 'ID=afloat\nIMAGE_VERSION="1.2.0"\n',
  '/usr/lib/systemd/system/ssh.service': '[Install]\nWantedBy=multi-user.target\n',
  '/proc/self/mountinfo': '1 0 8:5 / / rw - ext4 /dev/vda5 rw\n2 1 0:5 / /proc rw - proc proc rw\n',
}

function addPrograms(machine: FakeMachine): void {
  const edit = (path: string, change: (text: string) => string): void =>
    machine.writeFile(path, change(machine.readText(path) ?? ''))
  machine.addProgram('modprobe', () => ({ code: 1 }))
  machine.addProgram('sha256sum', (args, options) => {
    const paths = args.filter((arg) => !arg.startsWith('--'))
    const texts =
      paths.length === 0 ? [inputText(options)] : paths.map((path) => machine.readText(path) ?? '')
    const end = args.includes('--zero') ? '\0' : '\n'
    return { stdout: texts.map((text, i) => `${sumOf(machine, text)}  ${paths[i] ?? '-'}${end}`).join('') }
  })
  machine.addProgram('groupadd', (args) => {
    const gid = optionOf(args, '--gid') ?? String(1000 + parseGroup(machine.readText('/etc/group')!).length)
    edit('/etc/group', (text) => `${text}${args.at(-1)}:x:${gid}:\n`)
    return undefined
  })
  machine.addProgram('useradd', (args) => {
    const name = args.at(-1)!
    const uid = Number(optionOf(args, '--uid') ?? 998 + parsePasswd(machine.readText('/etc/passwd')!).length)
    const home = optionOf(args, '--home') ?? `/home/${name}`
    edit(
      '/etc/passwd',
      (text) => `${text}${name}:x:${uid}:${uid}::${home}:${optionOf(args, '--shell') ?? ''}\n`,
    )
    if (args.includes('--user-group')) edit('/etc/group', (text) => `${text}${name}:x:${uid}:\n`)
    if (args.includes('--create-home')) {
      machine.makeDirs(home, { mode: 0o700 })
      machine.chown(home, uid, uid)
    }
    return undefined
  })
  for (const name of ['usermod', 'userdel', 'groupdel', 'systemctl', 'chgpasswd']) machine.addProgram(name)
  machine.addProgram('chpasswd', (_, options) => {
    edit('/etc/shadow', (text) => text + inputText(options))
    return undefined
  })
  machine.addProgram('cp', (args) => {
    machine.writeFile(`${args.at(-1)}/.profile`, '')
    return undefined
  })
  machine.addProgram('chown', (args) => {
    const [uid, gid] = args.at(-2)!.split(':').map(Number)
    const path = args.at(-1)!
    for (const at of [path, ...(machine.list(path) ?? []).map((name) => `${path}/${name}`)]) {
      machine.chown(at, uid!, gid!)
    }
    return undefined
  })
  machine.addProgram('mv', (args) => {
    machine.rename(args.at(-2)!, args.at(-1)!)
    return undefined
  })
  machine.addProgram('dd', (args) => {
    const [from, to] = args.map((arg) => arg.slice(arg.indexOf('=') + 1))
    machine.appendText(to!, machine.readBytes(from!)!)
    return undefined
  })
  machine.addProgram('gzip', (args) => {
    const path = args.at(-1)!
    const text = machine.readText(path)!
    if (!text.startsWith('gzip:')) return { code: 1, stderr: 'gzip: not in gzip format' }
    machine.writeFile(path.slice(0, -3), text.slice(5))
    machine.remove(path)
    return undefined
  })
  machine.addProgram('curl', (args, options) => curl(machine, args, options))
}

function curl(machine: FakeMachine, args: readonly string[], options: RunOptions) {
  const url = /^url = "(.*)"$/m.exec(inputText(options))?.[1] ?? ''
  const answers = machine.answers.get(url) ?? [{ curlCode: 6, stderr: 'curl: (6) Could not resolve host' }]
  const answer = answers.length > 1 ? answers.shift()! : answers[0]!
  if ('curlCode' in answer) return { code: answer.curlCode, stdout: '000', stderr: answer.stderr ?? '' }
  const ok = answer.status < 400
  if (ok) machine.writeFile(optionOf(args, '--output')!, answer.body ?? '')
  return { code: ok ? 0 : 22, stdout: String(answer.status), stderr: ok ? '' : 'curl: (22) error' }
}

function sumOf(machine: FakeMachine, text: string): string {
  return machine.sums.get(text) ?? text.length.toString(16).padStart(64, '0')
}

function inputText({ input = '' }: RunOptions): string {
  return typeof input === 'string' ? input : decodeUtf8(input)
}

function optionOf(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option)
  return at < 0 ? undefined : args[at + 1]
}
