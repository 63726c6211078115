import { type Descriptions, oneOf, required } from '../schema/description.ts'

/** What openshift adds to fcos, for editors. */
export const openshiftDescriptions: Descriptions = {
  config: {
    about: 'The configuration of a group of machines.',
    fields: {
      metadata: 'Name and labels of the MachineConfig.',
      openshift: 'What the cluster does besides.',
    },
  },
  metadata: {
    about: 'Name and labels of the MachineConfig.',
    fields: {
      name: required('Name of the MachineConfig.'),
      labels: required('Labels; machineconfiguration.openshift.io/role says for which machines it is.'),
    },
  },
  openshift: {
    about: 'What the cluster does besides.',
    fields: {
      kernel_arguments: 'Arguments to add to the kernel command line.',
      kernel_type: oneOf(['', 'default', 'realtime'], 'Kernel to run.'),
      extensions: 'Extensions of the operating system to install.',
      fips: 'Use only cryptography that FIPS allows. Default: false.',
    },
  },
}
