import { type Descriptions, oneOf, required } from '../schema/description.ts'

/** What fcos adds to its base, for editors. */
export const fcosDescriptions: Descriptions = {
  config: {
    about: 'The configuration of a machine, applied once at its first boot.',
    fields: {
      boot_device: 'The disk that the machine boots from: mirrored or encrypted.',
      grub: 'The boot loader.',
    },
  },
  boot_device: {
    about: 'The disk that the machine boots from.',
    fields: {
      layout: oneOf(
        ['aarch64', 'ppc64le', 'x86_64', 's390x-eckd', 's390x-virt', 's390x-zfcp'],
        'Architecture, and on mainframes the kind of disk. Default: x86_64.',
      ),
      luks: 'Encrypt the root file system.',
      mirror: 'Keep the boot disk on several disks at once.',
    },
  },
  boot_device_luks: {
    about: 'How the root file system is encrypted.',
    fields: {
      tpm2: 'Bind it to the TPM of the machine. Default: false.',
      tang: 'Tang servers that unlock it.',
      threshold: 'How many of these ways must work. Default: 1.',
      discard: 'Pass on to the disk which blocks are free. Default: false.',
      cex: 'Unlock it by a crypto card of a mainframe.',
      device: 'Disk to encrypt, on mainframes.',
    },
  },
  boot_device_mirror: {
    about: 'The disks that hold the same.',
    fields: { devices: 'Paths of two disks or more.' },
  },
  grub: { about: 'The boot loader.', fields: { users: 'Who may change what is booted.' } },
  grub_user: {
    about: 'A user of the boot loader.',
    fields: {
      name: required('Name of the user.'),
      password_hash: required('Hash of the password, as grub2-mkpasswd-pbkdf2 prints it.'),
    },
  },
}
