import disks from './examples/disks.yaml'
import flatcar from './examples/flatcar.yaml'
import openshift from './examples/openshift.yaml'
import variables from './examples/variables.yaml'
import web from './examples/web.yaml'

/** Texts to begin with; the first is what the page opens with. */
export const examples: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'Web server that survives updates', text: web },
  { name: 'Variables for a fleet', text: variables },
  { name: 'Flatcar: users, files, units', text: flatcar },
  { name: 'Fedora CoreOS: mirrored, encrypted disks', text: disks },
  { name: 'OpenShift: MachineConfig', text: openshift },
]
