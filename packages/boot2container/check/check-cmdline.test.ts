import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkCmdline } from '@afloat/boot2container'
import type { Finding } from '@afloat/report'
import { readErrors } from '../errors.ts'
import { checkErrors } from './errors.ts'

const IMAGE = 'r.example/a'
const KEY = 'ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8='
const many = (word: (at: number) => string, count: number) =>
  Array.from({ length: count }, (_, at) => word(at)).join(' ')

/** Command line, a mark `^` in front of what is wrong with it, and what is said: severity, code, message, remedy. */
const WRONG: readonly (readonly [cmdline: string, ...said: string[]])[] = [
  [
    'b2c.run=r.example/a ^b2c.pipe_fail',
    'error b2c/unknown-parameter: Unknown parameter "b2c.pipe_fail" > Write b2c.pipefail',
  ],
  [
    '^b2c.run="r.example/a',
    'warning b2c/unclosed-quote: Double quote is not closed: all that follows is one parameter > Close it',
  ],
  [
    'b2c.run=r.example/a b2c.pull=always ^b2c.pull=never b2c.cache_device=auto',
    'warning b2c/given-twice: b2c.pull is given twice: the last one counts > Remove one of the two',
  ],
  [
    'b2c.run=r.example/a ^b2c.hostname=',
    'error b2c/value-missing: Value of b2c.hostname is missing > Write b2c.hostname=…, or leave it out',
  ],
  [
    'b2c.run=r.example/a b2c.pipefail=^no',
    'warning b2c/flag-with-value: b2c.pipefail takes no value: the one given has no meaning, and it is on > Leave it out to have it off',
  ],
  [
    'b2c.run=r.example/a b2c.pull=^nevr',
    'error b2c/unknown-word: Unknown value "nevr" of b2c.pull: expected always, newer, missing, never > Write never',
  ],
  [
    'b2c.run=r.example/a b2c.filesystem=f,src=/dev/a,^typ=ext4',
    'error b2c/unknown-field: b2c.filesystem has no "typ": expected name, src, type, opts > Write type',
  ],
  [
    'b2c.run=r.example/a ^b2c.filesystem=f',
    'error b2c/field-missing: b2c.filesystem has no src > Write f,src=/dev/…',
  ],
  [
    'b2c.run=r.example/a b2c.volume=^/a',
    'error b2c/bad-name: Name of the volume is "/a": expected letters, digits, "_", "." and "-", starting with a letter or digit',
  ],
  [
    'b2c.run=r.example/a b2c.cache_device=auto b2c.swap=^1X',
    'error b2c/bad-size: Cannot read size "1X" of b2c.swap: expected a number above 0 with K, M, G or T > Write for example 512M or 4G',
  ],
  [
    'b2c.run=r.example/a b2c.poweroff_delay=^soon',
    'error b2c/bad-seconds: Cannot read "soon" of b2c.poweroff_delay: expected seconds, as in 10',
  ],
  [
    'b2c.run="^r.example/a ^\'x"',
    'error b2c/image-missing: No image among the arguments of the container > Write b2c.run="[OPTIONS] IMAGE [COMMAND]", in double quotes',
    "error b2c/bad-arguments: Cannot split the arguments of the container: a single quote is not closed > Close it; outside of quotes, write \\' for the character",
  ],
  [
    'b2c.run=r.example/a b2c.iface=e,dhcp,address=^10.0.0.2',
    'error b2c/bad-address: Cannot read address "10.0.0.2": expected an IP address with its prefix length > Write for example 10.0.0.2/24',
  ],
  [
    'b2c.run=r.example/a b2c.iface=e,dhcp,nameserver=^dns',
    'error b2c/bad-host: Cannot read name server "dns": expected an IP address',
  ],
  [
    'b2c.run=r.example/a b2c.iface=e,dhcp,route=^fd00::1:fe80::1',
    'error b2c/bad-route: Cannot read route "fd00::1:fe80::1": expected DESTINATION:GATEWAY, both IPv4 or both IPv6 > Give the destination its prefix length: 2001:db8::1/128:fe80::1',
  ],
  [
    'b2c.run=r.example/a b2c.extra_args_url=^h/a',
    'error b2c/bad-url: Cannot read URL "h/a" of b2c.extra_args_url: expected http: or https: and a host > Write https:// in front',
  ],
  [
    'b2c.run=r.example/a b2c.image_key=^AAAA',
    'error b2c/bad-key: Cannot read the public key of b2c.image_key: expected base64 of a SubjectPublicKeyInfo',
  ],
  [
    `b2c.run=r.example/a ^b2c.extra_args_key=${KEY}`,
    'warning b2c/key-without-arguments: b2c.extra_args_key has no effect without b2c.extra_args_url > Add the URL',
  ],
  [
    'b2c.run=r.example/a b2c.privileged=no b2c.cap_add=KILL,^NET_ADMN',
    'error b2c/bad-capability: Unknown capability "NET_ADMN" > Write NET_ADMIN',
  ],
  [
    'b2c.run=r.example/a b2c.secret=a,^from=ftp://u:p@h/',
    'error b2c/bad-secret-source: Cannot read source "ftp://…@h/" of the secret > Write from=fw_cfg:KEY, smbios:NAME, file:FILESYSTEM/PATH or https://…',
  ],
  [
    'b2c.run=r.example/a b2c.report=^consle',
    'error b2c/bad-report: Cannot read "consle" as a place for the report > Write console, virtio, virtio:PORT, volume:NAME/PATH or an https: URL',
  ],
  [
    'b2c.run="-v a:/x r.example/a" b2c.volume=a,mirror=^^m,pull_on=pipeline_start b2c.minio=m,https://h,k,secret:s b2c.secret=s,from=smbios:s',
    'error b2c/bad-mirror: Cannot read "m" of mirror: expected ALIAS/BUCKET or ALIAS/BUCKET/PATH > The alias is one of b2c.minio',
  ],

  [
    '^',
    'error b2c/nothing-to-run: No container to run: the machine would stop at once > Add b2c.run="IMAGE COMMAND"',
  ],
  [
    'b2c.run_service=^r.example/a',
    'warning b2c/only-services: Only services are given: they end with the pipeline, which is empty > Make one of them b2c.run',
  ],
  [
    'b2c.run="^-ti"',
    'error b2c/image-missing: No image among the arguments of the container > Write b2c.run="[OPTIONS] IMAGE [COMMAND]", in double quotes',
  ],
  [
    'b2c.run="-t ^--intractive r.example/a"',
    'error b2c/unknown-option: podman create has no option "--intractive": the image cannot be told > Write --interactive',
  ],
  [
    'b2c.run="-e A=b ^r.example/App x"',
    'error b2c/bad-image: Cannot read image "r.example/App": expected [HOST[:PORT]/]NAME[:TAG][@sha256:DIGEST] with a name in lower case > Write r.example/app',
  ],
  [
    'b2c.run=^alpine',
    'warning b2c/image-without-registry: Image "alpine" names no registry: Docker Hub is asked > Write docker.io/library/alpine',
  ],
  [
    'b2c.run=^r.example/a b2c.require=digest',
    'error b2c/digest-missing: Image "r.example/a" has no digest, which b2c.require asks for > Write IMAGE@sha256:…; "skopeo inspect" tells the digest',
  ],
  [
    'b2c.run="r.example/a echo a ^&& b"',
    'warning b2c/shell-syntax: "&&" reaches the container as it is: no shell reads the arguments > Have a shell in the container read it: sh -c \'…\'',
  ],
  [
    'b2c.run="-v results:/a ^-vreslts:/b r.example/a" b2c.volume=results b2c.cache_device=auto',
    'warning b2c/unknown-volume: No b2c.volume is named "reslts": an empty one is made in memory > Write results',
  ],
  [
    'b2c.run=r.example/a ^b2c.cap_drop=KILL',
    'warning b2c/privileged-anyway: b2c.cap_drop has no effect: containers are privileged > Add b2c.privileged=no',
  ],
  [
    'b2c.run=r.example/a ^b2c.require=signature',
    'error b2c/signature-without-key: b2c.require asks for signatures, and there is no key: no image would pass > Add b2c.image_key=…, what stands between the lines with dashes of the .pub file',
  ],

  [
    'b2c.run=r.example/a ^b2c.swap=1G',
    'error b2c/swap-without-cache: Swap needs a cache to be on: there is none > Add b2c.cache_device=auto, or leave b2c.swap out',
  ],
  [
    'b2c.run=r.example/a ^b2c.cache_limit=1G',
    'warning b2c/limit-without-cache: b2c.cache_limit has no effect: there is no cache > Add b2c.cache_device=auto',
  ],
  [
    'b2c.run=r.example/a ^b2c.pull=never',
    'warning b2c/never-pulled: With b2c.pull=never and no cache only seeded images can be found > Add b2c.cache_device=auto, or have the images in a pack of seeds',
  ],
  [
    'b2c.run=r.example/a ^b2c.cache_device=reset',
    'warning b2c/cache-reset: Every boot empties the cache > Write b2c.cache_device=auto when it has been emptied once',
  ],
  [
    'b2c.run=r.example/a b2c.cache_device=auto b2c.cache_limit=1G ^b2c.swap=2G',
    'warning b2c/swap-over-limit: Swap is larger than b2c.cache_limit > Choose a smaller one',
  ],
  [
    'b2c.run=r.example/a ^b2c.cache_device=nsf b2c.filesystem=nfs,src=h:/',
    'error b2c/unknown-filesystem: No b2c.filesystem is named "nsf": known are nfs > Write nfs',
  ],
  [
    'b2c.run=r.example/a b2c.filesystem=f,src=a ^b2c.filesystem=f,src=b',
    'error b2c/name-twice: File system "f" is given twice > Merge the two, or rename one',
  ],

  [
    'b2c.run="-v a:/a r.example/a" b2c.volume=a,pull_from=^m/b b2c.minio=m,https://h,k,secret:s b2c.secret=s,from=smbios:s',
    'warning b2c/mirror-not-armed: Volume is not mirrored: there is pull_from, but no push_to > Add push_to=…, or write mirror=… for both',
  ],
  [
    'b2c.run="-v a:/a r.example/a" ^b2c.volume=a,mirror=m/b b2c.minio=m,https://h,k,secret:s b2c.secret=s,from=smbios:s',
    'warning b2c/never-synced: Volume has a mirror, and no condition on which it is pulled or pushed > Add pull_on=pipeline_start, or push_on=pipeline_end',
  ],
  [
    'b2c.run="-v a:/a r.example/a" b2c.cache_device=auto b2c.volume=a,push_on=^changes',
    'warning b2c/condition-without-mirror: push_on has no effect: the volume has no mirror > Add mirror=ALIAS/BUCKET/PATH',
  ],
  [
    'b2c.run="-v a:/a r.example/a" b2c.volume=a,mirror=m/b,push_on=^changes|pipeline_end b2c.minio=m,https://h,k,secret:s b2c.secret=s,from=smbios:s',
    'warning b2c/changes-override: "changes" overrides the other conditions of push_on > Write it alone: the volume is synchronised once more at the end',
  ],
  [
    'b2c.run="-v a:/a r.example/a" b2c.volume=a,mirror=^m/b,push_on=changes',
    'error b2c/unknown-alias: No b2c.minio has the alias "m": there are none > Add b2c.minio=m,URL,KEY,SECRET',
  ],
  [
    'b2c.run=r.example/a b2c.cache_device=auto ^b2c.volume=a',
    'warning b2c/never-mounted: No container mounts volume "a" > Add -v a:/PATH to one',
  ],
  [
    'b2c.run="-v a:/a r.example/a" ^b2c.volume=a',
    'warning b2c/volume-in-memory: Volume is in memory and not mirrored: what is on it is gone with the machine > Add b2c.cache_device=auto, filesystem= or mirror=; or expiration=pipeline_end if that is meant',
  ],
  [
    'b2c.run="-v a:/a r.example/a" b2c.filesystem=n,src=h:/,type=nfs b2c.volume=a,filesystem=n,fscrypt_key=^secret:s b2c.secret=s,from=smbios:s',
    'error b2c/not-encryptable: File system "n" of type "nfs" cannot encrypt a volume > Use ext4 or f2fs, or the cache',
  ],
  [
    'b2c.run="-v a:/a r.example/a" b2c.volume=a,fscrypt_key=^secret:s,expiration=pipeline_end b2c.secret=s,from=smbios:s',
    'error b2c/encryption-in-memory: Volume with fscrypt_key has no file system to be encrypted on: it is in memory > Add filesystem=… or b2c.cache_device=auto',
  ],
  [
    'b2c.run="-v a:/a r.example/a" b2c.cache_device=auto b2c.volume=a,fscrypt_key=^^AAAA',
    'error b2c/bad-fscrypt-key: fscrypt_key is 3 bytes long: the kernel takes 32 to 64 > Write what "head -c 64 /dev/urandom | base64 -w0" prints',
    'warning b2c/secret-in-clear: Key of the volume stands on the command line, where every container and log can read it > Write secret:NAME and add b2c.secret=NAME,from=fw_cfg:…, smbios:…, file:… or https://…',
  ],
  [
    'b2c.run="-v a:/a r.example/a" b2c.cache_device=auto b2c.volume=a,fscrypt_key=^^A-B',
    'error b2c/bad-fscrypt-key: fscrypt_key is not base64 > Write what "head -c 64 /dev/urandom | base64 -w0" prints',
    'warning b2c/secret-in-clear: Key of the volume stands on the command line, where every container and log can read it > Write secret:NAME and add b2c.secret=NAME,from=fw_cfg:…, smbios:…, file:… or https://…',
  ],
  [
    'b2c.run="-v a:/a r.example/a" b2c.cache_device=auto ^b2c.volume=a,fscrypt_reset_key',
    'warning b2c/reset-without-key: fscrypt_reset_key has no effect without fscrypt_key > Add fscrypt_key=secret:NAME',
  ],
  [
    'b2c.run=r.example/a b2c.minio=m,https://h,k,^secret:sb b2c.secret=sa,from=smbios:a b2c.minio=n,https://h,k,secret:sa',
    'error b2c/unknown-secret: No b2c.secret is named "sb": known are sa > Write secret:sa',
  ],
  [
    'b2c.run=r.example/a ^b2c.secret=s,from=fw_cfg:opt/s',
    'warning b2c/unused-secret: Secret "s" is used nowhere > Write secret:s where it belongs',
  ],
  [
    'b2c.run=r.example/a b2c.report=^volume:v/a',
    'error b2c/report-volume: No b2c.volume is named "v", which the report is to go to > Add b2c.volume=v',
  ],

  [
    'b2c.run=r.example/a b2c.report=^http://u:p@h/',
    'warning b2c/url-in-clear: URL of the report "http://…@h/" is not encrypted: who is on the network can read and change it > Write https:',
  ],
  [
    '^b2c.extra_args_url=http://h/',
    'warning b2c/unsigned-arguments: Extra arguments come by http and are not signed: who is on the network can run what they like > Sign them and add b2c.extra_args_key=…, or write https:',
  ],
  [
    'b2c.run=r.example/a ^b2c.iface=e,nameserver=1.1.1.1',
    'warning b2c/idle-interface: Interface "e" gets no address > Add auto, or address=10.0.0.2/24',
  ],
  [
    'b2c.run=r.example/a ^b2c.iface=e,address=fd00:1::2/32,gateway=fd01::1,nameserver=1.1.1.1',
    'warning b2c/gateway-outside: Gateway "fd01::1" is in none of the networks of the interface > Correct the gateway, or the prefix length of the address',
  ],
  [
    'b2c.run=r.example/a ^b2c.iface=e,address=fd00:1::2/32,gateway=fd00:1:7::1',
    'warning b2c/no-nameserver: No name server: addresses are static, and names of hosts cannot be looked up > Add nameserver=… to an interface',
  ],
  [
    'b2c.run=r.example/a b2c.iface=e,auto ^ip=dhcp',
    'warning b2c/ip-ignored: b2c.iface takes the place of "ip=", which has no effect > Remove one of the two',
  ],
  [
    'b2c.run=r.example/a b2c.iface=e,auto ^ip=nonsense',
    'warning b2c/ip-ignored: b2c.iface takes the place of "ip=", which has no effect > Remove one of the two',
  ],
  [
    'b2c.run=r.example/a ^b2c.hostname=a_b',
    'error b2c/bad-hostname: Hostname "a_b" is not valid: expected letters, digits, "-" and ".", at most 64',
  ],
  [
    'b2c.run=r.example/a ^b2c.insmods=a.ko,drivers/net/b.ko,/c.ko.xz,d/',
    'error b2c/bad-module: Cannot load "d/": expected the file of a module > Write its name, as in igb.ko, or its path below /usr_mods',
  ],
  [
    'b2c.run=r.example/a ^b2c.poweroff_delay=5 b2c.on_finish=hold',
    'warning b2c/delay-unused: b2c.poweroff_delay has no effect with b2c.on_finish=hold > Remove one of the two',
  ],
  [
    'b2c.run=r.example/a ^b2c.reboot_cmd=x',
    'info b2c/command-unused: b2c.reboot_cmd is run only when a container asks for it: b2c.on_finish is poweroff > Write b2c.on_finish=reboot if the end of the pipeline is meant',
  ],

  [
    `b2c.run=r.example/a x.y=${'a'.repeat(2023)}^ä`,
    'error b2c/cmdline-too-long: Command line has 2049 bytes: the kernel takes 2047, and drops the rest > Move parameters to a file of extra arguments; "afloat config compile --target b2c" does it by itself',
  ],
  [
    `b2c.run=r.example/a quiet x.y ${many((at) => `a${at}=b`, 32)} ^a=c a=d`,
    'warning b2c/too-many-words: 34 assignments without a dot: a kernel that knows less than 2 of them panics > Leave out what is for no one',
  ],
  [
    'b2c.run=r.example/a -- x ^console=ttyS0 b2c.pipefail',
    'warning b2c/behind-dashes: The kernel does not read "console": it stands behind "--" > Move it in front of "--"',
  ],
  [
    'quiet b2c.run=r.example/a ^echo hi',
    'warning b2c/stray-word: Word is no part of b2c.run: a blank ended it > Put the value in double quotes: b2c.run="…"',
  ],
  [
    'b2c.run=r.example/a ^ip=eth0:x',
    'error b2c/bad-ip: Cannot read ip="eth0:x": expected "dhcp", "DEVICE:dhcp" or client:server:gateway:netmask:… > Write ip=dhcp, or use b2c.iface',
  ],
  [
    'b2c.run=r.example/a x.y=^\x1b',
    'warning b2c/control-character: Control character in the command line: boot loaders may stop there > Remove it',
  ],
]

