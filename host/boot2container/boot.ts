import type { PipelineConfig, PipelineStatus } from '@afloat/boot2container'
import { parseCmdline } from '@afloat/cmdline'
import type { Sys } from '../sys/sys.ts'
import { Arguments } from './arguments.ts'
import { trustAuthorities } from './authorities.ts'
import { openBundles } from './bundles/bundles.ts'
import { openCache } from './cache/open-cache.ts'
import { startSwap } from './cache/swap.ts'
import { setClock } from './clock.ts'
import { Closers } from './closers.ts'
import { startDrivers } from './drivers.ts'
import { endProcesses } from './end-processes.ts'
import { fetchExtraArguments } from './extra-arguments.ts'
import { openFilesystems } from './filesystems.ts'
import { finish } from './finish.ts'
import { openImages } from './images/images.ts'
import { warnOfMissingFirmware } from './missing-firmware.ts'
import { type Network, startNetwork } from './network/network.ts'
import { planNetwork } from './network/plan-network.ts'
import { pace } from './pace.ts'
import { runPipeline } from './pipeline.ts'
import { places } from './places.ts'
import { configurePodman, keepVolumesOn } from './podman/configure-podman.ts'
import { stopContainers } from './podman/stop-containers.ts'
import { type MachineReporter, machineReporter } from './reporter.ts'
import { offerSecrets, withdrawSecrets } from './secrets/offer-secrets.ts'
import { readSecrets, type Secrets } from './secrets/read-secrets.ts'
import { applySettings } from './settings.ts'
import { failedStatus, pipelineStatus, showFailure } from './status.ts'
import { mountSystem } from './system-mounts.ts'
import { podmanPath } from './volumes/open-volume.ts'
import { openVolumes } from './volumes/open-volumes.ts'

/** Boots the machine, runs its containers, and leaves for PID 1 what comes next. Returns the pipeline's status. */
export function boot(sys: Sys): number {
  const report = machineReporter(sys)
  const asked = new Arguments(sys, report)
  const closers = new Closers(report)
  let status: PipelineStatus
  try {
    const runContainers = prepare(sys, report, asked, closers)
    status = runContainers()
    while (status.action === 'rerun') {
      pace(sys, status.status !== 0)
      status = runContainers()
    }
  } catch (error) {
    warnOfMissingFirmware(sys, report)
    status = failedStatus(sys, report, asked, error)
    showFailure(sys, report, asked, error)
    // It may have failed before the report went anywhere, or before its port had a name, which the driver is told late.
    report.sendTo(asked.config.reports, notYet)
    report.finish(status)
  }
  closers.close()
  endProcesses(sys)
  sys.sync()
  if (status.action === 'soft-reboot' || status.action === 'rerun') pace(sys, status.status !== 0)
  finish(sys, asked.config, status)
  return status.status
}

