import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Architecture } from '@afloat/build/architecture'
import { cacheDir, writeAtomic } from '@afloat/build/cache'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { AfloatError } from '@afloat/report'
import { type Platform, platforms } from './platform.ts'

export type AccelName = 'kvm' | 'tcg'
export type AccelChoice = 'auto' | AccelName
export type Accel = { readonly accel: AccelName; readonly reason: string }

const probeTimeoutMs = 5000
const bootIdPath = '/proc/sys/kernel/random/boot_id'

/**
 * Finds out whether guests really run under KVM here, by running one; the answer is kept until the next boot.
 * `/dev/kvm` alone says little: on a virtual machine without nested virtualisation it can be there, accept a
 * guest, and then stop at the first instruction it has to emulate.
 */
export async function probeAccel(tools: ToolsTree): Promise<Accel> {
  const known = await readKnown()
  if (known !== undefined) return known
  await mkdir(cacheDir(), { recursive: true })
  const found = await probe(tools)
  await writeAtomic(knownPath(), JSON.stringify({ bootId: await readBootId(), ...found }))
  return found
}

/** Returns the accelerator to use for a choice; throws `vm/no-kvm` when KVM is demanded and does not work. */
export async function chooseAccel(
  choice: AccelChoice,
  tools: ToolsTree,
  architecture: Architecture = 'x86_64',
): Promise<Accel> {
  if (choice === 'tcg') return { accel: 'tcg', reason: 'chosen' }
  const found = architecture === 'x86_64' ? await probeAccel(tools) : foreign
  if (choice === 'kvm' && found.accel !== 'kvm') {
    throw new AfloatError('vm/no-kvm', `Cannot use KVM: ${found.reason}`, {
      hint: 'Use --accel tcg (slower, works everywhere)',
    })
  }
  return found
}

/** The programs of the tools tree are for x86-64. */
const foreign: Accel = { accel: 'tcg', reason: 'the processor of the guest is not the one of this computer' }

/** QEMU arguments for an accelerator and its processor model. */
export function accelArgs(accel: AccelName, { emulatedCpu }: Platform): string[] {
  return accel === 'kvm'
    ? ['-accel', 'kvm', '-cpu', 'host']
    : ['-accel', 'tcg,thread=multi', '-cpu', emulatedCpu]
}

async function probe(tools: ToolsTree): Promise<Accel> {
  if (!existsSync('/dev/kvm')) return { accel: 'tcg', reason: 'there is no /dev/kvm' }
  const rom = join(cacheDir(), 'probe.rom')
  await writeAtomic(rom, probeRom())
  return await runProbe(tools, rom)
}

function runProbe(tools: ToolsTree, rom: string): Promise<Accel> {
  const child = tools.spawn(
    [
      ...['qemu-system-x86_64', '-nodefaults', '-no-user-config', '-display', 'none', '-machine', 'q35'],
      ...[...accelArgs('kvm', platforms.x86_64), '-m', '16', '-bios', rom],
      ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=1'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let errors = ''
  child.stderr!.on('data', (chunk) => {
    errors += chunk
  })
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, probeTimeoutMs)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      const said = errors.split('\n').find((line) => /error|fail|could not|denied/i.test(line))
      if (code === probeExitCode) resolve({ accel: 'kvm', reason: 'a test guest ran' })
      else if (late && said === undefined)
        resolve({ accel: 'tcg', reason: `a test guest hung under /dev/kvm for ${probeTimeoutMs / 1000} s` })
      else
        resolve({
          accel: 'tcg',
          reason: `a test guest failed under /dev/kvm${said === undefined ? '' : ` (${brief(said)})`}`,
        })
    })
  })
}

function brief(line: string): string {
  return line.replace(/^qemu-system-x86_64: /, '').slice(0, 100)
}

/** isa-debug-exit ends QEMU with (value * 2 + 1). */
const probeExitCode = 0x10 * 2 + 1

/**
 * A 64 KiB boot ROM that goes the way a kernel goes: real mode, page tables, long mode with SSE, an instruction
 * with VEX prefix where the processor has it (those are what half-working KVMs choke on), then exit.
 */
function probeRom(): Uint8Array {
  const rom = new Uint8Array(65_536).fill(0xf4) // hlt
  rom.set(Buffer.from(probeCode.join(''), 'hex'))
  rom.set([0xea, 0x00, 0x00, 0x00, 0xf0], 0xfff0) // reset vector: jmp f000:0000
  return rom
}

const probeCode = [
  'fa31c08ed88ed0bc0070', // cli; ds = ss = 0; sp = 0x7000
  '66c706001003200000', // [0x1000] = 0x2003: level 4 -> level 3, present and writable
  '66c706002003300000', // [0x2000] = 0x3003: level 3 -> level 2
  '66c706003083000000', // [0x3000] = 0x83: the first 2 MiB onto themselves
  '66b8001000000f22d8', // cr3 = 0x1000
  '66b8200600000f22e0', // cr4 = PAE, OSFXSR, OSXMMEXCPT
  '66b9800000c00f32660d000100000f30', // EFER.LME = 1
  '2e660f0116a800', // lgdt cs:[0xa8]
  '66b8130000800f22c0', // cr0 = PG, ET, MP, PE
  '66ea5f000f000800', // jmp 8:0xf005f, 64-bit from here
  'b80700000031c90fa2', // cpuid leaf 7
  '0fbae3087305', // skip the next one unless BMI2
  'c4e279f7ca', // shlx ecx, edx, eax
  '660fefc066480f6ecc', // pxor xmm0, xmm0; movq xmm1, rsp
  'bc00700000e80a000000', // a stack and a call
  '66baf400b010eef4ebfd', // out 0xf4, 0x10; hlt for ever
  'c30f1f8000000000', // the callee: ret; padding
  '0000000000000000ffff0000009aaf00', // the segment table: null, 64-bit code
  '0f0098000f00', // its pointer: limit 15, address 0xf0098
]

async function readKnown(): Promise<Accel | undefined> {
  try {
    const { bootId, accel, reason } = JSON.parse(await readFile(knownPath(), 'utf8'))
    return bootId === (await readBootId()) ? { accel, reason } : undefined
  } catch {
    return undefined // not probed yet, or unreadable: probe
  }
}

function knownPath(): string {
  return join(cacheDir(), 'accel.json')
}

async function readBootId(): Promise<string> {
  return (await readFile(bootIdPath, 'utf8')).trim()
}
