import { type FilePart, parseUki, ukiHeadBytes } from '@afloat/release'
import type { Sys } from '../sys/sys.ts'
import { softRebootError } from './errors.ts'

const home = '/run/afloat/kexec'

/** Whether this machine can start another kernel from the running one. */
export function canKexec(sys: Sys): boolean {
  return sys.has('kexec') && sys.readText('/proc/sys/kernel/kexec_load_disabled')?.trim() === '0'
}

/**
 * Loads the kernel, initramfs and command line of a unified kernel image, and has systemd go down into it: like a
 * reboot, without firmware and boot loader. Returns when going down has begun.
 * Throws `release/not-a-uki`, `softreboot/kexec-failed`; nothing has changed then.
 */
export function kexecTo(sys: Sys, ukiPath: string): void {
  loadKernel(sys, ukiPath)
  sys.mustRun(['systemctl', '--no-block', 'kexec'])
}

/** Loads the kernel that the next `systemctl kexec` starts. */
export function loadKernel(sys: Sys, ukiPath: string): void {
  const head = sys.readBytes(ukiPath, { length: ukiHeadBytes }) ?? new Uint8Array()
  const { linux, initrd, cmdline } = parseUki(head, sys.stat(ukiPath)?.size ?? 0)
  const text = sys.readText(ukiPath, { offset: cmdline.offset, length: cmdline.bytes }) ?? ''
  sys.makeDirs(home, { mode: 0o700 })
  try {
    copyPart(sys, ukiPath, linux, `${home}/linux`)
    copyPart(sys, ukiPath, initrd, `${home}/initrd`)
    const words = (text.split('\0')[0] ?? '').trim()
    const argv = ['kexec', '--kexec-file-syscall', '--load', `${home}/linux`]
    sys.mustRun([...argv, `--initrd=${home}/initrd`, `--command-line=${words}`])
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw softRebootError('softreboot/kexec-failed', `Cannot load the kernel of "${ukiPath}": ${found}`, {
      cause,
      hint: 'Reboot instead: the firmware starts the same release',
    })
  } finally {
    // the kernel has its own copy by now
    sys.remove(home, { recursive: true })
  }
}

function copyPart(sys: Sys, from: string, { offset, bytes }: FilePart, to: string): void {
  const range = ['iflag=skip_bytes,count_bytes', `skip=${offset}`, `count=${bytes}`]
  sys.mustRun(['dd', `if=${from}`, `of=${to}`, 'bs=1M', 'status=none', ...range])
}
