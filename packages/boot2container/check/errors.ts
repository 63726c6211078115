import { finding } from '@afloat/report'
import { withoutUserInfo } from '../errors.ts'

const q = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
const known = (names: readonly string[]) =>
  names.length === 0 ? 'there are none' : `known are ${names.join(', ')}`
const meant = (nearest: string | undefined, otherwise?: string) =>
  nearest === undefined ? otherwise : `Write ${nearest}`

/** What can be wrong with a pipeline that can be read. */
export const checkErrors = {
  // containers
  nothingToRun: () =>
    finding(
      'b2c/nothing-to-run',
      'No container to run: the machine would stop at once',
      'Add b2c.run="IMAGE COMMAND"',
    ),
  onlyServices: () =>
    finding(
      'b2c/only-services',
      'Only services are given: they end with the pipeline, which is empty',
      'Make one of them b2c.run',
    ),
  imageMissing: () =>
    finding(
      'b2c/image-missing',
      'No image among the arguments of the container',
      'Write b2c.run="[OPTIONS] IMAGE [COMMAND]", in double quotes',
    ),
  unknownOption: (option: string, nearest: string | undefined) =>
    finding(
      'b2c/unknown-option',
      `podman create has no option ${q(option)}: the image cannot be told`,
      meant(nearest, 'Write options of podman create before the image, those of the command behind it'),
    ),
  badImage: (image: string) =>
    finding(
      'b2c/bad-image',
      `Cannot read image ${q(image)}: expected [HOST[:PORT]/]NAME[:TAG][@sha256:DIGEST] with a name in lower case`,
      /[A-Z]/.test(image.replace(/[:@].*$/, '')) ? `Write ${image.toLowerCase()}` : undefined,
    ),
  noRegistry: (image: string) =>
    finding(
      'b2c/image-without-registry',
      `Image ${q(image)} names no registry: Docker Hub is asked`,
      `Write docker.io/${image.includes('/') ? image : `library/${image}`}`,
    ),
  digestMissing: (image: string) =>
    finding(
      'b2c/digest-missing',
      `Image ${q(image)} has no digest, which b2c.require asks for`,
      'Write IMAGE@sha256:…; "skopeo inspect" tells the digest',
    ),
  shellSyntax: (word: string) =>
    finding(
      'b2c/shell-syntax',
      `${q(word)} reaches the container as it is: no shell reads the arguments`,
      "Have a shell in the container read it: sh -c '…'",
    ),
  unknownVolume: (name: string, nearest: string) =>
    finding(
      'b2c/unknown-volume',
      `No b2c.volume is named ${q(name)}: an empty one is made in memory`,
      `Write ${nearest}`,
    ),
  grantedAnyway: (name: string) =>
    finding(
      'b2c/privileged-anyway',
      `${name} has no effect: containers are privileged`,
      'Add b2c.privileged=no',
    ),
  signatureWithoutKey: () =>
    finding(
      'b2c/signature-without-key',
      'b2c.require asks for signatures, and there is no key: no image would pass',
      'Add b2c.image_key=…, what stands between the lines with dashes of the .pub file',
    ),

  // cache
  swapWithoutCache: () =>
    finding(
      'b2c/swap-without-cache',
      'Swap needs a cache to be on: there is none',
      'Add b2c.cache_device=auto, or leave b2c.swap out',
    ),
  limitWithoutCache: () =>
    finding(
      'b2c/limit-without-cache',
      'b2c.cache_limit has no effect: there is no cache',
      'Add b2c.cache_device=auto',
    ),
  neverPulled: () =>
    finding(
      'b2c/never-pulled',
      'With b2c.pull=never and no cache only seeded images can be found',
      'Add b2c.cache_device=auto, or have the images in a pack of seeds',
    ),
  cacheReset: () =>
    finding(
      'b2c/cache-reset',
      'Every boot empties the cache',
      'Write b2c.cache_device=auto when it has been emptied once',
    ),
  swapTooLarge: () =>
    finding('b2c/swap-over-limit', 'Swap is larger than b2c.cache_limit', 'Choose a smaller one'),
  unknownFilesystem: (name: string, names: readonly string[], nearest: string | undefined) =>
    finding(
      'b2c/unknown-filesystem',
      `No b2c.filesystem is named ${q(name)}: ${known(names)}`,
      meant(nearest, `Add b2c.filesystem=${name},src=…`),
    ),
  nameTwice: (what: string, name: string) =>
    finding('b2c/name-twice', `${what} ${q(name)} is given twice`, 'Merge the two, or rename one'),

  // volumes
  notArmed: (has: string, lacks: string) =>
    finding(
      'b2c/mirror-not-armed',
      `Volume is not mirrored: there is ${has}, but no ${lacks}`,
      `Add ${lacks}=…, or write mirror=… for both`,
    ),
  neverSynced: () =>
    finding(
      'b2c/never-synced',
      'Volume has a mirror, and no condition on which it is pulled or pushed',
      'Add pull_on=pipeline_start, or push_on=pipeline_end',
    ),
  conditionWithoutMirror: (field: string) =>
    finding(
      'b2c/condition-without-mirror',
      `${field} has no effect: the volume has no mirror`,
      'Add mirror=ALIAS/BUCKET/PATH',
    ),
  changesOverride: (field: string) =>
    finding(
      'b2c/changes-override',
      `"changes" overrides the other conditions of ${field}`,
      'Write it alone: the volume is synchronised once more at the end',
    ),
  unknownAlias: (name: string, names: readonly string[], nearest: string | undefined) =>
    finding(
      'b2c/unknown-alias',
      `No b2c.minio has the alias ${q(name)}: ${known(names)}`,
      meant(nearest, `Add b2c.minio=${name},URL,KEY,SECRET`),
    ),
  neverMounted: (name: string) =>
    finding('b2c/never-mounted', `No container mounts volume ${q(name)}`, `Add -v ${name}:/PATH to one`),
  inMemory: () =>
    finding(
      'b2c/volume-in-memory',
      'Volume is in memory and not mirrored: what is on it is gone with the machine',
      'Add b2c.cache_device=auto, filesystem= or mirror=; or expiration=pipeline_end if that is meant',
    ),
  notEncryptable: (filesystem: string, type: string) =>
    finding(
      'b2c/not-encryptable',
      `File system ${q(filesystem)} of type ${q(type)} cannot encrypt a volume`,
      'Use ext4 or f2fs, or the cache',
    ),
  encryptionWithoutDisk: () =>
    finding(
      'b2c/encryption-in-memory',
      'Volume with fscrypt_key has no file system to be encrypted on: it is in memory',
      'Add filesystem=… or b2c.cache_device=auto',
    ),
  keyNotBase64: () =>
    finding(
      'b2c/bad-fscrypt-key',
      'fscrypt_key is not base64',
      'Write what "head -c 64 /dev/urandom | base64 -w0" prints',
    ),
  keyLength: (bytes: number) =>
    finding(
      'b2c/bad-fscrypt-key',
      `fscrypt_key is ${bytes} bytes long: the kernel takes 32 to 64`,
      'Write what "head -c 64 /dev/urandom | base64 -w0" prints',
    ),
  resetWithoutKey: () =>
    finding(
      'b2c/reset-without-key',
      'fscrypt_reset_key has no effect without fscrypt_key',
      'Add fscrypt_key=secret:NAME',
    ),

  // secrets
  secretInClear: (what: string) =>
    finding(
      'b2c/secret-in-clear',
      `${what} stands on the command line, where every container and log can read it`,
      'Write secret:NAME and add b2c.secret=NAME,from=fw_cfg:…, smbios:…, file:… or https://…',
    ),
  unknownSecret: (name: string, names: readonly string[], nearest: string | undefined) =>
    finding(
      'b2c/unknown-secret',
      `No b2c.secret is named ${q(name)}: ${known(names)}`,
      meant(nearest && `secret:${nearest}`, `Add b2c.secret=${name},from=…`),
    ),
  unusedSecret: (name: string) =>
    finding(
      'b2c/unused-secret',
      `Secret ${q(name)} is used nowhere`,
      `Write secret:${name} where it belongs`,
    ),
  reportVolume: (name: string) =>
    finding(
      'b2c/report-volume',
      `No b2c.volume is named ${q(name)}, which the report is to go to`,
      `Add b2c.volume=${name}`,
    ),

  // network
  urlInClear: (what: string, url: string) =>
    finding(
      'b2c/url-in-clear',
      `${what} ${q(withoutUserInfo(url))} is not encrypted: who is on the network can read and change it`,
      'Write https:',
    ),
  argumentsUnsigned: () =>
    finding(
      'b2c/unsigned-arguments',
      'Extra arguments come by http and are not signed: who is on the network can run what they like',
      'Sign them and add b2c.extra_args_key=…, or write https:',
    ),
  idleInterface: (name: string) =>
    finding('b2c/idle-interface', `Interface ${q(name)} gets no address`, 'Add auto, or address=10.0.0.2/24'),
  gatewayOutside: (gateway: string) =>
    finding(
      'b2c/gateway-outside',
      `Gateway ${q(gateway)} is in none of the networks of the interface`,
      'Correct the gateway, or the prefix length of the address',
    ),
  noNameserver: () =>
    finding(
      'b2c/no-nameserver',
      'No name server: addresses are static, and names of hosts cannot be looked up',
      'Add nameserver=… to an interface',
    ),
  ipIgnored: () =>
    finding(
      'b2c/ip-ignored',
      'b2c.iface takes the place of "ip=", which has no effect',
      'Remove one of the two',
    ),
  badHostname: (name: string) =>
    finding(
      'b2c/bad-hostname',
      `Hostname ${q(name)} is not valid: expected letters, digits, "-" and ".", at most 64`,
    ),
  badModule: (name: string) =>
    finding(
      'b2c/bad-module',
      `Cannot load ${q(name)}: expected the file of a module`,
      'Write its name, as in igb.ko, or its path below /usr_mods',
    ),

  // end
  delayUnused: (finish: string) =>
    finding(
      'b2c/delay-unused',
      `b2c.poweroff_delay has no effect with b2c.on_finish=${finish}`,
      'Remove one of the two',
    ),
  commandUnused: (name: string, finish: string) =>
    finding(
      'b2c/command-unused',
      `${name} is run only when a container asks for it: b2c.on_finish is ${finish}`,
      `Write b2c.on_finish=${name === 'b2c.reboot_cmd' ? 'reboot' : 'poweroff'} if the end of the pipeline is meant`,
    ),

  // the line as the kernel sees it
  tooLong: (bytes: number, limit: number) =>
    finding(
      'b2c/cmdline-too-long',
      `Command line has ${bytes} bytes: the kernel takes ${limit}, and drops the rest`,
      'Move parameters to a file of extra arguments; "afloat config compile --target b2c" does it by itself',
    ),
  tooManyWords: (count: number, what: string) =>
    finding(
      'b2c/too-many-words',
      `${count} ${what} without a dot: a kernel that knows less than ${count - MOST_WORDS} of them panics`,
      'Leave out what is for no one',
    ),
  behindDashes: (name: string) =>
    finding(
      'b2c/behind-dashes',
      `The kernel does not read ${q(name)}: it stands behind "--"`,
      'Move it in front of "--"',
    ),
  /** The word is not shown: it may be a password. */
  strayWord: (parameter: string) =>
    finding(
      'b2c/stray-word',
      `Word is no part of ${parameter}: a blank ended it`,
      `Put the value in double quotes: ${parameter}="…"`,
    ),
  badIp: (problem: string) => finding('b2c/bad-ip', problem, 'Write ip=dhcp, or use b2c.iface'),
  controlCharacter: () =>
    finding(
      'b2c/control-character',
      'Control character in the command line: boot loaders may stop there',
      'Remove it',
    ),
}

/** Source: Linux, CONFIG_INIT_ENV_ARG_LIMIT */
export const MOST_WORDS = 32
