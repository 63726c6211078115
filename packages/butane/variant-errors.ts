import { finding } from '@afloat/report'

const unsupported = (code: string, what: string) =>
  finding(`butane/${code}`, `${what} not supported in this spec version`, 'Remove it')

/** What is wrong with sugar that only some variants have, or not allowed in some. The words are the reference program's. */
export const variantErrors = {
  // fields that a variant does not have
  clevisNotSupported: unsupported('clevis-not-supported', 'clevis is'),
  cexNotSupported: finding(
    'butane/cex-not-supported',
    'cex is not currently supported on the target platform',
    'Remove it',
  ),
  disksNotSupported: unsupported('disks-not-supported', 'disk customization is'),
  filesystemsNotSupported: unsupported('filesystems-not-supported', 'filesystem customization is'),
  luksNotSupported: unsupported('luks-not-supported', 'luks is'),
  raidNotSupported: unsupported('raid-not-supported', 'raid is'),
  kernelArgumentsNotSupported: unsupported(
    'kernel-arguments-not-supported',
    'kernel argument customization is',
  ),
  directoriesNotSupported: unsupported('directories-not-supported', 'directories are'),
  linksNotSupported: unsupported('links-not-supported', 'links are'),
  groupsNotSupported: unsupported('groups-not-supported', 'groups are'),
  appendNotSupported: unsupported('append-not-supported', 'appending to files is'),
  compressionNotSupported: unsupported('compression-not-supported', 'file compression is'),
  headersNotSupported: unsupported('headers-not-supported', 'file HTTP headers are'),
  specialModeNotSupported: unsupported('special-mode-not-supported', 'special mode bits are'),
  btrfsNotSupported: unsupported('btrfs-not-supported', 'btrfs is'),
  formatNoneNotSupported: unsupported('format-none-not-supported', 'format "none" is'),
  userNameNotSupported: unsupported('user-name-not-supported', 'users other than "core" are'),
  userFieldNotSupported: unsupported(
    'user-field-not-supported',
    'fields other than "name", "ssh_authorized_keys", and "password_hash" (4.13.0+) are',
  ),
  sourceNotData: finding(
    'butane/source-not-data',
    'file contents source must be data URL in this spec version',
    'Use inline: or local:',
  ),
  useOpenshiftArguments: finding(
    'butane/use-openshift-arguments',
    'this section cannot be used for kernel arguments in this spec version; use openshift.kernel_arguments instead',
  ),

  // disks
  mountPointForbidden: finding(
    'butane/mount-point-forbidden',
    'path must be under /etc or /var if with_mount_unit is true',
  ),
  reuseByLabel: finding(
    'butane/reuse-by-label',
    'partitions cannot be reused by label; number must be specified except on boot disk (/dev/disk/by-id/coreos-boot-disk) or when wipe_table is true',
  ),
  wrongPartitionNumber: finding(
    'butane/wrong-partition-number',
    'incorrect partition number; a new partition will be created using reserved label',
  ),
  rootTooSmall: finding('butane/root-too-small', 'root should have 8GiB of space assigned'),
  rootConstrained: finding(
    'butane/root-constrained',
    'root partition cannot expand; it is set to fill available space but is followed by an auto-positioned partition',
  ),

  // the boot device
  unknownLayout: (known: readonly string[]) =>
    finding('butane/unknown-layout', `layout must be one of: ${known.join(', ')}`),
  tooFewMirrorDevices: finding('butane/too-few-mirror-devices', 'mirroring requires at least two devices'),
  mirrorWithoutLayout: finding(
    'butane/mirror-without-layout',
    'boot_device.layout should be specified when boot_device.mirror is specified',
  ),
  mirrorNotSupported: finding(
    'butane/mirror-not-supported',
    'mirroring not supported on layouts: s390x-eckd, s390x-zfcp, s390x-virt',
  ),
  luksDeviceMissing: finding(
    'butane/luks-device-missing',
    'device is required for layouts: s390x-eckd, s390x-zfcp',
  ),
  luksDeviceName: finding(
    'butane/luks-device-name',
    'device name must start with /dev/dasd on s390x-eckd layout or /dev/sd on s390x-zfcp layout',
  ),
  luksMethodMissing: finding('butane/luks-method-missing', 'no method specified for luks'),
  cexArchitecture: finding(
    'butane/cex-architecture',
    'when using cex the targeted architecture must match s390x',
  ),
  cexWithClevis: finding('butane/cex-with-clevis', 'cannot use cex with clevis'),

  // the boot loader
  grubUserName: finding('butane/grub-user-name', 'field "name" is required'),
  grubPassword: finding('butane/grub-password', 'field "password_hash" is required'),

  // quadlets
  quadletExtension: finding(
    'butane/quadlet-extension',
    'unsupported file extension for quadlet: must be one of .container, .volume, .network, .kube, .image, .build, .pod, or .artifact',
  ),
  instanceWithContents: finding(
    'butane/instance-with-contents',
    'template instances cannot have contents or contents_local',
  ),
  nodeExists: finding(
    'butane/node-exists',
    'matching filesystem node has existing contents or different type',
    'Remove one of the two',
  ),

  // MachineConfigs
  metadataName: finding('butane/metadata-name', 'metadata.name is required'),
  roleLabel: finding('butane/role-label', 'machineconfiguration.openshift.io/role label is required'),
  kernelType: finding('butane/kernel-type', 'must be empty, "default", or "realtime"'),
  cexArgumentMissing: finding(
    'butane/cex-argument-missing',
    "'rd.luks.key=/etc/luks/cex.key' must be set as kernel argument when CEX is enabled for the boot device",
  ),
  fieldElided: finding('butane/field-elided', 'field ignored in raw mode'),
} as const