/** Makes everything ready for containers. Returns what runs them all, once or several times. */
function prepare(
  sys: Sys,
  report: MachineReporter,
  asked: Arguments,
  closers: Closers,
): () => PipelineStatus {
  // First what others will wait for.
  const drivers = startDrivers(sys)
  const network = startNetwork(sys, report, planNetwork(asked.config.interfaces, ipOf(asked)), asked.config)
  mountSystem(sys)
  trustAuthorities(sys)
  report.sendTo(asked.config.reports, notYet)
  applySettings(sys, report, asked.config)
  syncClock(sys, report, network, asked.config)
  readExtraArguments(sys, report, network, asked)
  const { config } = asked

  const filesystems = openFilesystems(sys, report, config.filesystems, network.need)
  closers.add(filesystems.close)
  const secrets = getSecrets(sys, report, network, config, filesystems.path)
  report.hide((text) => asked.redact(secrets.redact(text)))

  // Where it will be needed for sure, beside all that comes before the first container.
  const unpackPodman = once(() => sys.spawnDetached([places.unpackPodman]))
  const cache = openCache(sys, report, config.cacheDevice, {
    drivers,
    filesystemPath: filesystems.path,
    onEmpty: unpackPodman,
  })
  if (cache !== undefined) closers.add(cache.close)
  if (config.swapBytes !== undefined) closers.add(startSwap(sys, report, cache?.dir, config.swapBytes))
  closers.add(() => endProcesses(sys))
  const graphRoot = cache === undefined ? places.memoryStore : `${cache.dir}/containers`
  const bundles =
    cache === undefined ? undefined : openBundles({ sys, report, graphRoot, dir: `${cache.dir}/bundles` })
  if ((bundles?.isEmpty ?? true) || config.services.length > 0) unpackPodman()
  configurePodman(sys, config.imagePolicy, { graphRoot, seeds: places.seeds })
  if (cache !== undefined) closers.add(keepVolumesOn(sys, cache.dir))

  if (config.volumes.some(({ pullFrom, pushTo }) => pullFrom !== undefined && pushTo !== undefined))
    network.need()
  const storage = cache === undefined ? {} : { cacheDir: cache.dir }
  const volumes = openVolumes(
    { sys, config, report, secrets, storage, filesystemPath: filesystems.path },
    config.volumes,
  )
  closers.add(() => volumes.close())
  report.sendTo(config.reports, podmanPath)
  closers.add(() => withdrawSecrets(sys))
  offerWantedSecrets(sys, secrets, config)
  const images = openImages({
    sys,
    report,
    config,
    network,
    graphRoot,
    cache,
    filesystemPath: filesystems.path,
  })

  return () => {
    volumes.on('pipeline_start')
    const result = runPipeline({
      sys,
      report,
      config,
      images,
      bundles,
      onCondition: (condition) => volumes.on(condition),
    })
    if (result.hadServices) report.stage('cleanup', undefined, () => stopContainers(sys))
    report.finishOnVolumes(pipelineStatus(sys, config, result))
    let pushFailure: unknown
    try {
      volumes.on('pipeline_end')
    } catch (error) {
      pushFailure = error
    }
    images.tidy()
    // Not before: on most machines nothing is missing, and containers need not wait for that to be known.
    warnOfMissingFirmware(sys, report)
    const status = pipelineStatus(sys, config, result, pushFailure)
    report.finish(status)
    return status
  }
}

function syncClock(sys: Sys, report: MachineReporter, network: Network, { ntpPeer }: PipelineConfig): void {
  if (ntpPeer === undefined) return
  network.need()
  report.stage('clock', undefined, () => setClock(sys, report, ntpPeer))
}

/** They may say anything that the command line says, but not how to get at them. */
function readExtraArguments(sys: Sys, report: MachineReporter, network: Network, asked: Arguments): void {
  const before = asked.config
  const { extraArgs } = before
  if (extraArgs === undefined) return
  network.need()
  asked.add(report.stage('arguments', undefined, () => fetchExtraArguments(sys, extraArgs)))
  report.sendTo(asked.config.reports, notYet)
  applySettings(sys, report, asked.config, before)
  if (before.ntpPeer === undefined) syncClock(sys, report, network, asked.config)
}

function getSecrets(
  sys: Sys,
  report: MachineReporter,
  network: Network,
  config: PipelineConfig,
  filesystemPath: (name: string) => string,
): Secrets {
  if (config.secrets.length === 0) return readSecrets(sys, config, filesystemPath)
  if (config.secrets.some(({ source }) => source.kind === 'https')) network.need()
  return report.stage('secrets', undefined, () => readSecrets(sys, config, filesystemPath))
}

function offerWantedSecrets(sys: Sys, secrets: Secrets, config: PipelineConfig): void {
  const containers = [...config.services, ...config.containers, ...config.postContainers]
  const words = containers.flatMap(({ args }) => args)
  if (words.some((word) => /^--secret(=|$)/.test(word))) offerSecrets(sys, secrets)
}

const ipOf = (asked: Arguments): string | undefined => parseCmdline(asked.cmdline).get('ip')

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}

/** Volumes are there later. */
const notYet = (): undefined => undefined
