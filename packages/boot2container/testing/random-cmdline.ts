/** What is used of a stream of random numbers. */
interface Random {
  ratio(): number
  int(min: number, max: number): number
  pick<T>(list: readonly T[]): T
  shuffle<T>(list: readonly T[]): T[]
}

/** A command line that boot2container reads too, of all its options, with quotes wherever they may stand. */
export function randomCmdline(random: Random): string {
  const words = Array.from({ length: random.int(1, 14) }, () => quote(random, randomParameter(random)))
  return words.reduce((line, word) => `${line}${random.pick([' ', ' ', '  ', '\t'])}${word}`, '')
}

function randomParameter(random: Random): string {
  const { pick, int } = random
  const some = (list: readonly string[], most = 3) => Array.from({ length: int(1, most) }, () => pick(list))
  const fields = (name: string, list: readonly string[]) =>
    [name, ...(random.ratio() < 0.2 ? [] : random.shuffle(list).slice(0, int(0, list.length)))].join(',')
  switch (int(0, 17)) {
    case 0:
    case 1:
      return `b2c.${pick(['run', 'container'])}=${randomArguments(random)}`
    case 2:
      return `b2c.${pick(['run_service', 'service'])}=${randomArguments(random)}`
    case 3:
      return `b2c.${pick(['run_post', 'post_container'])}=${randomArguments(random)}`
    case 4:
      return 'b2c.pipefail'
    case 5:
      return `b2c.cache_device=${pick(['none', 'auto', 'reset', '/dev/vda', '/dev/disk/by-label/a b', 'nfs'])}`
    case 6:
      return `b2c.swap=${int(1, 900)}${pick(['', 'K', 'KiB', 'M', 'MiB', 'G', 'GiB', 'GB'])}`
    case 7:
      return `b2c.filesystem=${fields(pick(['nfs', 'fs']), [])},src=${pick(['/dev/vda', 'LABEL=x=y', 'h:/a b'])}${pick(['', ',type=ext4'])}${pick(['', ',opts=ro', ',opts=ro|vers=4'])}`
    case 8:
    case 9:
      return `b2c.volume=${fields(pick(['a', 'job-1', 'x.y']), VOLUME_FIELDS)}`
    case 10:
      return `b2c.minio=${pick(['m', 'n'])},http://${pick(['a', '10.0.0.1:9000', 'h/x'])},${pick(['key', 'k=1'])},${pick(['secret', 'a,b,c', 'x y'])}`
    case 11:
      return `b2c.iface=${fields(pick(['eth0', 'en1']), INTERFACE_FIELDS)}`
    case 12:
      return `b2c.ntp_peer=${pick(['none', '10.0.0.1', 'time.example.org'])}`
    case 13:
      return `b2c.extra_args_url=${pick(['http://h/a', 'https://h:1/a?b=c=d'])}`
    case 14:
      return `b2c.insmods=${some(['a.ko', 'b-c.ko', 'd_e.ko']).join(',')}`
    case 15:
      return `b2c.${pick(['hostname=h', 'hostname=h-2.x', 'keymap=de', 'keymap=fr-latin9', 'poweroff_delay=0', 'poweroff_delay=15'])}`
    case 16:
      return `b2c.${pick(['shutdown_cmd', 'reboot_cmd'])}=${pick(['poweroff -f', 'sync; reboot', 'a=b', "echo 'x  y'"])}`
    default:
      return pick([
        'quiet',
        'console=ttyS0,115200',
        'ip=dhcp',
        'b2c.unheard',
        'b2c.unheard=of it',
        'xb2c.run=a',
        'a b',
        '',
      ])
  }
}

const VOLUME_FIELDS: readonly string[] = [
  'filesystem=nfs',
  'mirror=m/b/p',
  'mirror=n/b=c',
  'pull_from=m/x',
  'push_to=n/y z',
  'pull_on=pipeline_start',
  'pull_on=pipeline_start|container_start',
  'push_on=changes',
  'push_on=container_end|pipeline_end|changes',
  'expiration=never',
  'expiration=pipeline_end',
  'overwrite',
  'remove',
  'exclude=*.tmp',
  'exclude=a b',
  'encrypt_key=k',
  'preserve',
  'fscrypt_key=AAAA+/==',
  'fscrypt_reset_key',
]

const INTERFACE_FIELDS: readonly string[] = [
  'auto',
  'dhcp',
  'address=10.0.0.2/24',
  'address=fd00::2/64',
  'gateway=10.0.0.1',
  'gateway=10.0.0.9',
  'route=10.1.0.0/16:10.0.0.1',
  'route=default:10.0.0.1',
  'route=192.168.0.0/24:10.0.0.2',
  'nameserver=1.1.1.1',
  'nameserver=fd00::1',
  'forward',
]

/** Words in each way that a shell quotes; what a shell would expand stands in single quotes or behind a backslash. */
function randomArguments({ pick, int }: Random): string {
  const pieces = [
    '-ti',
    'alpine',
    'a=b',
    "'a  b'",
    "''",
    "x'y z'w",
    'a\\ b',
    "\\'",
    '\\\\',
    "'$HOME;'",
    '\\$x',
    '--',
    "'\\'",
    '\\a',
    ',|'.replace('|', '\\|'),
  ]
  return Array.from({ length: int(0, 6) }, () => pick(pieces)).join(pick([' ', '  ']))
}

/** Quotes around the value, around all of it, or anywhere: they are dropped. Without them a blank ends the word. */
function quote({ pick, int }: Random, word: string): string {
  const at = word.indexOf('=') + 1
  switch (pick(['value', 'value', 'word', 'middle', 'none'])) {
    case 'value':
      return at > 0 ? `${word.slice(0, at)}"${word.slice(at)}"` : word
    case 'word':
      return `"${word}"`
    case 'middle': {
      const from = int(0, Math.min(4, word.length))
      return `${word.slice(0, from)}"${word.slice(from)}"`
    }
    default:
      return /[ \t]/.test(word) ? `"${word}"` : word
  }
}
