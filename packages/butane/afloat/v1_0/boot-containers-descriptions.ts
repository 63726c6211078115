import { type Descriptions, oneOf, required } from '../../schema/description.ts'

/** What a pipeline of boot2container holds, for editors. */
export const bootContainersDescriptions: Descriptions = {
  boot_containers: {
    about: 'A pipeline that a machine without an operating system on disk runs at every boot.',
    fields: {
      run: 'Containers that are run one after the other.',
      run_service: 'Containers that are started before the pipeline, in the background.',
      run_post: 'Containers that are run after the pipeline, whatever came of it.',
      pipefail: 'Stop at the first container that fails. Default: false.',
      pull: oneOf(
        ['always', 'newer', 'missing', 'never'],
        'When images are pulled. newer (default): each time, but a cached image will do when the registry is silent.',
      ),
      privileged: 'Whether containers may do everything. Default: true.',
      cap_add: 'Capabilities that containers get, where they are not privileged.',
      cap_drop: 'Capabilities that containers lose, where they are not privileged.',
      read_only: 'Whether root file systems of containers are read-only. Default: false.',
      require: 'What images must have: digest, signature, or both.',
      image_key: 'Public keys, one of which must have signed an image: base64 or PEM.',
      cache_device:
        'Where images are kept: none (default), auto, reset, a device, or the name of one of filesystem.',
      cache_limit: 'The most that images may take of the cache, as in 10G.',
      swap: 'Size of a swap file on the cache, as in 512M.',
      filesystem: 'File systems that volumes and the cache can be on.',
      volume: 'Volumes that containers can mount.',
      minio: 'S3 servers that volumes are mirrored to.',
      iface: 'Network interfaces. Default: DHCP on every Ethernet interface.',
      ntp_peer: 'Server to set the clock from: none (default), auto, or a host.',
      extra_args_url: 'URL at which what does not fit the command line will be offered.',
      extra_args_key: 'Public keys, one of which must have signed it, as afloat key generate prints them.',
      insmods: 'Files of kernel modules to load.',
      keymap: 'Keymap of the console.',
      poweroff_delay: 'Seconds to wait before the machine powers off. Default: 0.',
      shutdown_cmd: 'Shell command instead of powering off.',
      reboot_cmd: 'Shell command instead of restarting.',
      on_finish: oneOf(
        ['poweroff', 'reboot', 'rerun', 'soft-reboot', 'hold'],
        'What comes after the pipeline. Default: poweroff.',
      ),
      report: 'Where the report goes: console, virtio, virtio:PORT, volume:NAME/PATH, or a URL.',
      secret: 'Values that do not stand on the command line; secret:NAME refers to them.',
    },
  },
  boot_container: {
    about: 'A container of a pipeline.',
    fields: {
      image: required('Image in full, with its registry.'),
      options: 'Options of podman create: a line that is split as by a shell, or a list of words.',
      command: 'What to run instead of what the image says: a line, or a list of words.',
    },
  },
  boot_filesystem: {
    about: 'A file system that is mounted where a volume or the cache is on it.',
    fields: {
      name: required('What volumes and the cache call it.'),
      src: required('Device, LABEL=…, or SERVER:/PATH.'),
      type: 'Type, as in ext4 or nfs. Default: what is found there.',
      opts: 'Mount options.',
    },
  },
  boot_volume: {
    about: 'A volume, which containers mount by its name.',
    fields: {
      name: required('Name of the volume.'),
      filesystem: 'Where it is. Default: the cache, else memory.',
      mirror: 'ALIAS/BUCKET/PATH to pull from and push to.',
      pull_from: 'ALIAS/BUCKET/PATH to pull from.',
      push_to: 'ALIAS/BUCKET/PATH to push to.',
      pull_on: 'When: pipeline_start, container_start, container_end, pipeline_end, changes.',
      push_on: 'When: pipeline_start, container_start, container_end, pipeline_end, changes.',
      expiration: oneOf(['never', 'pipeline_end'], 'When it is removed. Default: never.'),
      overwrite: 'Replace what is newer at the other end.',
      remove: 'Remove what is gone at the source.',
      exclude: 'Patterns of what is not mirrored.',
      encrypt_key: 'Name of the key that S3 encrypts with.',
      preserve: 'Keep attributes of files.',
      fscrypt_key: 'secret:NAME, or base64 of the 32 to 64 bytes that the volume is encrypted with.',
      fscrypt_reset_key: 'Empty the volume when the key does not fit, instead of failing.',
    },
  },
  boot_s3_alias: {
    about: 'An S3 server.',
    fields: {
      alias: required('What mirrors call it.'),
      url: required('http: or https: URL.'),
      key: required('Access key, or secret:NAME.'),
      secret: required('secret:NAME, or the secret key itself.'),
    },
  },
  boot_interface: {
    about: 'A network interface.',
    fields: {
      name: required('Name, as in eth0.'),
      dhcp: 'Ask for an address.',
      address: 'Addresses with their prefix length, as in 10.0.0.2/24.',
      gateway: 'Address of the router.',
      route: 'Other routes, as DESTINATION:GATEWAY.',
      nameserver: 'Addresses of name servers.',
      forward: 'Forward packets between this interface and others.',
    },
  },
  boot_secret: {
    about: 'A value that does not stand on the command line.',
    fields: {
      name: required('What secret:NAME calls it.'),
      from: required('fw_cfg:KEY, smbios:NAME, file:FILESYSTEM/PATH, or an https: URL.'),
    },
  },
}
