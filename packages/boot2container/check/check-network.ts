import type { Add } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Interface } from '../config.ts'
import { isInNetwork } from '../parse-address.ts'
import { checkUnique, type PipelineRule } from './checker.ts'
import { checkErrors as errors } from './errors.ts'

export const checkNetwork: PipelineRule = (config, add) => {
  const { interfaces, extraArgs, hostname } = config
  checkUnique(
    'Interface',
    'interfaces',
    interfaces.map(({ name }) => name),
    add,
  )
  for (const [index, one] of interfaces.entries()) checkInterface(one, ['interfaces', index], add)
  const isStatic = interfaces.length > 0 && interfaces.every(({ dhcp }) => !dhcp)
  if (isStatic && interfaces.every(({ nameservers }) => nameservers.length === 0))
    add('warning', ['interfaces', 0], errors.noNameserver())

  if (extraArgs?.url.startsWith('http:') && extraArgs.publicKeys.length === 0)
    add('warning', ['b2c.extra_args_url'], errors.argumentsUnsigned())
  const isName = hostname
    .split('.')
    .every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label))
  if (!isName || hostname.length > 64) add('error', ['b2c.hostname'], errors.badHostname(hostname))
}

function checkInterface({ name, dhcp, addresses, gateway }: Interface, path: Path, add: Add): void {
  if (!dhcp && addresses.length === 0) add('warning', path, errors.idleInterface(name))
  if (gateway === undefined || addresses.length === 0 || /^fe80:/i.test(gateway)) return
  if (!addresses.some((network) => isInNetwork(gateway, network)))
    add('warning', path, errors.gatewayOutside(gateway))
}

/** What the machine loads and says, and how it ends. */
export const checkRest: PipelineRule = (config, add) => {
  const { modules, reports, volumes, onFinish, poweroffDelaySec } = config
  for (const name of modules) if (!isModuleFile(name)) add('error', ['b2c.insmods'], errors.badModule(name))
  for (const [index, sink] of reports.entries()) {
    if (sink.kind === 'url' && sink.url.startsWith('http:'))
      add('warning', ['reports', index], errors.urlInClear('URL of the report', sink.url))
    if (sink.kind === 'volume' && !volumes.some(({ name }) => name === sink.volume))
      add('error', ['reports', index], errors.reportVolume(sink.volume))
  }
  if (poweroffDelaySec > 0 && onFinish !== 'poweroff')
    add('warning', ['b2c.poweroff_delay'], errors.delayUnused(onFinish))
  if (config.rebootCommand !== undefined && onFinish !== 'reboot')
    add('info', ['b2c.reboot_cmd'], errors.commandUnused('b2c.reboot_cmd', onFinish))
  if (config.shutdownCommand !== undefined && onFinish !== 'poweroff')
    add('info', ['b2c.shutdown_cmd'], errors.commandUnused('b2c.shutdown_cmd', onFinish))
}

function isModuleFile(path: string): boolean {
  return /^[\w./-]+$/.test(path) && /\w/.test(path.split('/').at(-1)!)
}
