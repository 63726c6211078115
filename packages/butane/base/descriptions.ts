import { type Descriptions, oneOf, required } from '../schema/description.ts'

const LOCAL = 'in the files directory, which is given with --files-dir'

/** What files, directories and links have in common. */
const node = {
  path: required('Absolute path on the machine.'),
  overwrite: 'Whether what is at the path already is replaced. Default: false.',
  user: 'Owner. Default: root.',
  group: 'Group. Default: root.',
}

const source = {
  source: 'URL to take the contents from: data:, http:, https:, or what else the system can fetch.',
  inline: 'The contents themselves.',
  local: `Path of a file ${LOCAL}, to take the contents from.`,
  compression: oneOf(
    ['', 'gzip'],
    'gzip if the contents at source are packed; what is inline or local is packed for you.',
  ),
  http_headers: 'Headers of the request to an http: or https: source.',
  verification: 'What the contents are compared with.',
}

/** Fields of Ignition under their Butane names, and the sugar that all variants have. */
export const baseDescriptions: Descriptions = {
  config: {
    about: 'The configuration of a machine, applied once at its first boot.',
    fields: {
      variant: required('Language that the file is written in.'),
      version: required('Version of the language.'),
      ignition: 'How the configuration itself is fetched, and what others belong to it.',
      kernel_arguments: 'Arguments on the kernel command line.',
      passwd: 'Users and groups.',
      storage: 'Disks, file systems, files, directories and links.',
      systemd: 'Units of systemd.',
    },
  },

  ignition: {
    about: 'How the configuration itself is fetched, and what others belong to it.',
    fields: {
      config: 'Other configurations to merge into this one, or to use in its place.',
      proxy: 'Proxy for what is fetched.',
      security: 'Whom to trust when something is fetched.',
      timeouts: 'How long to wait for servers.',
    },
  },
  configReferences: {
    about: 'Other Ignition configurations.',
    fields: {
      merge: 'Configurations to merge into this one, in order; what they say wins.',
      replace: 'Configuration to use instead of this one.',
    },
  },
  reference: { about: 'A configuration or certificate from elsewhere.', fields: source },
  resource: { about: 'Contents of a file.', fields: source },
  header: {
    about: 'Header of an HTTP request.',
    fields: {
      name: required('Name of the header.'),
      value: 'Value of the header; without it the header is left out.',
    },
  },
  verification: {
    about: 'What contents are compared with.',
    fields: { hash: 'sha256- or sha512- and the hash in hexadecimal digits, of the unpacked contents.' },
  },
  proxy: {
    about: 'Proxy for what is fetched.',
    fields: {
      http_proxy: 'URL of the proxy for http: sources.',
      https_proxy: 'URL of the proxy for https: sources.',
      no_proxy: 'Hosts that are asked without the proxy.',
    },
  },
  security: { about: 'Whom to trust.', fields: { tls: 'Trust in servers of https: sources.' } },
  tls: {
    about: 'Trust in servers of https: sources.',
    fields: {
      certificate_authorities: 'Certificate authorities to trust besides those of the system, in PEM.',
    },
  },
  timeouts: {
    about: 'How long to wait for servers.',
    fields: {
      http_response_headers: 'Seconds until a server must have begun to answer. Default: 10.',
      http_total: 'Seconds until a file must have been fetched; 0 is no limit. Default: 0.',
    },
  },
  kernelArguments: {
    about: 'Arguments on the kernel command line.',
    fields: {
      should_exist: 'Arguments to add where they are missing.',
      should_not_exist: 'Arguments to remove.',
    },
  },

  passwd: {
    about: 'Users and groups.',
    fields: { users: 'Users to make or change.', groups: 'Groups to make or change.' },
  },
  user: {
    about: 'A user.',
    fields: {
      name: required('Name to log in with.'),
      uid: 'Number of the user.',
      password_hash: 'Hash of the password, as mkpasswd prints it.',
      ssh_authorized_keys: 'Public SSH keys to log in with, one per item.',
      ssh_authorized_keys_local: `Files with public SSH keys ${LOCAL}, one key per line.`,
      gecos: 'Full name, or another comment.',
      home_dir: 'Home directory.',
      no_create_home: 'Do not make the home directory.',
      primary_group: 'Name of the main group.',
      groups: 'Names of further groups.',
      no_user_group: 'Do not make a group of the same name.',
      no_log_init: 'Leave the user out of the databases of logins.',
      shell: 'Program to run at login.',
      should_exist: 'false removes the user. Default: true.',
      system: 'Whether it is an account of the system, with a low number and no expiry.',
    },
  },
  passwdGroup: {
    about: 'A group.',
    fields: {
      name: required('Name of the group.'),
      gid: 'Number of the group.',
      password_hash: 'Hash of the password of the group.',
      should_exist: 'false removes the group. Default: true.',
      system: 'Whether it is a group of the system, with a low number.',
    },
  },

  storage: {
    about: 'Disks, file systems, files, directories and links.',
    fields: {
      disks: 'Disks to partition.',
      raid: 'Software RAID arrays to make.',
      luks: 'Encrypted volumes to make.',
      filesystems: 'File systems to make or reuse.',
      files: 'Files to write.',
      directories: 'Directories to make, or to give another owner or mode.',
      links: 'Symbolic and hard links to make.',
      trees: 'Local directories to write to the machine as they are.',
    },
  },
  disk: {
    about: 'A disk and its partitions.',
    fields: {
      device: required('Path of the disk, best one below /dev/disk.'),
      wipe_table: 'Delete the partition table first. Default: false.',
      partitions: 'Partitions to have on the disk.',
    },
  },
  partition: {
    about: 'A partition, known by its number or its label.',
    fields: {
      number: 'Number of the partition; 0 takes the next free one.',
      label: 'Label, up to 36 characters without a colon.',
      size_mib: 'Size in MiB; 0 takes what is free.',
      start_mib: 'Where it begins, in MiB; 0 takes the first place that is large enough.',
      type_guid: 'GUID of the type of the partition. Default: Linux data.',
      guid: 'GUID of the partition.',
      resize: 'Change the size of a partition that is there already. Default: false.',
      should_exist: 'false removes the partition. Default: true.',
      wipe_partition_entry: 'Delete a partition that differs, and make it anew. Default: false.',
    },
  },
  raid: {
    about: 'A software RAID array.',
    fields: {
      name: required('Name of the array, below /dev/md.'),
      level: required('Level, such as raid1.'),
      devices: required('Devices that make up the array.'),
      spares: 'Number of the devices that stand by.',
      options: 'Further options for mdadm.',
    },
  },
  luks: {
    about: 'An encrypted volume.',
    fields: {
      name: required('Name of the opened volume, below /dev/mapper.'),
      device: required('Device to encrypt.'),
      key_file: 'Contents of the key; without it and clevis or cex, a random one is made.',
      label: 'Label of the volume.',
      uuid: 'UUID of the volume.',
      options: 'Further options for making it.',
      open_options: 'Further options for opening it.',
      discard: 'Pass on to the disk which blocks are free. Default: false.',
      wipe_volume: 'Make it anew even if there is one already. Default: false.',
      clevis: 'Unlock it by a TPM or by servers of the network.',
      cex: 'Unlock it by a crypto card of a mainframe.',
    },
  },
  clevis: {
    about: 'How a volume is unlocked without a person.',
    fields: {
      tpm2: 'Bind the volume to the TPM of the machine. Default: false.',
      tang: 'Tang servers that unlock it.',
      threshold: 'How many of these ways must work. Default: 1.',
      custom: 'Another configuration for Clevis.',
    },
  },
  clevisCustom: {
    about: 'Another configuration for Clevis.',
    fields: {
      pin: 'Name of the pin.',
      config: 'Configuration of the pin, as JSON.',
      needs_network: 'Whether the pin needs the network.',
    },
  },
  tang: {
    about: 'A Tang server.',
    fields: {
      url: required('URL of the server.'),
      thumbprint: required('Thumbprint of its signing key.'),
      advertisement: 'What the server advertises, for machines that cannot reach it at their first boot.',
    },
  },
  cex: {
    about: 'A crypto card of a mainframe.',
    fields: { enabled: 'Whether a key of the card unlocks the volume.' },
  },
  filesystem: {
    about: 'A file system to make or reuse.',
    fields: {
      device: required('Path of the device, best one below /dev/disk.'),
      format: oneOf(
        ['btrfs', 'ext4', 'none', 'swap', 'vfat', 'xfs'],
        'Kind of file system; none leaves the device as it is.',
      ),
      path: 'Where to mount it while files are written.',
      label: 'Label of the file system.',
      uuid: 'UUID of the file system.',
      options: 'Further options for making it.',
      mount_options: 'Options for mounting it.',
      wipe_filesystem: 'Make it anew even if a fitting one is there. Default: false.',
      with_mount_unit: 'Also make a unit that mounts it at every boot, or uses it as swap. Default: false.',
    },
  },
  file: {
    about: 'A file.',
    fields: {
      ...node,
      contents: 'What the file holds.',
      append: 'What to append to the file.',
      mode: 'Permission bits in octal with a leading zero, as in 0600. Default: 0644.',
    },
  },
  directory: {
    about: 'A directory.',
    fields: { ...node, mode: 'Permission bits in octal with a leading zero, as in 0700. Default: 0755.' },
  },
  link: {
    about: 'A symbolic or hard link.',
    fields: {
      ...node,
      target: 'What the link leads to.',
      hard: 'Make a hard link instead of a symbolic one. Default: false.',
    },
  },
  owner: {
    about: 'A user or group, by number or by name.',
    fields: { id: 'Number.', name: 'Name; it must exist on the machine by then.' },
  },
  tree: {
    about: 'A local directory whose files are written to the machine.',
    fields: {
      local: required(`Path of a directory ${LOCAL}.`),
      path: 'Where it goes on the machine. Default: /.',
      user: 'Owner of everything in it.',
      group: 'Group of everything in it.',
      file_mode: 'Permission bits of the files. Default: 0755 for programs, 0644 for others.',
      dir_mode: 'Permission bits of the directories.',
    },
  },

  systemd: {
    about: 'Units of systemd.',
    fields: {
      units: 'Units to write, change, enable or mask.',
      quadlets: 'Containers as Quadlet files of podman.',
    },
  },
  unit: {
    about: 'A unit of systemd.',
    fields: {
      name: required('Name with its extension, as in backup.service.'),
      enabled: 'true starts it as its [Install] section says, false does not; without it, the image decides.',
      mask: 'Make it impossible to start. Default: false.',
      contents: 'The unit file.',
      contents_local: `Path of the unit file ${LOCAL}.`,
      dropins: 'Files that change single settings of the unit.',
    },
  },
  dropin: {
    about: 'A file that changes single settings of a unit.',
    fields: {
      name: required('Name that ends in .conf.'),
      contents: 'The settings, with their section.',
      contents_local: `Path of a file with the settings ${LOCAL}.`,
    },
  },
  quadlet: {
    about: 'A Quadlet file of podman: a container, volume, network or the like as a unit.',
    fields: {
      name: required('Name with its extension, as in web.container.'),
      contents: 'The Quadlet file.',
      contents_local: `Path of the Quadlet file ${LOCAL}.`,
      rootful: 'Run it for root instead of for the users of the machine. Default: false.',
      dropins: 'Files that change single settings of it.',
    },
  },
}
