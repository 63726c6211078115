import { FakeSys } from '../../sys/fake-sys.ts'
import { places } from '../places.ts'

/** A machine with one Ethernet interface, on which a DHCP server answers or not, and with the programs of the base. */
export function fakeMachine(cmdline: string, { answers = true }: { answers?: boolean } = {}): FakeSys {
  const sys = new FakeSys({ files: { '/proc/cmdline': `${cmdline}\n`, '/proc/self/mountinfo': '' } })
  sys.addFile('/sys/class/net/eth0/type', '1\n')
  sys.addFile('/sys/class/net/eth0/device/x', '')
  sys.addFile('/sys/class/net/eth0/carrier', answers ? '1\n' : '0\n')
  sys.makeDirs('/proc/sys/kernel')
  sys.makeDirs('/run/afloat')
  for (const dir of ['/etc', '/dev', '/var']) sys.makeDirs(dir)
  for (const name of ['modprobe', 'ip', 'mount', 'umount', 'sync', 'kill', 'openssl', 'tar', 'dmesg'])
    sys.addProgram(name)
  sys.addProgram(places.unpackPodman)
  sys.addProgram('sh', ([, script = '']) => {
    if (answers && script.includes('udhcpc')) sys.addFile(`${places.network}/eth0`, '')
    return {}
  })
  return sys
}

/** Returns the lines of the report that went to the console. */
export function reportOf(sys: FakeSys): Record<string, unknown>[] {
  return sys.printed.map((line) => JSON.parse(line) as Record<string, unknown>)
}