const say = ({ severity, code, message, hint }: Finding & { severity: string }) =>
  `${severity} ${code}: ${message}${hint === undefined ? '' : ` > ${hint}`}`

test('checkCmdline() finds nothing wrong with what is right', () => {
  for (const cmdline of [
    `b2c.run=${IMAGE}`,
    `console=ttyS0 b2c.run="-ti --rm -e A='b c' -v job:/j ${IMAGE}@sha256:${'0'.repeat(64)} sh -c 'a | b > c; d'" b2c.volume=job,mirror=m/b/p,pull_on=pipeline_start,push_on=changes b2c.minio=m,http://h:9000,k,secret:s b2c.secret=s,from=fw_cfg:opt/org.example/s quiet\n`,
    `b2c.extra_args_url=http://h/ b2c.extra_args_key=${KEY} b2c.volume=a,filesystem=f b2c.filesystem=f,src=LABEL=x`,
    `b2c.run="docker://${IMAGE}" b2c.cache_device=auto b2c.swap=1G b2c.privileged=no b2c.cap_add=NET_ADMIN b2c.iface=e,address=10.1.2.3/23,gateway=10.1.3.1,nameserver=1.1.1.1`,
  ])
    assert.deepEqual(checkCmdline(cmdline).findings.map(say), [])
})

