import type { Architecture } from '@afloat/build/architecture'

/** UEFI. With `secure-boot` it starts only what Microsoft, or somebody it vouches for, has signed. */
export type FirmwareName = 'uefi' | 'secure-boot'

type Firmware = {
  /** In the tools tree; variables as they are when they are fresh. */
  readonly code: string
  readonly vars: string
  /** What QEMU needs to be told for it. */
  readonly machine: readonly string[]
}

/** What QEMU needs to be told to be a computer of an architecture. */
export type Platform = {
  readonly program: string
  readonly machine: string
  /** Processor when it is emulated. */
  readonly emulatedCpu: string
  /** What the kernel calls the serial line. */
  readonly console: string
  readonly firmware: Readonly<Record<FirmwareName, Firmware>>
}

export const platforms: Readonly<Record<Architecture, Platform>> = {
  x86_64: {
    program: 'qemu-system-x86_64',
    // the firmware's SMM build is only needed to protect secure boot variables, and costs time
    machine: 'q35,smm=off',
    // x86-64-v2, and RDRAND so that the kernel's random numbers are ready at once. `max` has the kernel use features
    // (five-level page tables, protection keys, SMAP) that emulation makes slow: a second per boot.
    emulatedCpu: 'qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand,+sha-ni',
    console: 'ttyS0',
    firmware: {
      uefi: {
        code: '/usr/share/OVMF/OVMF_CODE_4M.fd',
        vars: '/usr/share/OVMF/OVMF_VARS_4M.fd',
        machine: [],
      },
      'secure-boot': {
        code: '/usr/share/OVMF/OVMF_CODE_4M.ms.fd',
        vars: '/usr/share/OVMF/OVMF_VARS_4M.ms.fd',
        machine: ['-machine', 'smm=on', '-global', 'driver=cfi.pflash01,property=secure,value=on'],
      },
    },
  },
  aarch64: {
    program: 'qemu-system-aarch64',
    machine: 'virt',
    // atomic operations in one instruction, but not yet the signed pointers that emulation makes slow
    emulatedCpu: 'cortex-a76',
    console: 'ttyAMA0',
    firmware: {
      uefi: {
        code: '/usr/share/AAVMF/AAVMF_CODE.no-secboot.fd',
        vars: '/usr/share/AAVMF/AAVMF_VARS.fd',
        machine: [],
      },
      'secure-boot': {
        code: '/usr/share/AAVMF/AAVMF_CODE.ms.fd',
        vars: '/usr/share/AAVMF/AAVMF_VARS.ms.fd',
        machine: [],
      },
    },
  },
}
