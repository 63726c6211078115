import { finding } from '@afloat/report'

const q = (text: string) => JSON.stringify(text)

/** What can be wrong with a file that describes a pipeline of boot2container. */
export const bootErrors = {
  imageMissing: () => finding('butane/image-missing', 'Image of the container is missing', 'Add image:'),
  fieldMissing: (field: string) =>
    finding('butane/boot-field-missing', `${q(field)} is missing`, `Add ${field}:`),
  unclosedQuote: (key: string) =>
    finding('butane/bad-command', `Cannot split ${key}: a quote is not closed`, 'Write a list of words'),
  withoutSystem: (key: string) =>
    finding(
      'butane/without-system',
      `${q(key)} is for an operating system, and a machine that runs boot_containers has none`,
      'Put it into a file of its own',
    ),
  wantsTarget: () =>
    finding(
      'butane/wants-target',
      'boot_containers becomes a kernel command line, not Ignition',
      'Compile it with: afloat config compile --target b2c',
    ),
  noBootContainers: () =>
    finding(
      'butane/no-boot-containers',
      'File has no boot_containers: there is no command line to make of it',
      'Add boot_containers:, or compile it without --target b2c',
    ),
}