test('checkCmdline() says what is wrong, where, and what to do', () => {
  for (const [marked, ...said] of WRONG) {
    const cmdline = marked.replaceAll('^', '')
    const offsets = [...marked]
      .flatMap((character, at) => (character === '^' ? [at] : []))
      .map((at, index) => at - index)
    const { findings } = checkCmdline(cmdline)
    assert.deepEqual(
      findings.map((found) => [found.offset, say(found)]),
      said.map((text, index) => [offsets[index] ?? offsets.at(-1), text]),
      cmdline,
    )
  }
})

test('checkCmdline() places what is in extra arguments there', () => {
  const { findings } = checkCmdline(
    'b2c.extra_args_url=https://h/',
    `b2c.run=${IMAGE}\nb2c.volume=a,filesystem=f\nb2c.extra_args_url=x`,
  )
  assert.deepEqual(
    findings.map(({ code, in: where, offset }) => [code, where, offset]),
    [
      ['b2c/never-mounted', 'extra-arguments', 20],
      ['b2c/unknown-filesystem', 'extra-arguments', 44],
      ['b2c/not-in-extra-arguments', 'extra-arguments', 46],
    ],
  )
  const long = checkCmdline('b2c.extra_args_url=https://h/', `b2c.run=${IMAGE} ${'x'.repeat(64 * 1024)}`)
  assert.deepEqual(
    long.findings.map(({ code }) => code),
    ['b2c/arguments-too-long'],
  )
})

test('every finding has been tried', () => {
  const tried = new Set(WRONG.flatMap(([, ...said]) => said.map((text) => /b2c\/[\w-]+/.exec(text)![0])))
  tried.add('b2c/not-in-extra-arguments').add('b2c/arguments-too-long')
  const makers = Object.values({ ...readErrors, ...checkErrors }) as ((...values: unknown[]) => Finding)[]
  // A text that can be taken for a list.
  const value = Object.assign(new String('a'), { join: () => 'a' })
  const known = new Set(makers.map((make) => make(value, value, value, value).code))
  assert.deepEqual(
    [...known].filter((code) => !tried.has(code)),
    [],
  )
})
